package dev.sluice.it;

import dev.sluice.common.AuditCodec;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.common.RawHit;
import dev.sluice.local.kinesis.KinesisSettings;
import dev.sluice.local.kinesis.LocalKinesis;
import dev.sluice.local.kinesis.ShardLimits;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Reads what a local stream holds, from its very beginning, past every consumer. */
final class StreamReader {
    private static final String STREAM = "sluice";
    private static final Pattern EVENT_ID = Pattern.compile("\\beid\"?[=:]\"?([0-9a-fA-F-]{36})");

    /** Kinesis allows five reads a second and shard. */
    private static final Duration READ_PAUSE = Duration.ofMillis(200);

    private StreamReader() {}

    static KinesisClient client(URI endpoint) {
        return KinesisClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .build();
    }

    /** An endpoint in this process with the stream, which serves as fast as it can. */
    static LocalKinesis start(Path folder) throws IOException {
        LocalKinesis kinesis = LocalKinesis.start(KinesisSettings.in(folder).withLimits(ShardLimits.NONE));
        try (KinesisClient client = client(kinesis.endpoint())) {
            client.createStream(r -> r.streamName(STREAM).shardCount(2));
        }
        return kinesis;
    }

    /** The ids of all events in the stream. */
    static Set<String> eventIds(URI endpoint) throws FrameFormatException {
        var ids = new HashSet<String>();
        hits(endpoint).forEach(hit -> addEventIds(hit, ids));
        return ids;
    }

    /** All requests in the stream; those of one shard in their order. */
    static List<RawHit> hits(URI endpoint) throws FrameFormatException {
        var hits = new ArrayList<RawHit>();
        try (KinesisClient kinesis = client(endpoint)) {
            for (Shard shard : kinesis.listShards(r -> r.streamName(STREAM)).shards()) {
                String iterator = kinesis.getShardIterator(r -> r.streamName(STREAM)
                                .shardId(shard.shardId())
                                .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                        .shardIterator();
                readShard(kinesis, iterator, hits);
            }
        }
        return hits;
    }

    private static void readShard(KinesisClient kinesis, String first, List<RawHit> hits) throws FrameFormatException {
        String iterator = first;
        while (iterator != null) {
            String at = iterator;
            GetRecordsResponse page = page(kinesis, at);
            for (Record record : page.records()) {
                byte[] data = record.data().asByteArray();
                if (!AuditCodec.isAudit(data)) {
                    hits.addAll(FrameCodec.decode(data).hits());
                }
            }
            boolean caughtUp = page.records().isEmpty() && page.millisBehindLatest() == 0;
            iterator = caughtUp ? null : page.nextShardIterator();
        }
    }

    /** As fast as the shard allows: of a long trial there is more in it than two seconds' worth. */
    private static GetRecordsResponse page(KinesisClient kinesis, String iterator) {
        while (true) {
            try {
                return kinesis.getRecords(r -> r.shardIterator(iterator));
            } catch (ProvisionedThroughputExceededException e) {
                LockSupport.parkNanos(READ_PAUSE.toNanos());
            }
        }
    }

    static void addEventIds(RawHit hit, Set<String> ids) {
        Matcher matcher = EVENT_ID.matcher(hit.query() + "\n" + new String(hit.body(), StandardCharsets.UTF_8));
        while (matcher.find()) {
            ids.add(matcher.group(1));
        }
    }
}
