package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

class LoadLoopTest {
    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final LoadLoop.Windows WINDOWS = new LoadLoop.Windows(WINDOW, Duration.ofSeconds(20));
    private static final QuietWindows NEVER_QUIET = new QuietWindows(List.of(), InstantSource.system());
    private static final RandomGenerator LONGEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    private final AtomicLong nanos = new AtomicLong(-7);
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-23T12:00:00Z"));
    /** From half past twelve, for an hour. */
    private final QuietWindows quiet =
            new QuietWindows(List.of(new LoaderProperties.Quiet("0 30 12 * * *", Duration.ofHours(1))), now::get);

    private final ScriptedWork work = new ScriptedWork(nanos);
    private final RecordingSignal signal = new RecordingSignal(work);
    private final LoadLoop loop = new LoadLoop(
            work,
            new LoadLoop.Pace(
                    WINDOWS,
                    quiet,
                    new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(4)),
                    LONGEST,
                    Duration.ofMillis(50)),
            () -> signal,
            nanos::get);

    @Test
    void run_startsAPassEveryWindowHoweverLongThePassTakes() {
        work.step(Duration.ofSeconds(1), false).step(Duration.ofSeconds(3), false);
        loop.run(signal);
        assertThat(signal.waits).containsExactly(Duration.ofSeconds(4), Duration.ofSeconds(2));
    }

    @Test
    void run_letsTheWarehouseRestAQuarterAsLongAsItWorked_upToTheLargestWindow() {
        work.step(Duration.ofSeconds(6), false)
                .step(Duration.ofSeconds(15), false)
                .step(Duration.ofSeconds(25), false);
        loop.run(signal);
        assertThat(signal.waits).containsExactly(Duration.ofMillis(1_500), Duration.ofMillis(3_750), Duration.ZERO);
    }

    @Test
    void run_makesNoPassInAQuietWindow_andIsNoWorseForIt() {
        now.set(Instant.parse("2026-11-23T12:40:00Z"));
        work.step(Duration.ofSeconds(1), false);
        signal.onWait = () -> now.set(Instant.parse("2026-11-23T13:30:00Z"));
        loop.run(signal);
        assertThat(signal.waits).containsExactly(Duration.ofMinutes(50), Duration.ofSeconds(4));
        assertThat(loop.state().problem()).isNull();
    }

    @Test
    void run_startsTheNextAtOnceWhenBatchesAreLeftOver() {
        work.step(Duration.ofSeconds(1), true);
        loop.run(signal);
        assertThat(signal.waits).containsExactly(Duration.ZERO);
    }

    @Test
    void run_waitsLongerAfterEachFailureUpToTheCeilingAndRecovers() {
        work.fails(4).step(Duration.ofSeconds(1), false).fails(1);
        loop.run(signal);
        assertThat(signal.waits)
                .containsExactly(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(1));
        assertThat(work.prepared).isEqualTo(1);
    }

    @Test
    void run_goesOnAfterAFaultOfThisProgram() {
        work.steps.add(() -> {
            throw new IllegalStateException("fault");
        });
        work.step(Duration.ZERO, false);
        loop.run(signal);
        assertThat(signal.waits).containsExactly(Duration.ofSeconds(1), WINDOW);
    }

    @Test
    void run_preparesAgainUntilItWorks() {
        work.prepareFailures = 2;
        work.step(Duration.ZERO, false);
        loop.run(signal);
        assertThat(work.prepared).isEqualTo(3);
        assertThat(signal.waits).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), WINDOW);
    }

    @Test
    void run_endsOnWhatNoRetryHelps() {
        work.steps.add(() -> {
            throw new LoadFailure(LoadFailure.Kind.FATAL, "no such column", null);
        });
        work.step(Duration.ZERO, false);
        loop.run(signal);
        assertThat(signal.waits).isEmpty();
        assertThat(work.steps).hasSize(1);
        assertThat(loop.state().problem()).isEqualTo("no such column");
    }

    @Test
    void stop_wakesAWaitingThreadAndJoinsIt() {
        var real = new LoadLoop(
                new Idle(),
                new LoadLoop.Pace(
                        new LoadLoop.Windows(Duration.ofHours(1), Duration.ofHours(1)),
                        NEVER_QUIET,
                        new Backoff(WINDOW, WINDOW),
                        LONGEST,
                        Duration.ofSeconds(10)),
                StopSignal::create,
                System::nanoTime);
        real.start();
        assertThat(real.isRunning()).isTrue();
        real.stop();
        assertThat(real.isRunning()).isFalse();
        real.start();
        assertThat(real.isRunning()).isTrue();
        real.stop();
    }

    @Test
    void stop_breaksOffALoadThatTakesTooLong() {
        var stuck = new Stuck();
        var real = new LoadLoop(
                stuck,
                new LoadLoop.Pace(WINDOWS, NEVER_QUIET, new Backoff(WINDOW, WINDOW), LONGEST, Duration.ofMillis(50)),
                StopSignal::create,
                System::nanoTime);
        real.start();
        await().until(() -> stuck.passes.get() == 1);
        real.stop();
        assertThat(real.isRunning()).isFalse();
        assertThat(stuck.aborted.getCount()).isZero();
    }

    @Test
    void phase_stopsTheLoopBeforeTheWebServer() {
        assertThat(loop.getPhase()).isGreaterThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE);
    }

    /** One pass of a script. */
    private interface Step {
        boolean run() throws LoadFailure;
    }

    private static final class ScriptedWork implements LoadLoop.Work {
        final Deque<Step> steps = new ArrayDeque<>();
        final AtomicLong nanos;
        int prepareFailures;
        int prepared;

        ScriptedWork(AtomicLong nanos) {
            this.nanos = nanos;
        }

        ScriptedWork step(Duration takes, boolean more) {
            steps.add(() -> {
                nanos.addAndGet(takes.toNanos());
                return more;
            });
            return this;
        }

        ScriptedWork fails(int times) {
            for (int i = 0; i < times; i++) {
                steps.add(() -> {
                    throw new LoadFailure(LoadFailure.Kind.RETRY, "away", null);
                });
            }
            return this;
        }

        @Override
        public void prepare() throws LoadFailure {
            prepared++;
            if (prepareFailures-- > 0) {
                throw new LoadFailure(LoadFailure.Kind.RETRY, "away", null);
            }
        }

        @Override
        public boolean pass() throws LoadFailure {
            return steps.remove().run();
        }

        @Override
        public void abort() {}
    }

    /** Never waits; asks for the end when the script is at its own. */
    private static final class RecordingSignal implements StopSignal {
        final List<Duration> waits = new ArrayList<>();
        Runnable onWait = () -> {};
        private final ScriptedWork work;

        RecordingSignal(ScriptedWork work) {
            this.work = work;
        }

        @Override
        public void request() {}

        @Override
        public boolean requested() {
            return work.steps.isEmpty();
        }

        @Override
        public boolean await(Duration atMost) {
            waits.add(atMost);
            onWait.run();
            return requested();
        }
    }

    private static final class Idle implements LoadLoop.Work {
        @Override
        public void prepare() {}

        @Override
        public boolean pass() {
            return false;
        }

        @Override
        public void abort() {}
    }

    private static final class Stuck implements LoadLoop.Work {
        final AtomicInteger passes = new AtomicInteger();
        final CountDownLatch aborted = new CountDownLatch(1);

        @Override
        public void prepare() {}

        @Override
        public boolean pass() throws LoadFailure {
            passes.incrementAndGet();
            try {
                aborted.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new LoadFailure(LoadFailure.Kind.RETRY, "broken off", null);
        }

        @Override
        public void abort() {
            aborted.countDown();
        }
    }
}
