package dev.sluice.bench.load;

/**
 * What a closed loop did.
 *
 * @param accepted answered by 2xx
 * @param refused answered by something else
 * @param broken not answered
 */
public record Counted(long accepted, long refused, long broken) {}
