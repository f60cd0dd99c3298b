package dev.sluice.cli.up;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.line.RunningLine;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The data directory, for this process alone while it is open. The lock is the operating system's, so it ends with the process
 * however that ends.
 */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK = "up.lock";

    private final Path directory;
    private final FileChannel channel;

    private DataDirectory(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Makes it, when there is none.
     *
     * @param fresh empties it; only ever a directory that was made here
     * @throws CliFailure when another process runs on it, or it isn't one to be emptied
     */
    static DataDirectory claim(Path directory, boolean fresh) throws IOException {
        boolean known = Files.exists(directory.resolve(LOCK)) || isEmpty(directory);
        if (fresh && !known) {
            throw new CliFailure(
                    "--fresh would empty " + directory + ", which was not made by sluice: empty it yourself");
        }
        Files.createDirectories(directory);
        var channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new CliFailure("another sluice runs on " + directory
                    + ": stop it first, or name another directory with" + " --data");
        }
        if (fresh) {
            empty(directory);
        }
        // Of a process that was killed.
        RunningLine.remove(directory);
        return new DataDirectory(directory, channel);
    }

    private static boolean isEmpty(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return true;
        }
        try (var entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    /** All but the lock, which others may be waiting to see released. Links are removed, not followed. */
    private static void empty(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.equals(directory.resolve(LOCK))) {
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                if (!dir.equals(directory)) {
                    Files.delete(dir);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Nobody finds the line by it from now on. */
    @Override
    public void close() throws IOException {
        RunningLine.remove(directory);
        channel.close();
    }
}
