package dev.sluice.local.kinesis;

/** A rate with a burst of one second's worth. Not thread-safe: its owner guards it. */
final class TokenBucket {
    private final double perSecond;
    private double tokens;
    private long filledAtMicros;

    TokenBucket(double perSecond, long nowMicros) {
        this.perSecond = perSecond;
        this.tokens = perSecond;
        this.filledAtMicros = nowMicros;
    }

    boolean has(double amount, long nowMicros) {
        refill(nowMicros);
        return tokens >= amount;
    }

    /** May leave a debt, which time pays off; for amounts that are known only afterwards. */
    void take(double amount) {
        tokens -= amount;
    }

    private void refill(long nowMicros) {
        // A clock that was set back gives nothing, and is followed: else it would give nothing until it had caught up.
        double elapsedMicros = Math.max(0, nowMicros - filledAtMicros);
        filledAtMicros = nowMicros;
        tokens = Math.min(perSecond, tokens + elapsedMicros * perSecond / 1_000_000);
    }
}
