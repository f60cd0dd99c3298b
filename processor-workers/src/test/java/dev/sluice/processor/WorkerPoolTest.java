package dev.sluice.processor;

import static dev.sluice.processor.TestHits.frame;
import static dev.sluice.processor.TestHits.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.Frame;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.processor.enrich.StandardEnrichers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkerPoolTest {
    private static final String SHARD = "shardId-000000000000";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Gate gate = new Gate();
    private final List<WorkerPool> pools = new ArrayList<>();

    /** Stands in every event's way until it is opened. */
    private static final class Gate implements Enricher {
        private final CountDownLatch open = new CountDownLatch(1);
        private final List<String> passed = Collections.synchronizedList(new ArrayList<>());

        @Override
        public String name() {
            return "gate";
        }

        @Override
        public void enrich(EventContext event) {
            boolean interrupted = false;
            while (true) {
                try {
                    open.await();
                    break;
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
            passed.add(String.valueOf(event.get(Columns.SITE_ID)));
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @AfterEach
    void closeAll() {
        gate.open.countDown();
        pools.forEach(WorkerPool::close);
    }

    @Test
    void submit_givesTheRowsOfAFrameInOrder() throws Exception {
        gate.open.countDown();
        WorkerPool pool = pool(4, 100, Long.MAX_VALUE, Duration.ofSeconds(10));
        var hits = new ArrayList<RawHit>();
        for (int i = 0; i < 50; i++) {
            hits.add(get("e=pv&aid=" + i));
        }
        var futures = new ArrayList<CompletableFuture<List<Row>>>();
        for (int i = 0; i < 20; i++) {
            futures.add(pool.submit(SHARD, new Frame(TestHits.EPOCH, i * 50L, hits)));
        }
        for (int i = 0; i < 20; i++) {
            List<Row> rows = futures.get(i).get();
            assertThat(rows).hasSize(50);
            for (int n = 0; n < 50; n++) {
                assertThat(rows.get(n).get(Columns.INGEST_SEQ)).isEqualTo(i * 50L + n);
                assertThat(rows.get(n).get(Columns.SITE_ID)).isEqualTo(String.valueOf(n));
            }
        }
    }

    @Test
    void submit_blocksWhileFramesAreFull_andGoesOnInTheOrderOfCallers() throws Exception {
        WorkerPool pool = pool(1, 2, Long.MAX_VALUE, Duration.ofSeconds(10));
        var _ = pool.submit(SHARD, frame(get("e=pv&aid=0")));
        var _ = pool.submit(SHARD, frame(get("e=pv&aid=1")));
        var callers = new ArrayList<FutureTask<List<Row>>>();
        for (int i = 2; i < 6; i++) {
            callers.add(submitElsewhere(pool, frame(get("e=pv&aid=" + i))));
            int waiting = i - 1;
            await().until(() -> pool.waitingCallers() == waiting);
        }
        assertThat(callers).noneMatch(FutureTask::isDone);
        assertThat(pool.heldFrames()).isEqualTo(2);

        gate.open.countDown();
        for (var caller : callers) {
            assertThat(caller.get()).hasSize(1);
        }
        assertThat(gate.passed).containsExactly("0", "1", "2", "3", "4", "5");
        assertThat(pool.heldFrames()).isZero();
        assertThat(pool.heldBytes()).isZero();
    }

    @Test
    void submit_blocksWhileBytesAreFull_butLetsAFrameLargerThanAllIntoAnEmptyPool() throws Exception {
        WorkerPool pool = pool(1, 100, 1_000, Duration.ofSeconds(10));
        Frame large = frame(get("e=pv&page=" + "x".repeat(5_000)));
        CompletableFuture<List<Row>> first = pool.submit(SHARD, large);
        assertThat(pool.heldBytes()).isEqualTo(large.hits().getFirst().weight());

        var second = submitElsewhere(pool, frame(get("e=pv")));
        await().until(() -> pool.waitingCallers() == 1);
        assertThat(second.isDone()).isFalse();

        gate.open.countDown();
        assertThat(first.get()).hasSize(1);
        assertThat(second.get()).hasSize(1);
    }

    /** Holds up the events of one site until it is opened; all others pass. */
    private static final class Slow implements Enricher {
        private final CountDownLatch open = new CountDownLatch(1);
        private final Semaphore begun = new Semaphore(0);

        @Override
        public String name() {
            return "slow";
        }

        @Override
        public void enrich(EventContext event) {
            if ("slow".equals(event.get(Columns.SITE_ID))) {
                begun.release();
                while (open.getCount() > 0) {
                    try {
                        open.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            }
        }
    }

    @Test
    void slowFramesOfOneShard_leaveAThreadToTheOthers() throws Exception {
        var slow = new Slow();
        WorkerPool pool = started(new WorkerPool(
                pipeline(slow), new WorkerPoolSettings(3, 100, Long.MAX_VALUE, Duration.ofSeconds(10)), registry));
        // Both use the pool from here on.
        assertThat(pool.submit("other", frame(get("e=pv"))).get()).hasSize(1);
        var held = new ArrayList<CompletableFuture<List<Row>>>();
        for (int i = 0; i < 10; i++) {
            held.add(pool.submit(SHARD, frame(get("e=pv&aid=slow"))));
        }
        slow.begun.acquire(2);
        for (int i = 0; i < 20; i++) {
            assertThat(pool.submit("other", frame(get("e=pv"))).get()).hasSize(1);
        }
        assertThat(slow.begun.tryAcquire()).as("a third slow frame is in work").isFalse();
        assertThat(held).noneMatch(CompletableFuture::isDone);

        // Alone, it may have all threads.
        pool.leave("other");
        slow.begun.acquire();
        slow.open.countDown();
        for (var rows : held) {
            assertThat(rows.get()).hasSize(1);
        }
        pool.leave(SHARD);
        assertThat(pool.heldFrames()).isZero();
    }

    @Test
    void slowFramesOfOneShard_leaveRoomToTheOthers() throws Exception {
        var slow = new Slow();
        WorkerPool pool = started(new WorkerPool(
                pipeline(slow), new WorkerPoolSettings(2, 4, Long.MAX_VALUE, Duration.ofSeconds(10)), registry));
        assertThat(pool.submit("other", frame(get("e=pv"))).get()).hasSize(1);
        var one = pool.submit(SHARD, frame(get("e=pv&aid=slow")));
        var two = pool.submit(SHARD, frame(get("e=pv&aid=slow")));
        var three = new FutureTask<>(
                () -> pool.submit(SHARD, frame(get("e=pv&aid=slow"))).get());
        Thread.ofPlatform().daemon().start(three);
        await().until(() -> pool.waitingCallers() == 1);
        for (int i = 0; i < 20; i++) {
            assertThat(pool.submit("other", frame(get("e=pv"))).get()).hasSize(1);
        }
        assertThat(pool.waitingCallers()).isEqualTo(1);
        assertThat(pool.heldFrames()).isEqualTo(2);
        slow.open.countDown();
        assertThat(one.get()).hasSize(1);
        assertThat(two.get()).hasSize(1);
        assertThat(three.get()).hasSize(1);
    }

    @Test
    void shards_takeTurns_howeverManyFramesOneHasWaiting() throws Exception {
        WorkerPool pool = unstarted(1, 100, Long.MAX_VALUE, Duration.ofSeconds(10));
        var all = new ArrayList<CompletableFuture<List<Row>>>();
        for (int i = 0; i < 4; i++) {
            all.add(pool.submit("a", frame(get("e=pv&aid=a" + i))));
        }
        for (int i = 0; i < 2; i++) {
            all.add(pool.submit("b", frame(get("e=pv&aid=b" + i))));
        }
        gate.open.countDown();
        pool.start();
        for (var rows : all) {
            assertThat(rows.get()).hasSize(1);
        }
        assertThat(gate.passed).containsExactly("a0", "b0", "a1", "b1", "a2", "a3");
    }

    @Test
    void submit_canBeInterrupted_andThenTookNothing() throws Exception {
        WorkerPool pool = pool(1, 1, Long.MAX_VALUE, Duration.ofSeconds(10));
        CompletableFuture<List<Row>> held = pool.submit(SHARD, frame(get("e=pv&aid=held")));
        var interrupted = new FutureTask<>(
                () -> pool.submit(SHARD, frame(get("e=pv&aid=interrupted"))).get());
        Thread caller = Thread.ofPlatform().daemon().start(interrupted);
        await().until(() -> pool.waitingCallers() == 1);
        var next = submitElsewhere(pool, frame(get("e=pv&aid=next")));
        await().until(() -> pool.waitingCallers() == 2);

        caller.interrupt();
        assertThatThrownBy(interrupted::get).hasCauseInstanceOf(InterruptedException.class);
        gate.open.countDown();
        held.get();
        next.get();
        assertThat(gate.passed).containsExactly("held", "next");
    }

    @Test
    void submit_takesFramesBeforeTheStart_andNoneAfterTheEnd() throws Exception {
        gate.open.countDown();
        WorkerPool pool = unstarted(1, 10, Long.MAX_VALUE, Duration.ofSeconds(10));
        CompletableFuture<List<Row>> early = pool.submit(SHARD, frame(get("e=pv")));
        assertThat(early).isNotDone();
        pool.start();
        assertThat(early.get()).hasSize(1);
        assertThatThrownBy(pool::start).isInstanceOf(IllegalStateException.class);
        pool.close();
        assertThatThrownBy(() -> pool.submit(SHARD, frame(get("e=pv")))).isInstanceOf(WorkerPoolClosedException.class);
    }

    @Test
    void close_finishesWhatWasSubmitted_andTurnsAwayWhoWaits() throws Exception {
        WorkerPool pool = pool(1, 2, Long.MAX_VALUE, Duration.ofSeconds(20));
        CompletableFuture<List<Row>> inWork = pool.submit(SHARD, frame(get("e=pv")));
        CompletableFuture<List<Row>> queued = pool.submit(SHARD, frame(get("e=pv")));
        var waiting = submitElsewhere(pool, frame(get("e=pv")));
        await().until(() -> pool.waitingCallers() == 1);

        Thread closer = Thread.ofPlatform().daemon().start(pool::close);
        assertThatThrownBy(waiting::get).hasCauseInstanceOf(WorkerPoolClosedException.class);
        gate.open.countDown();
        assertThat(closer.join(Duration.ofSeconds(20))).isTrue();
        assertThat(inWork).isCompletedWithValueMatching(rows -> rows.size() == 1);
        assertThat(queued).isCompletedWithValueMatching(rows -> rows.size() == 1);
        assertThat(count("sluice.processor.frames", "result", "given_up")).isZero();
    }

    @Test
    void close_givesUpAtTheDeadline_andCountsIt() throws Exception {
        WorkerPool pool = pool(1, 10, Long.MAX_VALUE, Duration.ofMillis(20));
        CompletableFuture<List<Row>> inWork = pool.submit(SHARD, frame(get("e=pv")));
        CompletableFuture<List<Row>> queued = pool.submit(SHARD, frame(get("e=pv")));
        pool.close();
        assertThatThrownBy(inWork::get).hasCauseInstanceOf(WorkerPoolClosedException.class);
        assertThatThrownBy(queued::get).hasCauseInstanceOf(WorkerPoolClosedException.class);
        assertThat(count("sluice.processor.frames", "result", "given_up")).isEqualTo(2);
        assertThat(pool.heldFrames()).isZero();
        // Late rows of the one in work change nothing more.
        gate.open.countDown();
        await().until(() -> gate.passed.size() == 1);
        pool.close();
        assertThat(count("sluice.processor.frames", "result", "done")).isZero();
        assertThat(pool.heldFrames()).isZero();
    }

    @Test
    void close_keepsTheInterruptOfItsCaller() throws Exception {
        WorkerPool pool = pool(1, 10, Long.MAX_VALUE, Duration.ofSeconds(20));
        CompletableFuture<List<Row>> rows = pool.submit(SHARD, frame(get("e=pv")));
        Thread.currentThread().interrupt();
        pool.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThatThrownBy(rows::get).hasCauseInstanceOf(WorkerPoolClosedException.class);
    }

    @Test
    void anError_failsItsFrameAlone_andTheThreadLives() throws Exception {
        gate.open.countDown();
        Enricher broken = new Enricher() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public void enrich(EventContext event) {
                if ("bad".equals(event.get(Columns.SITE_ID))) {
                    throw new NoClassDefFoundError("a jar is missing");
                }
            }
        };
        WorkerPool pool = started(new WorkerPool(
                pipeline(broken), new WorkerPoolSettings(1, 10, Long.MAX_VALUE, Duration.ofSeconds(10)), registry));
        CompletableFuture<List<Row>> failing = pool.submit(SHARD, frame(get("e=pv&aid=bad")));
        CompletableFuture<List<Row>> fine = pool.submit(SHARD, frame(get("e=pv&aid=good")));
        assertThatThrownBy(failing::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NoClassDefFoundError.class);
        assertThat(fine.get()).hasSize(1);
        assertThat(count("sluice.processor.frames", "result", "failed")).isEqualTo(1);
        assertThat(pool.heldBytes()).isZero();
    }

    @Test
    void counters_addUp() throws Exception {
        gate.open.countDown();
        WorkerPool pool = pool(2, 10, Long.MAX_VALUE, Duration.ofSeconds(10));
        for (int i = 0; i < 5; i++) {
            pool.submit(SHARD, frame(get("e=pv"), get("e=pp"), get("e=nope"), get("")))
                    .get();
        }
        assertThat(count("sluice.processor.submitted")).isEqualTo(5);
        assertThat(count("sluice.processor.frames", "result", "done")).isEqualTo(5);
        assertThat(count("sluice.processor.hits")).isEqualTo(20);
        assertThat(count("sluice.processor.rows", "table", "page_views")).isEqualTo(5);
        assertThat(count("sluice.processor.rows", "table", "events")).isEqualTo(5);
        assertThat(count("sluice.processor.rows", "table", "bad_events")).isEqualTo(10);
        assertThat(count("sluice.dlq.records", "reason", "unknown_event_type")).isEqualTo(5);
        assertThat(count("sluice.dlq.records", "reason", "empty_request")).isEqualTo(5);
        assertThat(registry.get("sluice.processor.held.frames").gauge().value()).isZero();
        assertThat(registry.get("sluice.processor.held.bytes").gauge().value()).isZero();
    }

    @Test
    void settings_refuseWhatNoPoolCanBe() {
        for (var wrong : List.<Runnable>of(
                () -> new WorkerPoolSettings(0, 1, 1, Duration.ZERO),
                () -> new WorkerPoolSettings(1, 0, 1, Duration.ZERO),
                () -> new WorkerPoolSettings(1, 1, 0, Duration.ZERO),
                () -> new WorkerPoolSettings(1, 1, 1, Duration.ofMillis(-1)))) {
            assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(WorkerPoolSettings.defaults().threads())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    private static FutureTask<List<Row>> submitElsewhere(WorkerPool pool, Frame frame) {
        var task = new FutureTask<>(() -> pool.submit(SHARD, frame).get());
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private WorkerPool pool(int threads, int frames, long bytes, Duration closeTimeout) {
        return started(unstarted(threads, frames, bytes, closeTimeout));
    }

    private WorkerPool unstarted(int threads, int frames, long bytes, Duration closeTimeout) {
        var pool =
                new WorkerPool(pipeline(gate), new WorkerPoolSettings(threads, frames, bytes, closeTimeout), registry);
        pools.add(pool);
        return pool;
    }

    private WorkerPool started(WorkerPool pool) {
        pool.start();
        pools.add(pool);
        return pool;
    }

    private static EnrichmentPipeline pipeline(Enricher last) {
        var enrichers = new ArrayList<>(StandardEnrichers.all());
        enrichers.add(last);
        return new EnrichmentPipeline(enrichers, InstantSource.fixed(TestHits.NOW));
    }

    static {
        org.awaitility.Awaitility.setDefaultPollInterval(2, TimeUnit.MILLISECONDS);
    }
}
