package dev.sluice.local.kinesis;

/** Holds the clients of one shard to its {@link ShardLimits}. Thread-safe. */
final class ShardThrottle {
    private final ShardLimits limits;
    private final TokenBucket inRecords;
    private final TokenBucket inBytes;
    private final TokenBucket outCalls;
    private final TokenBucket outBytes;

    ShardThrottle(ShardLimits limits, long nowMicros) {
        this.limits = limits;
        this.inRecords = new TokenBucket(ShardLimits.IN_RECORDS_PER_SECOND, nowMicros);
        this.inBytes = new TokenBucket(ShardLimits.IN_BYTES_PER_SECOND, nowMicros);
        this.outCalls = new TokenBucket(ShardLimits.OUT_CALLS_PER_SECOND, nowMicros);
        this.outBytes = new TokenBucket(ShardLimits.OUT_BYTES_PER_SECOND, nowMicros);
    }

    /** A record that is refused uses nothing up, so that a smaller one behind it may still go. */
    synchronized boolean tryWrite(int bytes, long nowMicros) {
        if (!limits.writes()) {
            return true;
        }
        if (!inRecords.has(1, nowMicros) || !inBytes.has(bytes, nowMicros)) {
            return false;
        }
        inRecords.take(1);
        inBytes.take(bytes);
        return true;
    }

    /** Whether a call may read now; what it then took is told by {@link #wasRead}. */
    synchronized boolean tryRead(long nowMicros) {
        if (!limits.reads()) {
            return true;
        }
        if (!outCalls.has(1, nowMicros) || !outBytes.has(1, nowMicros)) {
            return false;
        }
        outCalls.take(1);
        return true;
    }

    /** As on the service, a big answer (up to 10 MiB) is given at once and paid for by the calls after it. */
    synchronized void wasRead(int bytes) {
        outBytes.take(bytes);
    }
}
