package dev.sluice.consumer;

import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.aws.AwsClients;
import dev.sluice.common.aws.AwsProperties;
import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.StagingClients;
import dev.sluice.loader.staging.StagingLayout;
import dev.sluice.loader.staging.archive.ArchiveReader;
import dev.sluice.local.dynamodb.LocalDynamoDb;
import dev.sluice.local.kinesis.KinesisSettings;
import dev.sluice.local.kinesis.LocalKinesis;
import dev.sluice.local.s3.LocalS3;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.s3.S3Client;

/** Kinesis, DynamoDB and S3 on free ports of this machine, a sender, and a reader of what was staged. */
final class Standins implements AutoCloseable {
    static final String BUCKET = "it-bucket";

    final LocalKinesis kinesis;
    final LocalDynamoDb dynamoDb;
    final LocalS3 s3;
    final SdkAsyncHttpClient http;
    final KinesisAsyncClient kinesisClient;
    final DynamoDbAsyncClient dynamoDbClient;
    final S3Client s3Client;

    Standins(Path dir) throws IOException {
        kinesis = LocalKinesis.start(KinesisSettings.in(dir.resolve("kinesis")).withPort(0));
        dynamoDb = LocalDynamoDb.start(dir.resolve("dynamodb"), 0);
        s3 = LocalS3.start(dir.resolve("s3"), 0);
        var clients = new AwsClients(new AwsProperties(
                "us-east-1",
                AwsProperties.Credentials.LOCAL,
                new AwsProperties.Endpoint(kinesis.endpoint(), dynamoDb.endpoint(), s3.endpoint(), null),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30)));
        http = NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1).build();
        kinesisClient = clients.configure(KinesisAsyncClient.builder(), kinesis.endpoint())
                .httpClient(http)
                .build();
        dynamoDbClient = clients.configure(DynamoDbAsyncClient.builder(), dynamoDb.endpoint())
                .httpClient(http)
                .build();
        s3Client = StagingClients.s3(clients, s3.endpoint());
        s3Client.createBucket(b -> b.bucket(BUCKET));
    }

    void createStream(String stream, int shards) {
        kinesisClient.createStream(b -> b.streamName(stream).shardCount(shards)).join();
        kinesisClient.waiter().waitUntilStreamExists(b -> b.streamName(stream)).join();
    }

    /** What makes a consumer of this stream, staging under a prefix of the stream's name. */
    List<String> properties(String stream) {
        return List.of(
                "spring.profiles.active=local",
                "server.port=0",
                // The stand-in tells every call.
                "logging.level.software.amazon.dynamodb=ERROR",
                "sluice.aws.endpoint.kinesis=" + kinesis.endpoint(),
                "sluice.aws.endpoint.dynamodb=" + dynamoDb.endpoint(),
                "sluice.aws.endpoint.s3=" + s3.endpoint(),
                "sluice.staging.bucket=" + BUCKET,
                "sluice.staging.prefix=" + stream + "/",
                "sluice.consumer.stream=" + stream,
                "sluice.consumer.application=app-" + stream);
    }

    ConfigurableApplicationContext consumer(String stream, String... more) {
        var args = new ArrayList<String>();
        properties(stream).forEach(property -> args.add("--" + property));
        for (String property : more) {
            args.add("--" + property);
        }
        SpringApplicationBuilder application = ConsumerApplication.application();
        return application.run(args.toArray(String[]::new));
    }

    /** Sends page views as frames of so many hits, each to a random shard, until each record was taken. */
    void send(String stream, UUID epoch, long firstSeq, int frames, int hitsPerFrame) {
        var entries = new ArrayList<PutRecordsRequestEntry>();
        for (int i = 0; i < frames; i++) {
            entries.add(entry(FrameCodec.encode(frame(epoch, firstSeq + (long) i * hitsPerFrame, hitsPerFrame))));
        }
        put(stream, entries);
    }

    void sendForeign(String stream, String text) {
        put(stream, List.of(entry(text.getBytes(StandardCharsets.UTF_8))));
    }

    private void put(String stream, List<PutRecordsRequestEntry> entries) {
        List<PutRecordsRequestEntry> left = entries;
        while (!left.isEmpty()) {
            List<PutRecordsRequestEntry> now = left;
            var results = kinesisClient
                    .putRecords(b -> b.streamName(stream).records(now))
                    .join()
                    .records();
            var again = new ArrayList<PutRecordsRequestEntry>();
            for (int i = 0; i < now.size(); i++) {
                if (results.get(i).errorCode() != null) {
                    again.add(now.get(i));
                }
            }
            left = again;
        }
    }

    private static PutRecordsRequestEntry entry(byte[] data) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(UUID.randomUUID().toString())
                .data(SdkBytes.fromByteArray(data))
                .build();
    }

    static Frame frame(UUID epoch, long firstSeq, int hits) {
        var visitor = new RawHit.Visitor("203.0.113.9", RawHit.Visitor.NO_NETWORK_ID, false, PrivacySignal.NONE);
        var list = new ArrayList<RawHit>();
        for (int i = 0; i < hits; i++) {
            list.add(new RawHit(
                    Instant.now().truncatedTo(ChronoUnit.MICROS),
                    visitor,
                    RawHit.Method.GET,
                    "/i",
                    "e=pv&p=web&tv=js-4.6.8&aid=shop&url=http%3A%2F%2Fshop.example%2F" + (firstSeq + i),
                    Map.of("user-agent", "it"),
                    new byte[0]));
        }
        return new Frame(epoch, firstSeq, list);
    }

    List<Shard> openShards(String stream) {
        return kinesisClient.listShards(b -> b.streamName(stream)).join().shards().stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .toList();
    }

    /** Every descriptor that waits, read as the loader would. */
    List<BatchDescriptor> batches(String stream) {
        var layout = new StagingLayout(BUCKET, stream + "/");
        return s3Client.listObjectsV2Paginator(b -> b.bucket(BUCKET).prefix(layout.waitingPrefix())).contents().stream()
                .map(object -> BatchDescriptor.fromJson(
                        s3Client.getObjectAsBytes(b -> b.bucket(BUCKET).key(object.key()))
                                .asByteArray()))
                .toList();
    }

    /** The cells of one column in every staged row of one table, each file checked against its descriptor. */
    List<String> staged(String stream, Table table, Column<?> column) throws IOException {
        int index = table.stagedColumns().indexOf(column);
        var cells = new ArrayList<String>();
        for (BatchDescriptor batch : batches(stream)) {
            for (BatchDescriptor.StagedFile file : batch.files()) {
                if (file.table() != table) {
                    continue;
                }
                byte[] bytes = s3Client.getObjectAsBytes(b -> b.bucket(BUCKET).key(file.key()))
                        .asByteArray();
                if (bytes.length != file.bytes() || !sha256(bytes).equals(file.sha256())) {
                    throw new AssertionError(file + " is not what its descriptor says");
                }
                List<List<String>> rows = rows(bytes);
                if (rows.size() != file.rows()) {
                    throw new AssertionError(file + " has " + rows.size() + " rows");
                }
                rows.forEach(row -> cells.add(row.get(index)));
            }
        }
        return cells;
    }

    /** The sequence numbers of all staged page views, repeats included. */
    List<Long> stagedSeqs(String stream) throws IOException {
        return staged(stream, Table.PAGE_VIEWS, Columns.INGEST_SEQ).stream()
                .map(Long::valueOf)
                .toList();
    }

    /** The sequence numbers of all hits in the archive, repeats included. */
    List<Long> archivedSeqs(String stream) throws Exception {
        var seqs = new ArrayList<Long>();
        for (var object : s3Client.listObjectsV2Paginator(b -> b.bucket(BUCKET).prefix(stream + "/archive/"))
                .contents()) {
            try (var reader =
                    new ArchiveReader(s3Client.getObject(b -> b.bucket(BUCKET).key(object.key())))) {
                for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                    Frame frame = FrameCodec.decode(next.get().data());
                    for (int i = 0; i < frame.hits().size(); i++) {
                        seqs.add(frame.idOf(i).seq());
                    }
                }
            }
        }
        return seqs;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static List<List<String>> rows(byte[] gzip) throws IOException {
        String csv;
        try (var in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            csv = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        var rows = new ArrayList<List<String>>();
        var row = new ArrayList<String>();
        var cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < csv.length(); i++) {
            char c = csv.charAt(i);
            if (c == '"') {
                if (quoted && i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
                    cell.append(c);
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (quoted || (c != ',' && c != '\n')) {
                cell.append(c);
            } else {
                row.add(cell.toString());
                cell.setLength(0);
                if (c == '\n') {
                    rows.add(List.copyOf(row));
                    row.clear();
                }
            }
        }
        return rows;
    }

    @Override
    public void close() throws IOException {
        s3Client.close();
        kinesisClient.close();
        dynamoDbClient.close();
        http.close();
        kinesis.close();
        dynamoDb.close();
        s3.close();
    }
}
