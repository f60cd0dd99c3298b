package dev.sluice.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.doctor.CheckUp.Outcome;
import dev.sluice.cli.doctor.Finding.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CheckUpTest {
    private final CheckUp checkUp = new CheckUp(Duration.ofSeconds(20));

    private static Check check(String name, Check.Probe probe) {
        return Check.of(name, "tried", "do this", probe);
    }

    @Test
    void run_givesTheOutcomesInTheChecksOrder() throws Exception {
        var second = new CountDownLatch(1);
        var outcomes = checkUp.run(List.of(
                check("a", () -> {
                    second.await();
                    return Finding.ok("waited for the other");
                }),
                check("b", () -> {
                    second.countDown();
                    return Finding.warn("soon full", "buy another");
                })));

        assertThat(outcomes).extracting(outcome -> outcome.check().name()).containsExactly("a", "b");
        assertThat(outcomes).extracting(outcome -> outcome.finding().result()).containsExactly(Result.OK, Result.WARN);
    }

    @Test
    void run_takesAnExceptionForAFailure_withTheChecksAdvice() throws Exception {
        List<Outcome> outcomes = checkUp.run(List.of(check("a", () -> {
            throw new IllegalStateException("first\nsecond", new IOException("no route"));
        })));

        assertThat(outcomes.getFirst().finding()).isEqualTo(Finding.fail("IOException: no route", "do this"));
    }

    @Test
    void run_triesNothingBehindAFailure() throws Exception {
        var tried = new AtomicBoolean();
        List<Outcome> outcomes = checkUp.run(List.of(
                check("a", () -> Finding.fail("gone", "bring it back")),
                check("b", () -> {
                            tried.set(true);
                            return Finding.ok("");
                        })
                        .needing("a"),
                check("c", () -> Finding.ok("")).needing("b")));

        assertThat(tried).isFalse();
        assertThat(outcomes.get(1).finding()).isEqualTo(Finding.skipped("needs a"));
        assertThat(outcomes.get(2).finding()).isEqualTo(Finding.skipped("needs b"));
    }

    @Test
    void run_goesOnBehindWhatWasSkippedForAReasonOfItsOwn() throws Exception {
        List<Outcome> outcomes = checkUp.run(List.of(
                check("a", () -> Finding.skipped("nothing to look at")),
                check("b", () -> Finding.ok("fine")).needing("a")));

        assertThat(outcomes.get(1).finding().result()).isEqualTo(Result.OK);
    }

    @Test
    void run_givesUpAProbeThatHangs() throws Exception {
        var interrupted = new CountDownLatch(1);
        List<Outcome> outcomes = new CheckUp(Duration.ofMillis(50)).run(List.of(check("a", () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return Finding.ok("never");
        })));

        assertThat(outcomes.getFirst().finding()).isEqualTo(Finding.fail("no answer within 50 ms", "do this"));
        interrupted.await();
    }
}
