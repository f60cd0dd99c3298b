package dev.sluice.ingest.journal;

import dev.sluice.common.EncodedHit;
import dev.sluice.common.TransportId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.util.unit.DataSize;

/** A journal on a real disk, with its committer; what a start of the collector has. */
public final class OpenJournal implements AutoCloseable {
    public final UUID epoch = UUID.randomUUID();
    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    /** What was told to end the process. */
    public final List<Throwable> failures = new CopyOnWriteArrayList<>();

    public final SegmentJournal journal;
    private final JournalCommitter committer;

    private OpenJournal(JournalProperties properties, Ack ack) {
        journal = new SegmentJournal(properties, ack, new JournalMetrics(registry), failures::add);
        committer = new JournalCommitter(journal, epoch, 0);
        committer.start();
    }

    public static OpenJournal in(Path directory) {
        return with(properties(directory, 100));
    }

    public static OpenJournal with(JournalProperties properties) {
        return new OpenJournal(properties, Ack.JOURNAL);
    }

    public static OpenJournal acknowledgingFromTheStream(Path directory) {
        return new OpenJournal(properties(directory, 100), Ack.STREAM);
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

    /** As a process that ends in an orderly way. */
    @Override
    public void close() {
        committer.stop();
    }
}
