package dev.sluice.processor.geo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.maxmind.db.CHMCache;
import com.maxmind.db.Metadata;
import com.maxmind.db.Reader;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One database file, held in memory. A changed file is taken when it has stayed the same from one {@link #refresh} to the
 * next, so that one that is still being written is not, and only when it can be opened: until then the one before it
 * serves, also when its file is gone. Thread-safe; look-ups don't wait for a refresh.
 */
final class GeoFile {
    private static final Logger LOG = LoggerFactory.getLogger(GeoFile.class);

    /** What is served. */
    private record Open(Reader reader, String version, Instant built) {}

    /** By what a change is seen. */
    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {
        static Stamp of(Path path) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        }
    }

    private final Path path;
    private final AtomicLong failedLookups = new AtomicLong();
    private volatile @Nullable Open open;

    private final Object lock = new Object();

    /** Of what is served. */
    @GuardedBy("lock") private @Nullable Stamp opened;

    /** At the last look. */
    @GuardedBy("lock") private @Nullable Stamp seen;

    @GuardedBy("lock") private boolean failing;

    GeoFile(Path path) {
        this.path = path;
    }

    /** Looks whether the file has changed, and takes it if so. Never throws. */
    void refresh() {
        synchronized (lock) {
            try {
                Stamp now = Stamp.of(path);
                boolean settled = open == null || now.equals(seen);
                seen = now;
                if (settled && !now.equals(opened)) {
                    take(now);
                }
                recovered();
            } catch (IOException | RuntimeException e) {
                failed(e);
            }
        }
    }

    @GuardedBy("lock") private void take(Stamp stamp) throws IOException {
        var reader = new Reader(path.toFile(), Reader.FileMode.MEMORY, new CHMCache());
        if (!Stamp.of(path).equals(stamp)) {
            throw new IOException("changed while it was read");
        }
        Metadata metadata = reader.getMetadata();
        LocalDate day = LocalDate.ofInstant(metadata.buildTime(), ZoneOffset.UTC);
        // The one before is not closed: who looks something up in it holds it, then it is garbage.
        open = new Open(reader, metadata.databaseType() + " " + day, metadata.buildTime());
        opened = stamp;
        LOG.info("Places are looked up in {}: {} {}", path, metadata.databaseType(), day);
    }

    @GuardedBy("lock") private void recovered() {
        if (failing) {
            failing = false;
            LOG.info("The geo database {} can be read again", path);
        }
    }

    @GuardedBy("lock") private void failed(Exception e) {
        if (failing) {
            LOG.debug("The geo database {} still can't be read", path, e);
            return;
        }
        failing = true;
        LOG.warn(
                "The geo database {} can't be read: {}. It is tried again and again.",
                path,
                open == null ? "no places are known by it" : "the one that was read before serves on",
                e);
    }

    /** Where this address is; unknown too when the database's record is broken, which is counted. */
    Place find(InetAddress address) {
        Open current = open;
        if (current == null
                || (address instanceof Inet6Address
                        && current.reader.getMetadata().ipVersion() == 4)) {
            return Place.UNKNOWN;
        }
        try {
            Map<?, ?> found = current.reader.get(address, Map.class);
            return found == null ? Place.UNKNOWN : PlaceLayout.place(found);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            if (failedLookups.getAndIncrement() == 0) {
                LOG.warn("The geo database {} has broken records; further ones are only counted.", path, e);
            }
            return Place.UNKNOWN;
        }
    }

    /** Type and day; empty while there is none. */
    String version() {
        Open current = open;
        return current == null ? "" : current.version;
    }

    /** When the one that serves was built by whoever made it; null while there is none. */
    @Nullable Instant built() {
        Open current = open;
        return current == null ? null : current.built;
    }

    long failedLookups() {
        return failedLookups.get();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
