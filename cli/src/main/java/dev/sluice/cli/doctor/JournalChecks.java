package dev.sluice.cli.doctor;

import dev.sluice.ingest.journal.JournalProperties;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.springframework.util.unit.DataSize;

/** The journal's folder, on the machine that this runs on. */
final class JournalChecks {
    private static final String FOLDER = "journal.folder";

    /** Gone with the power. */
    private static final Set<String> OF_MEMORY = Set.of("tmpfs", "ramfs");
    /** Gone with the container. */
    private static final Set<String> OF_CONTAINER = Set.of("overlay", "aufs");

    private static final String VOLUME =
            "mount a volume that outlives the container or instance, and set sluice.ingest.journal.directory to it";
    private static final int FSYNCS = 20;
    private static final double SLOW_MILLIS = 20;

    private final JournalProperties journal;

    JournalChecks(JournalProperties journal) {
        this.journal = journal;
    }

    List<Check> all() {
        Path folder = folder();
        return List.of(
                Check.of(
                        FOLDER,
                        "a file in " + folder,
                        "let the user that runs ingest write there, or set sluice.ingest.journal.directory to a folder that it may write to",
                        this::writable),
                Check.of("journal.disk", "the file system of " + folder, VOLUME, this::disk)
                        .needing(FOLDER),
                Check.of("journal.space", "the room on that disk", VOLUME, this::space)
                        .needing(FOLDER),
                Check.of("journal.fsync", FSYNCS + " writes of 4 KB, each flushed", VOLUME, this::fsync)
                        .needing(FOLDER));
    }

    private Path folder() {
        return journal.directory().toAbsolutePath().normalize();
    }

    /** The folder; or, as ingest makes it, where it will be. */
    private Path nearest() {
        Path at = folder();
        while (!Files.isDirectory(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    /** Not a segment's name, so ingest looks past it. */
    private Path probe() {
        return nearest().resolve(".doctor-" + UUID.randomUUID());
    }

    private Finding writable() throws IOException {
        if (Files.exists(folder()) && !Files.isDirectory(folder())) {
            return Finding.fail(folder() + " is no folder", "set sluice.ingest.journal.directory to a folder");
        }
        Path probe = probe();
        try {
            Files.write(probe, new byte[1], StandardOpenOption.CREATE_NEW);
        } finally {
            Files.deleteIfExists(probe);
        }
        return Finding.ok(
                Files.isDirectory(folder())
                        ? folder() + " can be written to"
                        : folder() + " is not there yet; ingest can make it");
    }

    private Finding disk() throws IOException {
        FileStore store = Files.getFileStore(nearest());
        String type = store.type().toLowerCase(Locale.ROOT);
        if (OF_MEMORY.contains(type)) {
            return Finding.fail(type + ", which is memory: a 2xx would not outlive a power cut", VOLUME);
        }
        return OF_CONTAINER.contains(type)
                ? Finding.fail(type + ", a container's own layer: what is not sent yet goes with the container", VOLUME)
                : Finding.ok(type);
    }

    private Finding space() throws IOException {
        long free = Files.getFileStore(nearest()).getUsableSpace();
        long wanted = journal.maxBytes().toBytes() + journal.keepFree().toBytes() - used();
        String found = megabytes(free) + " free";
        return free >= wanted
                ? Finding.ok(found + ", " + megabytes(wanted) + " may be wanted")
                : Finding.warn(
                        found + ", of which max-bytes and keep-free want " + megabytes(wanted),
                        "take a larger disk, or lower sluice.ingest.journal.max-bytes: it takes less than that in an outage");
    }

    private long used() throws IOException {
        if (!Files.isDirectory(folder())) {
            return 0;
        }
        long used = 0;
        try (var files = Files.newDirectoryStream(folder(), Files::isRegularFile)) {
            for (Path file : files) {
                used += size(file);
            }
        }
        return used;
    }

    /** Ingest deletes segments while we count them. */
    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException _) {
            return 0;
        }
    }

    private static String megabytes(long bytes) {
        return DataSize.ofBytes(bytes).toMegabytes() + " MB";
    }

    private Finding fsync() throws IOException {
        long[] nanos = new long[FSYNCS];
        Path probe = probe();
        try (var file = FileChannel.open(probe, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int i = 0; i < FSYNCS; i++) {
                long start = System.nanoTime();
                file.write(ByteBuffer.allocate(4096), 4096L * i);
                file.force(false);
                nanos[i] = System.nanoTime() - start;
            }
        } finally {
            Files.deleteIfExists(probe);
        }
        Arrays.sort(nanos);
        double median = nanos[FSYNCS / 2] / 1e6;
        String found = String.format(Locale.ROOT, "median %.1f ms, slowest %.1f ms", median, nanos[FSYNCS - 1] / 1e6);
        return median <= SLOW_MILLIS
                ? Finding.ok(found)
                : Finding.warn(
                        found + ": every request waits for one",
                        "take a disk with faster flushes, such as gp3 or local NVMe");
    }
}
