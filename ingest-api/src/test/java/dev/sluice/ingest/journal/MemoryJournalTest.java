package dev.sluice.ingest.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.Frame;
import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.Hits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class MemoryJournalTest {
    private static final UUID EPOCH = new UUID(1, 2);

    @Test
    void append_givesDenseIdsOfOneEpoch() {
        var journal = journal(DataSize.ofMegabytes(2), 10);
        assertThat(journal.append(Hits.ofBody(1)).join()).isEqualTo(new TransportId(EPOCH, 0));
        assertThat(journal.append(Hits.ofBody(1)).join()).isEqualTo(new TransportId(EPOCH, 1));
        assertThat(journal.acceptedHits()).isEqualTo(2);
    }

    @Test
    void append_refusesWhenBytesAreFull_andTakesAgainAfterRelease() throws Exception {
        var journal = journal(DataSize.ofMegabytes(2), 1000);
        RawHit large = Hits.ofBody(1_500_000);
        assertThat(journal.append(large).state()).isEqualTo(Future.State.SUCCESS);
        assertThat(refusal(journal.append(large))).isEqualTo(JournalRefusedException.Reason.FULL);
        assertThat(journal.append(Hits.ofBody(1)).state())
                .as("a small hit still has room")
                .isEqualTo(Future.State.SUCCESS);

        List<JournalEntry> taken = journal.take(1, Long.MAX_VALUE, Duration.ZERO);
        assertThat(refusal(journal.append(large)))
                .as("taken is not released")
                .isEqualTo(JournalRefusedException.Reason.FULL);
        journal.release(new Frame(EPOCH, 0, List.of(taken.getFirst().hit())));
        assertThat(journal.append(large).state()).isEqualTo(Future.State.SUCCESS);
        assertThat(journal.acceptedHits()).isEqualTo(3);
        assertThat(journal.pendingHits()).isEqualTo(2);
        assertThat(journal.pendingBytes())
                .isEqualTo(large.weight() + Hits.ofBody(1).weight());
    }

    @Test
    void append_refusesWhenCountIsFull_withoutUsingUpAnId() {
        var journal = journal(DataSize.ofMegabytes(2), 2);
        assertThat(journal.append(Hits.ofBody(0)).join().seq()).isZero();
        assertThat(journal.append(Hits.ofBody(0)).join().seq()).isEqualTo(1);
        assertThat(refusal(journal.append(Hits.ofBody(0)))).isEqualTo(JournalRefusedException.Reason.FULL);
        assertThat(journal.acceptedHits()).isEqualTo(2);
    }

    @Test
    void shut_refusesAppendsAndLetsTheRestBeTaken() throws Exception {
        var journal = journal(DataSize.ofMegabytes(2), 10);
        assertThat(journal.append(Hits.ofBody(1)).isDone()).isTrue();
        journal.shut();
        assertThat(journal.isOpen()).isFalse();
        assertThat(refusal(journal.append(Hits.ofBody(1)))).isEqualTo(JournalRefusedException.Reason.CLOSED);
        assertThat(journal.take(10, 1000, Duration.ofDays(1))).hasSize(1);
        assertThat(journal.take(10, 1000, Duration.ofDays(1)))
                .as("answers at once: nothing can come any more")
                .isEmpty();
    }

    @Test
    void take_givesInOrderAndBoundedByCountAndBytes() throws Exception {
        var journal = journal(DataSize.ofMegabytes(2), 100);
        for (int i = 0; i < 10; i++) {
            assertThat(journal.append(Hits.ofBody(1000)).isDone()).isTrue();
        }
        assertThat(journal.take(3, Long.MAX_VALUE, Duration.ZERO))
                .extracting(entry -> entry.id().seq())
                .containsExactly(0L, 1L, 2L);
        assertThat(journal.take(100, 1, Duration.ZERO))
                .as("one, whatever it weighs")
                .hasSize(1);
        assertThat(journal.take(100, Hits.ofBody(1000).weight() + 1, Duration.ZERO))
                .hasSize(2);
        assertThat(journal.take(100, Long.MAX_VALUE, Duration.ZERO))
                .extracting(entry -> entry.id().seq())
                .containsExactly(6L, 7L, 8L, 9L);
        assertThat(journal.take(100, Long.MAX_VALUE, Duration.ZERO)).isEmpty();
    }

    @Test
    void take_isWokenByAnAppendAndByShut() throws Exception {
        var journal = journal(DataSize.ofMegabytes(2), 100);
        var first = CompletableFuture.supplyAsync(() -> takeQuietly(journal));
        assertThat(journal.append(Hits.ofBody(5)).isDone()).isTrue();
        assertThat(first.join()).hasSize(1);
        var second = CompletableFuture.supplyAsync(() -> takeQuietly(journal));
        journal.shut();
        assertThat(second.join()).isEmpty();
    }

    /** The door and the last drain race; whatever was told "accepted" must have been drained. */
    @Test
    void shut_losesNothingThatWasAccepted_underConcurrentAppends() throws Exception {
        for (int round = 0; round < 50; round++) {
            var journal = journal(DataSize.ofMegabytes(50), 1_000_000);
            var accepted = new AtomicLong();
            var started = new CountDownLatch(4);
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 4; i++) {
                threads.add(Thread.ofPlatform().name("appender-" + i).start(() -> {
                    started.countDown();
                    RawHit hit = Hits.ofBody(1);
                    while (journal.append(hit).state() == Future.State.SUCCESS) {
                        accepted.incrementAndGet();
                    }
                }));
            }
            started.await();
            long drained =
                    journal.take(10, Long.MAX_VALUE, Duration.ofSeconds(10)).size();
            journal.shut();
            drained += journal.take(Integer.MAX_VALUE, Long.MAX_VALUE, Duration.ZERO)
                    .size();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(drained).isEqualTo(accepted.get()).isEqualTo(journal.acceptedHits());
        }
    }

    private static List<JournalEntry> takeQuietly(Journal journal) {
        try {
            return journal.take(10, Long.MAX_VALUE, Duration.ofMinutes(1));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JournalRefusedException.Reason refusal(CompletableFuture<TransportId> future) {
        return ((JournalRefusedException) future.exceptionNow()).reason();
    }

    private static MemoryJournal journal(DataSize bytes, int hits) {
        return new MemoryJournal(EPOCH, new JournalProperties(bytes, hits));
    }
}
