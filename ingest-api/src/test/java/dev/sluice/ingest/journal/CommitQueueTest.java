package dev.sluice.ingest.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.ingest.Hits;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the committer gets a group, and how large it is by then. */
class CommitQueueTest {
    private static final long GROUP_BYTES = 1_000_000;
    private static final long IN_AN_HOUR = Duration.ofHours(1).toNanos();

    private final CommitQueue queue = new CommitQueue(16_000_000);

    @BeforeEach
    void hasRoom() {
        queue.setDiskRoom(Long.MAX_VALUE);
    }

    private static <T> FutureTask<T> inBackground(Callable<T> call) {
        var task = new FutureTask<>(call);
        Thread thread = Thread.ofPlatform().daemon().start(task);
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING || task.isDone());
        return task;
    }

    private List<CommitQueue.Append> take(long notBeforeNanos) throws InterruptedException {
        return queue.take(1_000, GROUP_BYTES, Duration.ofHours(1), notBeforeNanos);
    }

    @Test
    void aHitAfterAPause_waitsForNothing() throws Exception {
        var append = queue.append(Hits.encoded(1));
        assertThat(take(System.nanoTime()))
                .extracting(CommitQueue.Append::durable)
                .containsExactly(append);
    }

    @Test
    void hitsUntilTheNextFlushMayStart_shareIt() throws Exception {
        var _ = queue.append(Hits.encoded(1));
        var group = inBackground(() -> take(System.nanoTime() + IN_AN_HOUR));
        var _ = queue.append(Hits.encoded(2));
        var _ = queue.append(Hits.encoded(3));
        assertThat(group.isDone()).isFalse();
        // Nobody comes any more, so nothing is waited for.
        queue.shut();
        assertThat(group.get()).hasSize(3);
    }

    @Test
    void aFullGroup_doesNotWait() throws Exception {
        var _ = queue.append(Hits.encoded(1));
        assertThat(queue.take(1_000, 1, Duration.ofHours(1), System.nanoTime() + IN_AN_HOUR))
                .hasSize(1);
    }

    @Test
    void completeUntil_isBeforeEveryHitThatWaitsOrIsStillToCome() throws Exception {
        Instant now = Hits.RECEIVED;
        assertThat(queue.completeUntil(micros(now))).isEqualTo(micros(now.minus(CommitQueue.SLACK)));

        // Held up for longer than the slack between its clock and the queue.
        var _ = queue.append(Hits.receivedAt(now.minusSeconds(5)));
        assertThat(received()).isEqualTo(now.minus(CommitQueue.SLACK));

        // Waits while the clock goes on.
        var _ = queue.append(Hits.receivedAt(now));
        assertThat(queue.completeUntil(micros(now.plusSeconds(60)))).isEqualTo(micros(now));
        assertThat(received()).isEqualTo(now);
        assertThat(queue.completeUntil(micros(now.plusSeconds(60)))).isEqualTo(micros(now.plusSeconds(59)));
        assertThat(queue.takeRetimed()).isEqualTo(1);
        assertThat(queue.takeRetimed()).isZero();
    }

    @Test
    void aClockThatWasSetBack_takesNothingBack() throws Exception {
        var _ = queue.append(Hits.receivedAt(Hits.RECEIVED));
        var _ = queue.append(Hits.receivedAt(Hits.RECEIVED.minusSeconds(600)));
        assertThat(received()).isEqualTo(Hits.RECEIVED);
        assertThat(received()).isEqualTo(Hits.RECEIVED.minus(CommitQueue.SLACK));
        assertThat(queue.completeUntil(micros(Hits.RECEIVED.minusSeconds(600))))
                .isEqualTo(micros(Hits.RECEIVED.minus(CommitQueue.SLACK)));
    }

    private Instant received() throws InterruptedException {
        return queue.take(1, GROUP_BYTES, Duration.ZERO, System.nanoTime())
                .getFirst()
                .hit()
                .receivedAt();
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
