package dev.sluice.local.kinesis;

/** An answer that {@link Faults} give instead of the true one. */
public enum FaultError {
    /** 500: the client doesn't know whether anything happened, and retries. */
    INTERNAL_FAILURE(500, ApiException.INTERNAL_FAILURE),
    /** 503, as a load balancer gives it. */
    SERVICE_UNAVAILABLE(503, "ServiceUnavailable"),
    /** 400: the shard takes no more for now. */
    THROTTLED(400, ApiException.THROTTLED),
    /** 400: what a reader gets that was away for more than five minutes. */
    EXPIRED_ITERATOR(400, "ExpiredIteratorException"),
    /** 400: too many calls of an operation for the whole account. */
    LIMIT_EXCEEDED(400, "LimitExceededException");

    private final int status;
    private final String code;

    FaultError(int status, String code) {
        this.status = status;
        this.code = code;
    }

    ApiException exception() {
        return new ApiException(status, code, "A fault that was asked for.");
    }
}
