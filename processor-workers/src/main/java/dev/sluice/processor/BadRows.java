package dev.sluice.processor;

import dev.sluice.common.TransportId;
import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import dev.sluice.processor.protocol.BadReason;
import dev.sluice.processor.protocol.Parsed;
import dev.sluice.processor.protocol.Text;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of {@code bad_events}. Their {@code raw} is what was sent, so it holds whatever personal data that held:
 * the table needs the same care, and the same deletion, as the others. {@code detail} says what is wrong, and never
 * quotes it.
 */
public final class BadRows {
    /** So many bytes become, with the words in front, a {@code raw} that is just not full. */
    private static final int MAX_ENCODED_BYTES = Columns.RAW.maxBytes() / 4 * 3 - 30;

    private BadRows() {}

    /**
     * The row for a Kinesis record that isn't a frame, or a damaged one. It has no transport id, so its epoch is
     * derived from the record's own name: the same record gives the same row however often it is read.
     *
     * @param arrivedAt when Kinesis took the record: the nearest to a {@code received_at} that is known
     * @param detail which check failed, without a quotation
     */
    public static Row notAFrame(
            String shardId, String sequenceNumber, Instant arrivedAt, byte[] bytes, @Nullable String detail) {
        byte[] name = ("kinesis:" + shardId + ":" + sequenceNumber).getBytes(StandardCharsets.UTF_8);
        var id = new TransportId(UUID.nameUUIDFromBytes(name), 0);
        String why = "A record of the stream is not a frame"
                + (detail == null ? "" : ": " + detail)
                + ". Find out what else writes to the stream.";
        return row(id, arrivedAt, new Parsed.Rejected(0, BadReason.NOT_A_FRAME, why, null, readable(bytes)));
    }

    static Row row(TransportId id, Instant receivedAt, Parsed.Rejected rejected) {
        var draft = new RowDraft()
                .set(Columns.RECEIVED_AT, receivedAt.truncatedTo(ChronoUnit.MICROS))
                .set(Columns.INGEST_EPOCH, id.epoch().toString())
                .set(Columns.INGEST_SEQ, id.seq())
                .set(Columns.INGEST_INDEX, rejected.index())
                .set(Columns.STAGE, rejected.reason().stage().columnValue())
                .set(Columns.REASON, rejected.reason().columnValue());
        String raw = Text.clean(rejected.raw());
        String cut = Text.cut(raw, Columns.RAW.maxBytes());
        String detail = rejected.detail();
        if (cut.length() < raw.length()) {
            // In front, where a long detail can't push it out of the column.
            detail = "[raw cut from " + raw.length() + " to " + cut.length() + " characters] " + detail;
        }
        text(draft, Columns.DETAIL, detail);
        text(draft, Columns.SITE_ID, rejected.siteId());
        text(draft, Columns.RAW, cut);
        return draft.toRow(Table.BAD_EVENTS);
    }

    private static void text(RowDraft draft, Column<String> column, @Nullable String value) {
        String fit = value == null ? "" : Text.cut(Text.clean(value), column.maxBytes());
        draft.set(column, fit.isEmpty() ? null : fit);
    }

    // Text as it is; anything else in a form from which the bytes can be had again.
    private static String readable(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            byte[] kept = bytes.length > MAX_ENCODED_BYTES ? Arrays.copyOf(bytes, MAX_ENCODED_BYTES) : bytes;
            String note = kept.length < bytes.length ? "base64 of the first " + kept.length + " bytes:" : "base64:";
            return note + Base64.getEncoder().encodeToString(kept);
        }
    }
}
