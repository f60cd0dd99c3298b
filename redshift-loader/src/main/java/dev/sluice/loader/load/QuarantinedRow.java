package dev.sluice.loader.load;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes the row of {@code bad_events} for a staged row that the warehouse refuses. The same row of the same batch always gives the
 * same one, so a repeat is found as any other. Its {@code raw} is the row as staged; its {@code detail} quotes nothing of it.
 */
final class QuarantinedRow {
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");
    /** So many bytes become, with the words in front, a {@code raw} that is just not full. */
    private static final int MAX_ENCODED_BYTES = Columns.RAW.maxBytes() / 4 * 3 - 30;

    private QuarantinedRow() {}

    /**
     * @param number of the row in its file, from 1
     * @param bytes of the row, its line feed included
     * @param fields of the row; empty when it doesn't read as one
     */
    static Row of(
            BatchDescriptor batch, StagedFile file, long number, byte[] bytes, List<byte[]> fields, RowFault fault) {
        Map<String, String> cells = cells(file.table(), fields);
        var draft = new RowDraft()
                .set(Columns.RECEIVED_AT, receivedAt(batch, cells.get(Columns.RECEIVED_AT.name())))
                .set(Columns.STAGE, QuarantineReason.STAGE)
                .set(Columns.REASON, fault.reason().columnValue())
                .set(Columns.SITE_ID, siteId(cells.get(Columns.SITE_ID.name())));
        identify(draft, batch, file.table(), number, cells);
        String raw = clean(readable(withoutLineFeed(bytes)));
        String kept = cut(raw, Columns.RAW.maxBytes());
        String detail = file.table().tableName() + ": " + fault.detail() + "; row " + number + " of " + file.key();
        if (kept.length() < raw.length()) {
            // In front, where a long detail can't push it out of the column.
            detail = "[raw cut from " + raw.length() + " to " + kept.length() + " characters] " + detail;
        }
        return draft.set(Columns.DETAIL, cut(clean(detail), Columns.DETAIL.maxBytes()))
                .set(Columns.RAW, kept.isEmpty() ? null : kept)
                .toRow(Table.BAD_EVENTS);
    }

    /** The hit that the row says it comes from; one of the batch's own making when it says nothing that can be read. */
    private static void identify(
            RowDraft draft, BatchDescriptor batch, Table table, long number, Map<String, String> cells) {
        try {
            String index = cells.getOrDefault(Columns.INGEST_INDEX.name(), "");
            draft.set(
                            Columns.INGEST_EPOCH,
                            UUID.fromString(cells.getOrDefault(Columns.INGEST_EPOCH.name(), ""))
                                    .toString())
                    .set(Columns.INGEST_SEQ, Long.valueOf(cells.getOrDefault(Columns.INGEST_SEQ.name(), "")))
                    .set(Columns.INGEST_INDEX, index.isEmpty() ? null : Integer.valueOf(Short.parseShort(index)));
        } catch (IllegalArgumentException _) {
            byte[] name = ("staged:" + batch.batchId() + ":" + table.tableName()).getBytes(StandardCharsets.UTF_8);
            draft.set(Columns.INGEST_EPOCH, UUID.nameUUIDFromBytes(name).toString())
                    .set(Columns.INGEST_SEQ, number)
                    .set(Columns.INGEST_INDEX, null);
        }
    }

    /** Within the batch's span of time, as all that the load looks at is. */
    private static Instant receivedAt(BatchDescriptor batch, @Nullable String text) {
        try {
            Instant at =
                    LocalDateTime.parse(text == null ? "" : text, TIMESTAMP).toInstant(ZoneOffset.UTC);
            return at.isBefore(batch.minReceivedAt()) || at.isAfter(batch.maxReceivedAt()) ? batch.minReceivedAt() : at;
        } catch (DateTimeParseException _) {
            return batch.minReceivedAt();
        }
    }

    private static @Nullable String siteId(@Nullable String text) {
        return text == null || text.isEmpty() ? null : cut(clean(text), Columns.SITE_ID.maxBytes());
    }

    private static Map<String, String> cells(Table table, List<byte[]> fields) {
        var cells = new HashMap<String, String>();
        List<Column<?>> columns = table.stagedColumns();
        for (int i = 0; i < fields.size(); i++) {
            String text = RowCheck.text(fields.get(i));
            if (text != null) {
                cells.put(columns.get(i).name(), text);
            }
        }
        return cells;
    }

    private static byte[] withoutLineFeed(byte[] bytes) {
        return bytes.length > 0 && bytes[bytes.length - 1] == '\n' ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }

    /** Text as it is; anything else in a form from which the bytes can be had again. */
    private static String readable(byte[] bytes) {
        String text = RowCheck.text(bytes);
        if (text != null) {
            return text;
        }
        byte[] kept = bytes.length > MAX_ENCODED_BYTES ? Arrays.copyOf(bytes, MAX_ENCODED_BYTES) : bytes;
        String note = kept.length < bytes.length ? "base64 of the first " + kept.length + " bytes:" : "base64:";
        return note + Base64.getEncoder().encodeToString(kept);
    }

    /** Without the code points that COPY refuses. */
    private static String clean(String text) {
        return text.codePoints()
                .map(point -> isTaken(point) ? point : 0xFFFD)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isTaken(int point) {
        boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
        boolean nonCharacter = (point & 0xFFFE) == 0xFFFE || (point >= 0xFDD0 && point <= 0xFDEF);
        return point != 0 && !surrogate && !nonCharacter;
    }

    /** At a code point. */
    private static String cut(String text, int maxBytes) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= maxBytes) {
            return text;
        }
        int end = maxBytes;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
