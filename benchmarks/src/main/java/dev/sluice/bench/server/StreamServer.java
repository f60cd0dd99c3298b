package dev.sluice.bench.server;

import dev.sluice.local.kinesis.KinesisSettings;
import dev.sluice.local.kinesis.LocalKinesis;
import dev.sluice.local.kinesis.ShardLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;

/**
 * The stand-in for Kinesis as a process of its own, with one stream. The limits of a shard are off, as if there were shards
 * enough: the way of one put per request would be throttled otherwise, and it is the servers that are compared.
 */
public final class StreamServer {
    static final String STREAM = "sluice";
    private static final int SHARDS = 4;

    private StreamServer() {}

    /** @param arguments port and directory */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var settings = KinesisSettings.in(Path.of(arguments[1]))
                .withPort(Integer.parseInt(arguments[0]))
                .withLimits(ShardLimits.NONE);
        LocalKinesis kinesis = LocalKinesis.start(settings);
        try (KinesisClient client = SeedServer.client(kinesis.endpoint())) {
            client.createStream(stream -> stream.streamName(STREAM).shardCount(SHARDS));
        } catch (ResourceInUseException e) {
            // It is there from an earlier start on the same directory.
        }
        new CountDownLatch(1).await();
    }
}
