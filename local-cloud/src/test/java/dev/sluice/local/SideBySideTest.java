package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SideBySideTest {
    private final List<String> closed = new CopyOnWriteArrayList<>();
    private final Parts parts = new Parts();
    private final SideBySide starting = new SideBySide();

    @AfterEach
    void close() {
        starting.close();
    }

    @Test
    void start_runsAllAtTheSameTime() {
        CyclicBarrier together = new CyclicBarrier(2);
        Future<Part> a = starting.start("A", 0, () -> met(together, "A"));
        Future<Part> b = starting.start("B", 0, () -> met(together, "B"));

        starting.await(parts);

        assertThat(a.resultNow().name).isEqualTo("A");
        assertThat(b.resultNow().name).isEqualTo("B");
    }

    @Test
    void await_handsPartsOverInTheOrderTheyWereNamed() {
        CountDownLatch bStarted = new CountDownLatch(1);
        var _ = starting.start("A", 0, () -> {
            assertThat(bStarted.await(30, TimeUnit.SECONDS)).isTrue();
            return new Part("A");
        });
        var _ = starting.start("B", 0, () -> {
            bStarted.countDown();
            return new Part("B");
        });

        starting.await(parts);
        parts.close();

        assertThat(closed).containsExactly("B", "A");
    }

    @Test
    void await_namesThePartAndThePortThatFailedAndHandsOverTheOthers() {
        var _ = starting.start("A", 0, () -> new Part("A"));
        var _ = starting.start("S3", 9000, () -> {
            throw new IOException("taken\nand more");
        });
        var _ = starting.start("C", 0, () -> new Part("C"));

        assertThatThrownBy(() -> starting.await(parts))
                .isInstanceOf(LocalCloudException.class)
                .hasMessage("S3 did not start on port 9000: taken")
                .hasCauseInstanceOf(IOException.class);
        parts.close();

        assertThat(closed).containsExactly("C", "A");
    }

    @Test
    void await_blamesThePartThatFailedAndNotTheOneThatWaitedForIt() {
        Future<Part> s3 = starting.start("S3", 9000, () -> {
            throw new IOException("taken");
        });
        var _ = starting.start("Redshift", 5439, () -> new Part(s3.get().name));

        assertThatThrownBy(() -> starting.await(parts))
                .hasMessageStartingWith("S3 did not start")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    @Test
    void run_failsLikeAPart() {
        starting.run("The bucket", () -> {
            throw new IOException("no");
        });

        assertThatThrownBy(() -> starting.await(parts)).hasMessage("The bucket did not start: no");
    }

    @Test
    void await_stopsTheOthersWhenInterruptedAndKeepsTheFlag() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        AtomicBoolean toldToStop = new AtomicBoolean();
        var _ = starting.start("A", 0, () -> new Part("A"));
        var _ = starting.start("slow", 0, () -> {
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                toldToStop.set(true);
                throw e;
            }
            return new Part("slow");
        });
        running.await();

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> starting.await(parts)).hasMessage("Interrupted while starting");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(toldToStop).isTrue();
        parts.close();
        assertThat(closed).containsExactly("A");
    }

    private Part met(CyclicBarrier together, String name) throws Exception {
        together.await(30, TimeUnit.SECONDS);
        return new Part(name);
    }

    private final class Part implements AutoCloseable {
        private final String name;

        Part(String name) {
            this.name = name;
        }

        @Override
        public void close() {
            closed.add(name);
        }
    }
}
