package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AcceptDeadlinesTest {
    private final AcceptDeadlines deadlines = new AcceptDeadlines(Duration.ofMillis(50), 0);

    @AfterEach
    void stop() {
        deadlines.stop();
        assertThat(deadlines.isRunning()).isFalse();
    }

    @Test
    void whatIsNotAnsweredInTime_fails_eachOfThem() {
        deadlines.start();
        var first = deadlines.limit(new CompletableFuture<String>());
        var second = deadlines.limit(new CompletableFuture<String>());
        for (var answer : new CompletableFuture<?>[] {first, second}) {
            assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void whatIsAnswered_staysAsItIs_andHoldsUpNobodyBehindIt() {
        var answered = deadlines.limit(new CompletableFuture<String>());
        var late = deadlines.limit(new CompletableFuture<String>());
        answered.complete("stored");
        deadlines.start();
        assertThatThrownBy(() -> late.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(TimeoutException.class);
        assertThat(answered).isCompletedWithValue("stored");
    }
}
