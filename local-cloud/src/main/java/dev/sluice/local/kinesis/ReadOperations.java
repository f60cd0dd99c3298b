package dev.sluice.local.kinesis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Operations that read records. */
final class ReadOperations {
    // Limits of GetRecords, as its API reference gives them.
    private static final int MOST_RECORDS = 10_000;
    private static final int MOST_BYTES = 10 * 1024 * 1024;

    private final Streams streams;

    ReadOperations(Streams streams) {
        this.streams = streams;
    }

    void register(Map<String, Operation> operations) {
        operations.put("GetShardIterator", this::shardIterator);
        operations.put("GetRecords", this::records);
    }

    private Answer shardIterator(ApiRequest request) throws IOException {
        Stream stream = streams.get(request.requiredStreamName());
        Shard shard = stream.shard(request.requiredText("ShardId"));
        ShardIterator iterator = new ShardIterator(
                stream.state().name(),
                stream.state().id(),
                shard.state().index(),
                position(request, shard),
                streams.nowMillis());
        return out -> out.text("ShardIterator", iterator.toString());
    }

    private static long position(ApiRequest request, Shard shard) throws IOException {
        String type = request.requiredText("ShardIteratorType");
        return switch (type) {
            case "TRIM_HORIZON" -> 0;
            case "LATEST" -> shard.log().lastPosition() + 1;
            case "AT_SEQUENCE_NUMBER" -> startingPosition(request, shard);
            case "AFTER_SEQUENCE_NUMBER" -> startingPosition(request, shard) + 1;
            case "AT_TIMESTAMP" -> {
                Instant time = request.time("Timestamp");
                if (time == null) {
                    throw ApiException.invalidArgument("Must specify timestampInMillis parameter for AT_TIMESTAMP.");
                }
                yield shard.log().positionAt(Math.max(0, time.toEpochMilli()));
            }
            default -> throw ApiException.validation("Value '" + type + "' at 'shardIteratorType'");
        };
    }

    private static long startingPosition(ApiRequest request, Shard shard) {
        String text = request.text("StartingSequenceNumber");
        if (text == null) {
            throw ApiException.invalidArgument("Must specify StartingSequenceNumber for this ShardIteratorType.");
        }
        SequenceNumber number = SequenceNumber.parse(text);
        if (number.shard() != shard.state().index()) {
            throw ApiException.invalidArgument("StartingSequenceNumber " + text + " used in GetShardIterator on shard "
                    + shard.id() + " is invalid because it did not come from this shard.");
        }
        return number.position();
    }

    private Answer records(ApiRequest request) throws IOException {
        int limit = request.number("Limit", MOST_RECORDS, 1, MOST_RECORDS);
        ShardIterator iterator = ShardIterator.parse(request.requiredText("ShardIterator"));
        long now = streams.nowMillis();
        iterator.checkAge(now);
        Stream stream = streams.get(iterator.stream());
        if (!stream.state().id().equals(iterator.streamId())) {
            throw ApiException.notFound("The iterator's stream " + iterator.stream() + " was deleted.");
        }
        Shard shard = stream.shard(iterator.shard());
        if (!shard.throttle().tryRead(stream.clock().micros())) {
            throw ApiException.throttled(shard.id(), iterator.stream());
        }
        // Asked before the read: a shard that closes after it may still have records behind it.
        boolean closed = !shard.state().isOpen();
        ShardLog.Batch batch = shard.log().read(iterator.position(), limit, MOST_BYTES);
        List<StoredRecord> records = batch.records();
        shard.throttle()
                .wasRead(records.stream().mapToInt(StoredRecord::payloadBytes).sum());
        long behind = batch.drained() ? 0 : Math.max(1, now - records.getLast().arrivedMillis());
        long next = records.isEmpty() ? iterator.position() : records.getLast().position() + 1;
        return out -> {
            out.objects("Records", records, record -> write(out, record, iterator.shard()));
            out.number("MillisBehindLatest", behind);
            if (closed && batch.drained()) {
                writeChildren(out, stream.state(), iterator.shard());
            } else {
                out.text("NextShardIterator", iterator.next(next, now).toString());
            }
        };
    }

    private static void write(AnswerWriter out, StoredRecord record, int shard) throws IOException {
        out.text("SequenceNumber", new SequenceNumber(record.position(), shard).toString());
        out.time("ApproximateArrivalTimestamp", Instant.ofEpochMilli(record.arrivedMillis()));
        out.bytes("Data", record.data());
        out.text("PartitionKey", new String(record.partitionKey(), StandardCharsets.UTF_8));
        out.text("EncryptionType", "NONE");
    }

    private static void writeChildren(AnswerWriter out, StreamState state, int parent) throws IOException {
        List<ShardState> children =
                state.shards().stream().filter(shard -> shard.isChildOf(parent)).toList();
        out.objects("ChildShards", children, child -> {
            out.text("ShardId", child.shardId());
            out.texts("ParentShards", child.parents().map(ShardState::id).toList());
            ShardOperations.writeRange(out, child);
        });
    }
}
