package dev.sluice.cli.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs checks side by side, each with a deadline of its own. A probe that does not end in time is interrupted and left behind on
 * its daemon thread, so that nothing makes the whole hang.
 */
final class CheckUp {
    /**
     * What became of a check.
     *
     * @param blocked that a check it needs has failed, so this one was not tried
     * @param millis that its probe took
     */
    record Outcome(Check check, Finding finding, boolean blocked, long millis) {
        boolean stopsOthers() {
            return blocked || finding.result() == Finding.Result.FAIL;
        }
    }

    private final Duration patience;

    /** @param patience with one check, from when those that it needs are done */
    CheckUp(Duration patience) {
        this.patience = patience;
    }

    /** Blocks until all are done; the outcomes are in the checks' order. */
    List<Outcome> run(List<Check> checks) throws InterruptedException {
        Map<String, Future<Outcome>> outcomes = new LinkedHashMap<>();
        try (var threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("check-", 0).factory())) {
            for (Check check : checks) {
                List<Future<Outcome>> needed = check.needs().stream()
                        .sorted()
                        .map(need -> Objects.requireNonNull(outcomes.get(need), need))
                        .toList();
                outcomes.put(check.name(), threads.submit(() -> outcome(check, needed)));
            }
            List<Outcome> done = new ArrayList<>();
            for (Future<Outcome> outcome : outcomes.values()) {
                done.add(outcome.get());
            }
            return done;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a check that fails is a finding", e.getCause());
        }
    }

    private Outcome outcome(Check check, List<Future<Outcome>> needed) throws InterruptedException, ExecutionException {
        for (Future<Outcome> one : needed) {
            if (one.get().stopsOthers()) {
                return new Outcome(
                        check, Finding.skipped("needs " + one.get().check().name()), true, 0);
            }
        }
        long start = System.nanoTime();
        Finding finding = finding(check);
        return new Outcome(check, finding, false, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    private Finding finding(Check check) throws InterruptedException {
        var task = new FutureTask<>(check.probe()::run);
        Thread prober = Thread.ofVirtual().name(check.name()).start(task);
        try {
            return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return Finding.fail(Said.by(e.getCause()), check.advice());
        } catch (TimeoutException _) {
            return Finding.fail("no answer within " + patience.toMillis() + " ms", check.advice());
        } finally {
            prober.interrupt();
        }
    }
}
