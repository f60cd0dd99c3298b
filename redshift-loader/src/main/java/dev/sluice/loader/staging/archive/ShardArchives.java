package dev.sluice.loader.staging.archive;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens the archives of shards, and shares out among them the memory that they may hold. Thread-safe; what it opens is confined to
 * the shard's thread.
 */
public final class ShardArchives {
    /**
     * When an archive object is closed.
     *
     * @param targetBytes of one object
     * @param maxAge since its first record
     * @param maxHeldBytes over all shards: with many of them, objects are smaller
     */
    public record Limits(long targetBytes, Duration maxAge, long maxHeldBytes) {}

    private final ArchiveSink sink;
    private final Limits limits;
    private final ArchiveMetrics metrics;
    private final LongSupplier nanoTime;
    private final AtomicInteger open = new AtomicInteger();

    public ShardArchives(ArchiveSink sink, Limits limits, ArchiveMetrics metrics, LongSupplier nanoTime) {
        this.sink = sink;
        this.limits = limits;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
    }

    public ShardArchive open(String shard) {
        open.incrementAndGet();
        return new Buffered(shard);
    }

    /** What takes everything and keeps nothing: where no archive is wanted. */
    public static ShardArchive none() {
        return new None();
    }

    private long target() {
        return Math.min(limits.targetBytes(), limits.maxHeldBytes() / Math.max(1, open.get()));
    }

    /** Holds the encoded records of one object; may pass its share of the memory by one record. */
    private final class Buffered implements ShardArchive {
        private final String shard;
        private final List<byte[]> records = new ArrayList<>();
        /** When the first record arrived; null when nothing is held. */
        private @Nullable Instant begins;

        private String first = "";
        private String last = "";
        private long bytes;
        private long openedNanos;
        private boolean closed;

        Buffered(String shard) {
            this.shard = shard;
        }

        @Override
        public boolean mustWriteBefore(Instant arrivedAt) {
            return begins != null && (bytes >= target() || ArchiveLayout.isLaterHour(arrivedAt, begins));
        }

        @Override
        public void add(ArchivedRecord record) {
            byte[] encoded = ArchiveFormat.encode(record);
            if (begins == null) {
                begins = record.arrivedAt();
                first = record.sequenceNumber();
                openedNanos = nanoTime.getAsLong();
            }
            last = record.sequenceNumber();
            records.add(encoded);
            bytes += encoded.length;
            metrics.taken(encoded.length);
        }

        @Override
        public boolean isEmpty() {
            return begins == null;
        }

        @Override
        public boolean isDue() {
            return begins != null
                    && (bytes >= target()
                            || nanoTime.getAsLong() - openedNanos
                                    >= limits.maxAge().toNanos());
        }

        @Override
        public void write() throws InterruptedException {
            if (begins == null) {
                return;
            }
            sink.write(new ArchiveObject(shard, first, last, begins, records));
            letGo();
        }

        private void letGo() {
            metrics.letGo(records.size(), bytes);
            records.clear();
            bytes = 0;
            begins = null;
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            metrics.discarded(records.size());
            letGo();
            open.decrementAndGet();
        }
    }

    private static final class None implements ShardArchive {
        @Override
        public boolean mustWriteBefore(Instant arrivedAt) {
            return false;
        }

        @Override
        public void add(ArchivedRecord record) {}

        @Override
        public boolean isEmpty() {
            return true;
        }

        @Override
        public boolean isDue() {
            return false;
        }

        @Override
        public void write() {}

        @Override
        public void close() {}
    }
}
