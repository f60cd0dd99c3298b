package dev.sluice.local.kinesis;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All streams of an endpoint, by name. Holds the directory's lock, so that two endpoints never write the same files.
 * Thread-safe.
 */
final class Streams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
    // Before a name, as "." and ".." are names of streams too.
    private static final String STREAM = "stream-";
    private static final String UNFINISHED = "unfinished-";

    private final KinesisSettings settings;
    private final InstantSource clock;
    private final FileChannel lockFile;
    private final Map<String, Stream> streams = new ConcurrentSkipListMap<>();

    private Streams(KinesisSettings settings, InstantSource clock, FileChannel lockFile) {
        this.settings = settings;
        this.clock = clock;
        this.lockFile = lockFile;
    }

    static Streams open(KinesisSettings settings, InstantSource clock) throws IOException {
        Path dir = settings.dir();
        Files.createDirectories(dir);
        Streams streams = new Streams(settings, clock, lock(dir));
        try {
            for (Path child : DiskTree.children(dir)) {
                String name = child.getFileName().toString();
                if (name.startsWith(UNFINISHED)) {
                    DiskTree.delete(child);
                } else if (name.startsWith(STREAM) && StreamState.existsIn(child)) {
                    Stream stream = Stream.open(child, settings, clock);
                    streams.streams.put(stream.state().name(), stream);
                }
            }
        } catch (IOException | RuntimeException e) {
            streams.close();
            throw e;
        }
        return streams;
    }

    private static FileChannel lock(Path dir) throws IOException {
        FileChannel file = FileChannel.open(dir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock lock = null;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            LOG.debug("Held in this process", e);
        } finally {
            if (lock == null) {
                file.close();
            }
        }
        if (lock == null) {
            throw new IOException(dir + " is in use: another local Kinesis runs on it");
        }
        return file;
    }

    long nowMillis() {
        return clock.millis();
    }

    Stream get(String name) {
        Stream stream = streams.get(name);
        if (stream == null) {
            throw ApiException.notFound("Stream " + name + " under account " + Arn.ACCOUNT + " not found.");
        }
        return stream;
    }

    /** In the order of their names. */
    List<Stream> all() {
        return List.copyOf(streams.values());
    }

    synchronized void create(String name, int shardCount, String mode, Map<String, String> tags) throws IOException {
        if (streams.containsKey(name)) {
            throw ApiException.inUse("Stream " + name + " under account " + Arn.ACCOUNT + " already exists.");
        }
        Path fresh = Files.createTempDirectory(settings.dir(), UNFINISHED);
        StreamClock positions = new StreamClock(clock, 0);
        List<ShardState> shards = new ArrayList<>();
        for (HashRange range : HashRange.even(shardCount)) {
            shards.add(ShardState.open(
                    shards.size(),
                    null,
                    null,
                    range,
                    new ShardState.SequenceStart(positions.nextPosition(), positions.millis())));
        }
        new StreamState(
                        UUID.randomUUID().toString(),
                        name,
                        mode,
                        clock.millis(),
                        settings.retention().toMillis(),
                        tags,
                        shardCount,
                        shards)
                .save(fresh);
        Path dir = settings.dir().resolve(STREAM + name);
        Files.move(fresh, dir, StandardCopyOption.ATOMIC_MOVE);
        streams.put(name, Stream.open(dir, settings, clock));
    }

    synchronized void delete(String name) throws IOException {
        Stream stream = get(name);
        Path gone = settings.dir().resolve(UNFINISHED + UUID.randomUUID());
        Files.move(stream.dir(), gone, StandardCopyOption.ATOMIC_MOVE);
        streams.remove(name);
        stream.close();
        DiskTree.delete(gone);
    }

    /** Drops what is older than its stream's retention. One stream's failure doesn't keep the others from it. */
    void trim() {
        for (Stream stream : streams.values()) {
            try {
                stream.trim();
            } catch (IOException | RuntimeException e) {
                LOG.warn(
                        "Could not delete old records of stream {}",
                        stream.state().name(),
                        e);
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        for (Stream stream : streams.values()) {
            try {
                stream.close();
            } catch (IOException e) {
                LOG.warn(
                        "Could not close the files of stream {}", stream.state().name(), e);
            }
        }
        // Gives the lock back too.
        lockFile.close();
    }
}
