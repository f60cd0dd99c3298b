package dev.sluice.ingest.journal;

import static org.awaitility.Awaitility.await;

import dev.sluice.common.AuditRecord;
import dev.sluice.common.EncodedHit;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.Hits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.util.unit.DataSize;

/** A journal on a real disk, with its committer; what a start of the collector has. */
public final class OpenJournal implements AutoCloseable {
    /** As seldom as can be: the records at the ends of segments and epochs are left. */
    private static final Duration SELDOM = Duration.ofMinutes(10);

    public final UUID epoch = UUID.randomUUID();
    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    /** What was told to end the process. */
    public final List<Throwable> failures = new CopyOnWriteArrayList<>();

    public final SegmentJournal journal;
    private final JournalCommitter committer;

    private OpenJournal(JournalProperties properties, Ack ack, Duration auditInterval) {
        journal = new SegmentJournal(properties, ack, new JournalMetrics(registry), failures::add);
        committer = new JournalCommitter(
                journal, epoch, new AuditProperties(auditInterval), InstantSource.fixed(Hits.RECEIVED), 0);
        committer.start();
    }

    public static OpenJournal in(Path directory) {
        return with(properties(directory, 100));
    }

    public static OpenJournal with(JournalProperties properties) {
        return new OpenJournal(properties, Ack.JOURNAL, SELDOM);
    }

    /** Whose audit records come every second. */
    public static OpenJournal auditing(Path directory) {
        return new OpenJournal(properties(directory, 100), Ack.JOURNAL, Duration.ofSeconds(1));
    }

    public static OpenJournal acknowledgingFromTheStream(Path directory) {
        return new OpenJournal(properties(directory, 100), Ack.STREAM, SELDOM);
    }

    /** As small as the rules allow, but for the size on disk. */
    public static JournalProperties properties(Path directory, int maxMegabytes) {
        return new JournalProperties(
                directory,
                DataSize.ofMegabytes(maxMegabytes),
                DataSize.ofBytes(0),
                DataSize.ofMegabytes(4),
                DataSize.ofMegabytes(8),
                DataSize.ofMegabytes(16),
                Duration.ofMillis(1));
    }

    public TransportId append(EncodedHit hit) {
        return journal.append(hit).join();
    }

    /** As a sender does whose stream takes everything; those that it took. */
    public List<AuditRecord> storeAudits() {
        var stored = new ArrayList<AuditRecord>();
        for (PendingAudit audit : journal.takeAudits()) {
            stored.add(audit.record());
            journal.release(audit);
        }
        return stored;
    }

    /** As a process that ends in an orderly way while the stream takes everything; the audit records of the end. */
    public List<AuditRecord> end() {
        journal.shut();
        var stored = new ArrayList<AuditRecord>();
        await().until(() -> {
            stored.addAll(storeAudits());
            return !stored.isEmpty() && stored.getLast().isFinal();
        });
        close();
        return stored;
    }

    /** As a process that ends in an orderly way, with a stream that takes nothing any more. */
    @Override
    public void close() {
        committer.stop();
    }
}
