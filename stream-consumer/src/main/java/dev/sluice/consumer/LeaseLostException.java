package dev.sluice.consumer;

/** Another consumer holds the shard now, and will read again whatever was not checkpointed. */
final class LeaseLostException extends Exception {
    private static final long serialVersionUID = 1L;

    LeaseLostException(Throwable cause) {
        super("the lease is another consumer's", cause);
    }
}
