package dev.sluice.loader.load;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.Range;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import dev.sluice.loader.staging.CsvFile;
import dev.sluice.loader.staging.StagingLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Stages batches of small rows into a bucket, as the consumer would. */
record StagedEvents(S3Client s3, StagingLayout layout) {

    /** One staged row; {@code index} -1 leaves the column out. */
    record Event(Table table, UUID id, String fingerprint, UUID epoch, long seq, int index, Instant receivedAt) {
        static Event pageView(UUID epoch, long seq, Instant base) {
            UUID id = UUID.nameUUIDFromBytes((epoch + "/" + seq).getBytes(StandardCharsets.US_ASCII));
            return new Event(Table.PAGE_VIEWS, id, "f".repeat(32), epoch, seq, 0, base.plusMillis(seq));
        }

        Event as(Table other) {
            return new Event(other, id, fingerprint, epoch, seq, index, receivedAt);
        }

        Event withFingerprint(String other) {
            return new Event(table, id, other, epoch, seq, index, receivedAt);
        }

        Event withIndex(int other) {
            return new Event(table, id, fingerprint, epoch, seq, other, receivedAt);
        }

        /** The same event in another hit. */
        Event sentAgain(long otherSeq, Instant at) {
            return new Event(table, id, fingerprint, epoch, otherSeq, index, at);
        }
    }

    static List<Event> pageViews(UUID epoch, long from, long to, Instant base) {
        return LongStream.range(from, to)
                .mapToObj(seq -> Event.pageView(epoch, seq, base))
                .toList();
    }

    BatchDescriptor stage(String shard, long first, List<Event> events) throws IOException {
        var byTable = new EnumMap<Table, List<String>>(Table.class);
        for (Event event : events) {
            byTable.computeIfAbsent(event.table(), _ -> new ArrayList<>()).add(csv(event));
        }
        return stage(shard, first, events, byTable);
    }

    /** With one file of page views, whatever its bytes are; the descriptor says that it holds the events. */
    BatchDescriptor stageFile(String shard, long first, List<Event> events, byte[] file) throws IOException {
        var range = new Range(shard, Long.toString(first), Long.toString(first + events.size() - 1));
        String key = layout.dataKey(range, hash(), Table.PAGE_VIEWS);
        s3.putObject(put -> put.bucket(layout.bucket()).key(key), RequestBody.fromBytes(file));
        return describe(
                range,
                events,
                List.of(new StagedFile(Table.PAGE_VIEWS, key, events.size(), file.length, CsvFile.sha256(file))));
    }

    /** With lines of the caller's. */
    BatchDescriptor stage(String shard, long first, List<Event> events, Map<Table, List<String>> lines)
            throws IOException {
        var range = new Range(shard, Long.toString(first), Long.toString(first + events.size() - 1));
        var files = new ArrayList<StagedFile>();
        for (Map.Entry<Table, List<String>> entry : lines.entrySet()) {
            byte[] gzip = gzip(String.join("", entry.getValue()));
            String key = layout.dataKey(range, hash(), entry.getKey());
            s3.putObject(put -> put.bucket(layout.bucket()).key(key), RequestBody.fromBytes(gzip));
            files.add(new StagedFile(entry.getKey(), key, entry.getValue().size(), gzip.length, CsvFile.sha256(gzip)));
        }
        return describe(range, events, files);
    }

    BatchDescriptor describe(Range range, List<Event> events, List<StagedFile> files) {
        var batch = new BatchDescriptor(
                BatchDescriptor.VERSION,
                StagingLayout.batchId(range.shard(), range.first(), range.last()),
                range,
                events.stream().map(Event::receivedAt).min(Instant::compareTo).orElseThrow(),
                events.stream().map(Event::receivedAt).max(Instant::compareTo).orElseThrow(),
                "test",
                "lists 1; places 2",
                files);
        s3.putObject(
                put -> put.bucket(layout.bucket()).key(layout.waitingKey(batch.batchId())),
                RequestBody.fromBytes(batch.toJson()));
        return batch;
    }

    static String csv(Event event) {
        return event.table().stagedColumns().stream()
                .map(column -> cell(event, column))
                .collect(Collectors.joining(",", "", "\n"));
    }

    private static String cell(Event event, Column<?> column) {
        if (column == Columns.EVENT_ID) {
            return event.id().toString();
        } else if (column == Columns.EVENT_FINGERPRINT) {
            return event.fingerprint();
        } else if (column == Columns.INGEST_EPOCH) {
            return event.epoch().toString();
        } else if (column == Columns.INGEST_SEQ) {
            return Long.toString(event.seq());
        } else if (column == Columns.INGEST_INDEX) {
            return event.index() < 0 ? "" : Integer.toString(event.index());
        } else if (column == Columns.RECEIVED_AT || column == Columns.OCCURRED_AT || column == Columns.ENRICHED_AT) {
            return Session.timestamp(event.receivedAt());
        } else if (column == Columns.EVENT_TYPE) {
            return event.table().name().toLowerCase(Locale.ROOT);
        } else if (column == Columns.IS_ANONYMOUS || column == Columns.IS_BOT || column == Columns.IS_TRUNCATED) {
            return "false";
        } else if (column == Columns.ENRICH_VERSION) {
            return "test";
        } else if (column == Columns.STAGE || column == Columns.REASON) {
            return "parse";
        } else if (column == Columns.PAGE_TITLE) {
            return "\"A \"\"title\"\", ünder µs 🚰\"";
        } else if (column == Columns.CONTEXT) {
            return "\"{\"\"a\"\": [1, \"\"b\"\"]}\"";
        } else if (column == Columns.RAW) {
            return "\"GET /i?e=pv\"";
        }
        return "";
    }

    /** Any, and like a real one without a dash. */
    private static String hash() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static byte[] gzip(String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
