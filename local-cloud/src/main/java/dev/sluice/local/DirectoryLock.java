package dev.sluice.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a data directory for one process. The system lets go of it when the process ends, however it ends; the file stays and says
 * who held it last.
 *
 * <p>Confined to the thread that starts and stops the cloud.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String FILE = "lock";
    private static final int MAX_HOLDER_BYTES = 200;
    /** Not the text, which others must be able to read: some systems refuse to read what is locked. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @param dir made when absent
     * @throws LocalCloudException when another process, or another part of this one, holds it
     */
    static DirectoryLock acquire(Path dir) throws IOException {
        Files.createDirectories(dir);
        Path file = dir.resolve(FILE);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (tryLock(channel) == null) {
                throw new LocalCloudException(dir.toAbsolutePath().normalize() + " is in use by " + read(channel)
                        + "; stop that, or take another directory");
            }
            write(channel, "process " + ProcessHandle.current().pid());
            return new DirectoryLock(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false);
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_HOLDER_BYTES);
        channel.read(bytes, 0);
        String holder = StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
        return holder.isEmpty() ? "another process" : holder;
    }

    private static void write(FileChannel channel, String holder) throws IOException {
        channel.truncate(0);
        channel.write(StandardCharsets.UTF_8.encode(holder + "\n"), 0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
