package dev.sluice.ingest.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The journal's folder, one process's own while it is open. A file counts only once the folder's entry for it is on disk as well,
 * so every change of entries that a promise rests on is flushed. Its methods may be called by one thread at a time.
 */
final class JournalDirectory implements Closeable {
    private static final String LOCK = "journal.lock";
    private static final String DAMAGED = "damaged";
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path path;
    private final FileChannel lockFile;
    private final FileStore disk;

    private JournalDirectory(Path path, FileChannel lockFile, FileStore disk) {
        this.path = path;
        this.lockFile = lockFile;
        this.disk = disk;
    }

    /**
     * Makes the folder if there is none, and takes it.
     *
     * @throws IOException when it cannot be written to, or another process has it
     */
    static JournalDirectory open(Path directory) throws IOException {
        Path path = directory.toAbsolutePath().normalize();
        create(path);
        FileChannel lockFile =
                FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock(lockFile) == null) {
                throw new IOException("the journal in " + path + " belongs to another running process;"
                        + " give each its own sluice.ingest.journal.directory");
            }
            return new JournalDirectory(path, lockFile, Files.getFileStore(path));
        } catch (IOException e) {
            lockFile.close();
            throw e;
        }
    }

    private static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another part of this very process has it.
            return null;
        }
    }

    /** Every new folder's entry in its parent is flushed, from the top down. */
    private static void create(Path path) throws IOException {
        var missing = new ArrayDeque<Path>();
        for (Path p = path; p != null && !Files.isDirectory(p); p = p.getParent()) {
            missing.push(p);
        }
        for (Path p : missing) {
            Files.createDirectory(p, OWNER_ONLY);
            flush(p.resolveSibling(""));
        }
    }

    private static void flush(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    Path path() {
        return path;
    }

    /** All segments, by name. */
    List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file ->
                            SegmentFormat.epochOf(file.getFileName().toString()).isPresent())
                    .sorted()
                    .toList();
        }
    }

    /** A new segment, durably in the folder. */
    SegmentWriter create(Path file, UUID epoch, ByteBuffer block) throws IOException {
        SegmentWriter writer = SegmentWriter.create(file, epoch, block);
        flush(path);
        return writer;
    }

    Path file(UUID epoch, long firstSeq) {
        return path.resolve(SegmentFormat.name(epoch, firstSeq));
    }

    /** Not flushed: a file that comes back after a crash is sent once more, under the same ids. */
    void delete(Path segment) throws IOException {
        Files.deleteIfExists(segment);
    }

    /** Keeps a segment for a person to look at, out of the way of the next start; where it is now. */
    Path setAside(Path segment) throws IOException {
        Path folder = path.resolve(DAMAGED);
        create(folder);
        Path aside = folder.resolve(segment.getFileName());
        Files.move(segment, aside);
        return aside;
    }

    /** Bytes that the disk has left for us. */
    long usableBytes() throws IOException {
        return disk.getUsableSpace();
    }

    @Override
    public void close() throws IOException {
        // Closing gives the lock back. The file stays: deleting it could take away the lock of who has just opened it.
        lockFile.close();
    }
}
