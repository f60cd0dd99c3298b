package dev.sluice.local.kinesis;

/** An answer that isn't a success, by the name that clients know it by. Carries no stack trace: it is an answer, not a fault. */
final class ApiException extends RuntimeException {
    static final String THROTTLED = "ProvisionedThroughputExceededException";
    static final String INTERNAL_FAILURE = "InternalFailure";

    private final int status;
    private final String code;

    ApiException(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String text() {
        String message = getMessage();
        return message == null ? code : message;
    }

    static ApiException notFound(String message) {
        return new ApiException(400, "ResourceNotFoundException", message);
    }

    static ApiException inUse(String message) {
        return new ApiException(400, "ResourceInUseException", message);
    }

    static ApiException invalidArgument(String message) {
        return new ApiException(400, "InvalidArgumentException", message);
    }

    static ApiException validation(String message) {
        return new ApiException(400, "ValidationException", "1 validation error detected: " + message);
    }

    static ApiException serialization(String message) {
        return new ApiException(400, "SerializationException", message);
    }

    static ApiException limitExceeded(String message) {
        return new ApiException(400, "LimitExceededException", message);
    }

    static ApiException expiredIterator(String message) {
        return new ApiException(400, "ExpiredIteratorException", message);
    }

    static ApiException expiredNextToken(String message) {
        return new ApiException(400, "ExpiredNextTokenException", message);
    }

    static ApiException unknownOperation(String operation) {
        return new ApiException(400, "UnknownOperationException", "Unknown operation: " + operation);
    }

    static ApiException throttled(String shardId, String stream) {
        return new ApiException(400, THROTTLED, "Rate exceeded for shard " + shardId + " in stream " + stream + ".");
    }

    static ApiException internal() {
        return new ApiException(500, INTERNAL_FAILURE, "The request failed inside the endpoint; its log says why.");
    }
}
