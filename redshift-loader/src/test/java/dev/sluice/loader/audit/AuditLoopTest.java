package dev.sluice.loader.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@Timeout(30)
@ExtendWith(OutputCaptureExtension.class)
class AuditLoopTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AuditReport report = new AuditReport(registry, InstantSource.system());

    @Test
    void run_makesRoundsOnItsOwnThreadUntilItIsStopped() throws InterruptedException {
        var rounds = new CountDownLatch(3);
        var closed = new AtomicInteger();
        var work = new AuditLoop.Work() {
            @Override
            public void round() {
                assertThat(Thread.currentThread().getName()).isEqualTo("auditor");
                rounds.countDown();
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        var loop = new AuditLoop(work, Duration.ofMillis(1), report, System::nanoTime);
        assertThat(loop.isRunning()).isFalse();
        loop.start();
        assertThat(rounds.await(20, TimeUnit.SECONDS)).isTrue();
        loop.stop();
        assertThat(loop.isRunning()).isFalse();
        assertThat(closed).hasValue(0);
        loop.start();
        assertThat(loop.isRunning()).isTrue();
        loop.close();
        assertThat(loop.isRunning()).isFalse();
        assertThat(closed).hasValue(1);
    }

    @Test
    void round_thatFailsIsToldOnceAndCountedEachTime(CapturedOutput output) {
        var failing = new AtomicInteger(2);
        var loop = new AuditLoop(
                () -> {
                    if (failing.getAndDecrement() > 0) {
                        throw new IllegalStateException("the warehouse is away");
                    }
                },
                Duration.ofSeconds(1),
                report,
                System::nanoTime);
        loop.round();
        loop.round();
        loop.round();
        loop.round();
        assertThat(output).containsOnlyOnce("The proof stands still").containsOnlyOnce("The proof goes on");
        assertThat(registry.get("sluice.audit.failures").counter().count()).isEqualTo(2);
        assertThat(registry.get("sluice.audit.round").timer().count()).isEqualTo(2);
    }
}
