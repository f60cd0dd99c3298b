package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.Backoff;
import dev.sluice.loader.staging.RetryPause;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

@Timeout(30)
class SchedulerLifecycleTest {
    private final List<Throwable> fatal = new CopyOnWriteArrayList<>();
    private final RetryPause pause =
            new RetryPause(new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)), new Random(1));
    private final FakeReader reader = new FakeReader();
    private final SchedulerLifecycle lifecycle =
            new SchedulerLifecycle(() -> reader, pause, fatal::add, Duration.ofMillis(200));

    /** Runs until told to end; ends gracefully at once, unless it is stuck. */
    private static final class FakeReader implements StreamReader {
        final CountDownLatch running = new CountDownLatch(1);
        final CountDownLatch end = new CountDownLatch(1);
        final CompletableFuture<Boolean> graceful = new CompletableFuture<>();
        volatile boolean stuck;
        volatile boolean stoppedNow;
        volatile String threadName = "";

        @Override
        public void run() {
            threadName = Thread.currentThread().getName();
            running.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public Future<Boolean> stopGracefully() {
            if (!stuck) {
                end.countDown();
                graceful.complete(true);
            }
            return graceful;
        }

        @Override
        public void stopNow() {
            stoppedNow = true;
            end.countDown();
        }
    }

    private void startAndWait() throws InterruptedException {
        lifecycle.start();
        reader.running.await();
    }

    @Test
    void start_runsTheReaderOnItsOwnThread() throws Exception {
        startAndWait();
        assertThat(reader.threadName).isEqualTo("kcl-scheduler");
        assertThat(lifecycle.isRunning()).isTrue();
        assertThatIllegalStateException().isThrownBy(lifecycle::start);
        lifecycle.stop();
    }

    @Test
    void stop_isGraceful() throws Exception {
        startAndWait();
        lifecycle.stop();
        assertThat(lifecycle.isRunning()).isFalse();
        assertThat(reader.stoppedNow).isFalse();
        assertThat(pause.isClosed()).isFalse();
        assertThat(fatal).isEmpty();
        lifecycle.stop();
    }

    @Test
    void stop_forces_whenTheDeadlineIsOver() throws Exception {
        reader.stuck = true;
        startAndWait();
        lifecycle.stop();
        assertThat(reader.stoppedNow).isTrue();
        assertThat(pause.isClosed()).isTrue();
        assertThat(lifecycle.isRunning()).isFalse();
        assertThat(fatal).isEmpty();
    }

    @Test
    void stop_forces_whenGracefulStoppingFails() throws Exception {
        reader.stuck = true;
        reader.graceful.completeExceptionally(new IllegalStateException("test"));
        startAndWait();
        lifecycle.stop();
        assertThat(reader.stoppedNow).isTrue();
    }

    @Test
    void aReaderThatEndsByItself_isFatal() throws Exception {
        startAndWait();
        reader.end.countDown();
        await().untilAsserted(() -> assertThat(fatal).hasSize(1));
        assertThat(lifecycle.isRunning()).isFalse();
        lifecycle.stop();
        assertThat(fatal).hasSize(1);
    }

    @Test
    void aReaderThatCannotBeMade_isFatal() {
        var broken = new SchedulerLifecycle(
                () -> {
                    throw new IllegalStateException("no clients");
                },
                pause,
                fatal::add,
                Duration.ofMillis(200));
        broken.start();
        await().untilAsserted(() -> assertThat(fatal).hasSize(1));
        broken.stop();
    }

    @Test
    void stop_endsAStartThatHangs() {
        var entered = new CountDownLatch(1);
        var hanging = new SchedulerLifecycle(
                () -> {
                    entered.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return reader;
                },
                pause,
                fatal::add,
                Duration.ofMillis(200));
        hanging.start();
        await().until(() -> entered.getCount() == 0);
        hanging.stop();
        assertThat(hanging.isRunning()).isFalse();
        assertThat(fatal).isEmpty();
    }

    @Test
    void stop_beforeStart_isHarmless() {
        lifecycle.stop();
        assertThat(lifecycle.isRunning()).isFalse();
    }

    @Test
    void phases_stopTheSchedulerBeforeTheWorkersBeforeTheWebServer() {
        assertThat(lifecycle.getPhase()).isGreaterThan(ConsumerConfiguration.WORKERS_PHASE);
        assertThat(ConsumerConfiguration.WORKERS_PHASE).isGreaterThan(ConsumerConfiguration.DEVICE_AND_PLACE_PHASE);
        assertThat(ConsumerConfiguration.DEVICE_AND_PLACE_PHASE)
                .isGreaterThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE);
    }
}
