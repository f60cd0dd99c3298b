package dev.sluice.cli.doctor;

import dev.sluice.common.KinesisLimits;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** The stream: its settings, the right to write that ingest needs, the right to read that the consumer needs. */
final class StreamChecks {
    static final String ACTIVE = "stream.active";

    private static final String DESCRIBE = "grant kinesis:DescribeStreamSummary on the stream";

    /** One more than the largest hash key there is, so a record put there has no place. */
    private static final String NO_PLACE = "340282366920938463463374607431768211456";

    private static final int WEEK_HOURS = 7 * 24;

    private final ServiceClients clients;
    private final String stream;

    StreamChecks(ServiceClients clients, String stream) {
        this.clients = clients;
        this.stream = stream;
    }

    List<Check> settings() {
        return List.of(
                Check.of(
                        ACTIVE,
                        "DescribeStreamSummary of " + stream,
                        "create the stream, or set sluice.ingest.send.stream, sluice.consumer.stream and the region to those of yours",
                        this::active),
                Check.of("stream.retention", "how long it keeps records", DESCRIBE, this::retention)
                        .needing(ACTIVE),
                Check.of("stream.encryption", "whether it is encrypted", DESCRIBE, this::encryption)
                        .needing(ACTIVE),
                Check.of("stream.capacity", "its mode and its open shards", DESCRIBE, this::capacity)
                        .needing(ACTIVE));
    }

    Check put(PolicySimulation policies) {
        return Check.of(
                        "ingest.put",
                        "PutRecords of a record that has no place in the stream, so that nothing is written",
                        "grant kinesis:PutRecords on the stream to the role of ingest, as IngestRole of deploy/aws/access.yml does",
                        () -> put(stream, policies))
                .needing(ACTIVE);
    }

    Check read() {
        return Check.of(
                        "consumer.read",
                        "ListShards, GetShardIterator and GetRecords of " + stream,
                        "grant what ConsumerRole of deploy/aws/access.yml does on the stream to the role of the consumer",
                        this::reads)
                .needing(ACTIVE);
    }

    private StreamDescriptionSummary describe() {
        return clients.kinesis()
                .describeStreamSummary(r -> r.streamName(stream))
                .streamDescriptionSummary();
    }

    private Finding active() {
        StreamStatus status = describe().streamStatus();
        return status == StreamStatus.ACTIVE || status == StreamStatus.UPDATING
                ? Finding.ok(stream + " is " + status)
                : Finding.fail(stream + " is " + status, "wait until the stream is ACTIVE");
    }

    private Finding retention() {
        int hours = describe().retentionPeriodHours();
        if (hours >= WEEK_HOURS || clients.areStandIns()) {
            return Finding.ok(hours + " h");
        }
        return Finding.warn(
                hours + " h: a consumer that is away for longer loses what it has not read",
                "aws kinesis increase-stream-retention-period --stream-name " + stream + " --retention-period-hours "
                        + WEEK_HOURS);
    }

    private Finding encryption() {
        if (clients.areStandIns()) {
            return Finding.skipped("a stand-in on this machine");
        }
        return describe().encryptionType() == EncryptionType.KMS
                ? Finding.ok("KMS")
                : Finding.warn(
                        "none, and page views are personal data",
                        "aws kinesis start-stream-encryption --stream-name " + stream
                                + " --encryption-type KMS --key-id alias/aws/kinesis");
    }

    private Finding capacity() {
        StreamDescriptionSummary summary = describe();
        int shards = summary.openShardCount();
        var mode = summary.streamModeDetails();
        if (mode != null && mode.streamMode() == StreamMode.ON_DEMAND) {
            return Finding.ok("on demand, now " + shards + " shards; it takes twice its peak of the last 30 days");
        }
        return Finding.ok("provisioned, " + shards + " shards: "
                + shards * KinesisLimits.SHARD_IN_BYTES_PER_SECOND / (1024 * 1024) + " MiB/s of compressed frames");
    }

    private Finding put(String name, PolicySimulation policies) {
        try {
            var answer = clients.kinesis()
                    .putRecords(r -> r.streamName(name)
                            .records(PutRecordsRequestEntry.builder()
                                    .partitionKey("doctor")
                                    .explicitHashKey(NO_PLACE)
                                    .data(SdkBytes.fromUtf8String("doctor"))
                                    .build()));
            if (answer.failedRecordCount() == null || answer.failedRecordCount() == 0) {
                return Finding.warn(
                        "it took a record that has no place; the consumer makes a bad event of it",
                        "not a stream that behaves as Kinesis does: look at sluice.aws.endpoint.kinesis");
            }
        } catch (InvalidArgumentException expected) {
            return policies.confirm("kinesis:PutRecords", arn(), "the call got as far as its arguments");
        } catch (KinesisException e) {
            if (Said.isDenied(e)) {
                throw e;
            }
            return Finding.skipped("no harmless put tells: " + Said.by(e));
        }
        return policies.confirm("kinesis:PutRecords", arn(), "the record alone was refused");
    }

    private String arn() {
        return describe().streamARN();
    }

    private Finding reads() {
        var shards = clients.kinesis()
                .listShards(r -> r.streamName(stream).maxResults(1))
                .shards();
        String iterator = clients.kinesis()
                .getShardIterator(r -> r.streamName(stream)
                        .shardId(shards.getFirst().shardId())
                        .shardIteratorType(ShardIteratorType.LATEST))
                .shardIterator();
        long behind = clients.kinesis()
                .getRecords(r -> r.shardIterator(iterator).limit(1))
                .millisBehindLatest();
        return Finding.ok("reads " + shards.getFirst().shardId() + ", " + behind + " ms behind its end");
    }
}
