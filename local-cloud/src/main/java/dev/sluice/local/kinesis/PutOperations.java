package dev.sluice.local.kinesis;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Operations that put records. What they answer as stored is on disk. */
final class PutOperations {
    // Limits of PutRecords, as its API reference gives them.
    private static final int MOST_RECORDS = 500;
    private static final int MOST_BYTES = 5 * 1024 * 1024;
    private static final int MOST_RECORD_BYTES = 1024 * 1024;
    private static final int MOST_KEY_CHARS = 256;

    private final Streams streams;
    private final Faults faults;

    PutOperations(Streams streams, Faults faults) {
        this.streams = streams;
        this.faults = faults;
    }

    void register(Map<String, Operation> operations) {
        operations.put("PutRecord", this::putRecord);
        operations.put("PutRecords", this::putRecords);
    }

    private Answer putRecord(ApiRequest request) {
        Stream stream = streams.get(request.requiredStreamName());
        PutEntry entry = entry(0, request);
        return switch (put(stream, List.of(entry)).getFirst()) {
            case PutOutcome.Refused refused -> throw refused.reason();
            case PutOutcome.Stored stored ->
                out -> {
                    writeStored(out, stored);
                    out.text("EncryptionType", "NONE");
                };
        };
    }

    private Answer putRecords(ApiRequest request) {
        Stream stream = streams.get(request.requiredStreamName());
        List<ApiRequest> records = request.requiredObjects("Records");
        if (records.isEmpty() || records.size() > MOST_RECORDS) {
            throw ApiException.validation("Value at 'records' failed to satisfy constraint: Member must have length"
                    + " between 1 and " + MOST_RECORDS + "; it has " + records.size());
        }
        List<PutEntry> entries = new ArrayList<>(records.size());
        long bytes = 0;
        for (ApiRequest record : records) {
            PutEntry entry = entry(entries.size(), record);
            bytes += entry.bytes();
            entries.add(entry);
        }
        if (bytes > MOST_BYTES) {
            throw ApiException.invalidArgument("Records size exceeds 5 MB limit");
        }
        List<PutOutcome> outcomes = put(stream, entries);
        long failed = outcomes.stream()
                .filter(outcome -> outcome instanceof PutOutcome.Refused)
                .count();
        return out -> {
            out.number("FailedRecordCount", failed);
            out.objects("Records", outcomes, outcome -> write(out, outcome));
            out.text("EncryptionType", "NONE");
        };
    }

    /** Puts what the faults leave; the others are refused at their places. */
    private List<PutOutcome> put(Stream stream, List<PutEntry> entries) {
        PutOutcome[] outcomes = new PutOutcome[entries.size()];
        List<PutEntry> left = new ArrayList<>(entries.size());
        for (PutEntry entry : entries) {
            Optional<ApiException> failure = faults.drawRecordFailure();
            if (failure.isPresent()) {
                outcomes[entry.at()] = new PutOutcome.Refused(failure.get());
            } else if (faults.drawRecordLoss()) {
                outcomes[entry.at()] = lost(stream);
            } else {
                left.add(entry);
            }
        }
        stream.put(left, outcomes);
        return Arrays.asList(outcomes);
    }

    /** An answer like any other, of a record that nobody will read. */
    private static PutOutcome lost(Stream stream) {
        Shard shard = stream.openShards().getFirst();
        return new PutOutcome.Stored(shard.id(), shard.skipped());
    }

    private static PutEntry entry(int at, ApiRequest request) {
        String key = request.requiredText("PartitionKey");
        if (key.isEmpty() || key.codePointCount(0, key.length()) > MOST_KEY_CHARS) {
            throw ApiException.validation(
                    "Value at 'partitionKey' failed to satisfy constraint: Member must have length" + " between 1 and "
                            + MOST_KEY_CHARS);
        }
        byte[] data = request.requiredBytes("Data");
        if (data.length > MOST_RECORD_BYTES) {
            throw ApiException.validation("Value at 'data' failed to satisfy constraint: Member must have length less"
                    + " than or equal to " + MOST_RECORD_BYTES);
        }
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        if (data.length + keyBytes.length > MOST_RECORD_BYTES) {
            throw ApiException.invalidArgument("Data and partition key exceed " + MOST_RECORD_BYTES + " bytes");
        }
        String explicit = request.text("ExplicitHashKey");
        BigInteger hash = explicit == null ? HashRange.hash(keyBytes) : HashRange.parseKey(explicit);
        return new PutEntry(at, keyBytes, data, hash);
    }

    private static void write(AnswerWriter out, PutOutcome outcome) throws IOException {
        switch (outcome) {
            case PutOutcome.Stored stored -> writeStored(out, stored);
            case PutOutcome.Refused refused -> {
                out.text("ErrorCode", refused.reason().code());
                out.text("ErrorMessage", refused.reason().text());
            }
        }
    }

    private static void writeStored(AnswerWriter out, PutOutcome.Stored stored) throws IOException {
        out.text("ShardId", stored.shardId());
        out.text("SequenceNumber", stored.sequenceNumber().toString());
    }
}
