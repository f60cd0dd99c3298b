package dev.sluice.local.kinesis;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What shall go wrong. Rates are of calls (or of records) and from 0 to 1. Begin with {@link #NONE}.
 *
 * @param latency before the work of an operation, by its name; {@link #ANY} for those not named
 * @param operations which of them {@code errorRate}, {@code lostAnswerRate} and {@code down} hit; empty for all
 * @param errorRate of calls that get {@code error} and do nothing
 * @param error what those calls, and the records that fail, are told
 * @param recordFailureRate of records that are refused, each by itself, in PutRecord and PutRecords
 * @param lostAnswerRate of calls that are done in full, and then the connection is cut instead of an answer
 * @param recordLossRate of records that are answered as stored and are not: what Kinesis promises never to do, for trying out whether
 *     it would be noticed
 * @param down each call's connection is cut, nothing is done
 * @param seed of the random draws: the same plan and the same calls give the same faults
 */
public record FaultPlan(
        Map<String, Duration> latency,
        Set<String> operations,
        double errorRate,
        FaultError error,
        double recordFailureRate,
        double lostAnswerRate,
        double recordLossRate,
        boolean down,
        long seed) {
    /** Stands for every operation. */
    public static final String ANY = "*";

    /** Nothing goes wrong. */
    public static final FaultPlan NONE =
            new FaultPlan(Map.of(), Set.of(), 0, FaultError.INTERNAL_FAILURE, 0, 0, 0, false, 1);

    public FaultPlan {
        latency = Map.copyOf(latency);
        operations = Set.copyOf(operations);
        checkRate("errorRate", errorRate);
        checkRate("recordFailureRate", recordFailureRate);
        checkRate("lostAnswerRate", lostAnswerRate);
        checkRate("recordLossRate", recordLossRate);
        if (latency.values().stream().anyMatch(Duration::isNegative)) {
            throw new IllegalArgumentException("latency must not be negative: " + latency);
        }
    }

    private static void checkRate(String name, double rate) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException(name + " must be 0 to 1: " + rate);
        }
    }

    public FaultPlan withLatency(String operation, Duration delay) {
        Map<String, Duration> more = new HashMap<>(latency);
        more.put(operation, delay);
        return new FaultPlan(
                more, operations, errorRate, error, recordFailureRate, lostAnswerRate, recordLossRate, down, seed);
    }

    public FaultPlan onlyFor(String... names) {
        return new FaultPlan(
                latency,
                Set.of(names),
                errorRate,
                error,
                recordFailureRate,
                lostAnswerRate,
                recordLossRate,
                down,
                seed);
    }

    public FaultPlan withErrors(double rate, FaultError newError) {
        return new FaultPlan(
                latency, operations, rate, newError, recordFailureRate, lostAnswerRate, recordLossRate, down, seed);
    }

    public FaultPlan withRecordFailures(double rate, FaultError newError) {
        return new FaultPlan(
                latency, operations, errorRate, newError, rate, lostAnswerRate, recordLossRate, down, seed);
    }

    public FaultPlan withLostAnswers(double rate) {
        return new FaultPlan(
                latency, operations, errorRate, error, recordFailureRate, rate, recordLossRate, down, seed);
    }

    public FaultPlan withRecordLoss(double rate) {
        return new FaultPlan(
                latency, operations, errorRate, error, recordFailureRate, lostAnswerRate, rate, down, seed);
    }

    public FaultPlan withDown(boolean newDown) {
        return new FaultPlan(
                latency,
                operations,
                errorRate,
                error,
                recordFailureRate,
                lostAnswerRate,
                recordLossRate,
                newDown,
                seed);
    }

    public FaultPlan withSeed(long newSeed) {
        return new FaultPlan(
                latency,
                operations,
                errorRate,
                error,
                recordFailureRate,
                lostAnswerRate,
                recordLossRate,
                down,
                newSeed);
    }

    boolean hits(String operation) {
        return operations.isEmpty() || operations.contains(operation);
    }

    Duration latencyOf(String operation) {
        @Nullable Duration named = latency.get(operation);
        return named != null ? named : latency.getOrDefault(ANY, Duration.ZERO);
    }
}
