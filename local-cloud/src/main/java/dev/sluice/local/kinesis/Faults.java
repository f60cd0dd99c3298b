package dev.sluice.local.kinesis;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What goes wrong in a running endpoint, and what has gone wrong since it started. Thread-safe; a new plan holds from the next
 * call on. The same over HTTP: GET, POST and DELETE of {@value FaultControl#PATH}.
 */
public final class Faults {
    private FaultPlan plan = FaultPlan.NONE;
    private RandomGenerator random = randomOf(FaultPlan.NONE);
    private long errors;
    private long recordFailures;
    private long lostAnswers;
    private long lostRecords;
    private long refusedCalls;

    Faults() {}

    /**
     * How many of each there were, plans before this one included.
     *
     * @param lostRecords answered as stored
     * @param refusedCalls cut off while down
     */
    public record Counts(long errors, long recordFailures, long lostAnswers, long lostRecords, long refusedCalls) {}

    /** Replaces the whole plan, and begins its random draws anew. */
    public synchronized void set(FaultPlan newPlan) {
        plan = newPlan;
        random = randomOf(newPlan);
    }

    /** From now on nothing goes wrong. */
    public void clear() {
        set(FaultPlan.NONE);
    }

    public synchronized FaultPlan plan() {
        return plan;
    }

    public synchronized Counts counts() {
        return new Counts(errors, recordFailures, lostAnswers, lostRecords, refusedCalls);
    }

    synchronized Duration latencyOf(String operation) {
        return plan.latencyOf(operation);
    }

    synchronized boolean drawDown(String operation) {
        boolean down = plan.down() && plan.hits(operation);
        refusedCalls += down ? 1 : 0;
        return down;
    }

    synchronized Optional<ApiException> drawError(String operation) {
        if (!plan.hits(operation) || !draw(plan.errorRate())) {
            return Optional.empty();
        }
        errors++;
        return Optional.of(plan.error().exception());
    }

    synchronized Optional<ApiException> drawRecordFailure() {
        if (!draw(plan.recordFailureRate())) {
            return Optional.empty();
        }
        recordFailures++;
        return Optional.of(plan.error().exception());
    }

    synchronized boolean drawRecordLoss() {
        boolean lost = draw(plan.recordLossRate());
        lostRecords += lost ? 1 : 0;
        return lost;
    }

    synchronized boolean drawLostAnswer(String operation) {
        boolean lost = plan.hits(operation) && draw(plan.lostAnswerRate());
        lostAnswers += lost ? 1 : 0;
        return lost;
    }

    private boolean draw(double rate) {
        return rate > 0 && random.nextDouble() < rate;
    }

    private static RandomGenerator randomOf(FaultPlan plan) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(plan.seed());
    }
}
