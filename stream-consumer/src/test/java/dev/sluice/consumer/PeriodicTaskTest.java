package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PeriodicTaskTest {
    @Test
    void task_isCalledAgain_alsoAfterItFailed_untilItIsStopped() throws Exception {
        var runs = new Semaphore(0);
        var task = new PeriodicTask("periodic-test", Duration.ofMillis(1), () -> {
            runs.release();
            throw new IllegalStateException("test");
        });
        assertThat(task.isRunning()).isFalse();
        task.start();
        runs.acquire(3);
        assertThat(task.isRunning()).isTrue();
        task.stop();
        assertThat(task.isRunning()).isFalse();
    }

    @Test
    void stop_interruptsATaskThatBlocks() throws Exception {
        var blocked = new CountDownLatch(1);
        var task = new PeriodicTask("periodic-test", Duration.ofHours(1), () -> {
            blocked.countDown();
            try {
                TimeUnit.HOURS.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        task.start();
        blocked.await();
        task.stop();
        assertThat(task.isRunning()).isFalse();
    }

    @Test
    void nothingToDo_needsNoThread() {
        var task = new PeriodicTask("periodic-test", Duration.ofHours(1), null);
        task.start();
        assertThat(task.isRunning()).isFalse();
        task.stop();
    }
}
