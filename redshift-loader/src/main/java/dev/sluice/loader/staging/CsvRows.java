package dev.sluice.loader.staging;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table as the CSV that COPY reads: UTF-8, no header, commas, line feeds, quotes as RFC 4180 has them. NULL and the
 * empty string are both an empty field. Confined to one thread. Appends into a buffer of its own until {@link #drainTo}.
 *
 * <p>By hand because this runs for every cell of every row: a general writer costs several times as much.
 */
final class CsvRows {
    private static final long SECONDS_PER_DAY = 86_400;
    private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

    private final Table table;
    private final Column<?>[] columns;
    private byte[] bytes = new byte[16 * 1024];
    private int length;

    // Neighbouring timestamps share their day, and a date is the dear part of one.
    private final byte[] day = new byte[10];
    private long dayHeld = Long.MIN_VALUE;

    CsvRows(Table table) {
        this.table = table;
        this.columns = table.stagedColumns().toArray(Column<?>[]::new);
    }

    /** Bytes appended since the last drain. */
    int length() {
        return length;
    }

    /** @throws IllegalArgumentException when the row is another table's */
    void append(Row row) {
        if (row.table() != table) {
            throw new IllegalArgumentException("a row of " + row.table() + " in a file of " + table);
        }
        for (int i = 0; i < columns.length; i++) {
            reserve(1);
            if (i > 0) {
                bytes[length++] = ',';
            }
            cell(columns[i], row.cell(columns[i]));
        }
        reserve(1);
        bytes[length++] = '\n';
    }

    /** Moves what was appended into the stream. */
    void drainTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
        length = 0;
    }

    private void cell(Column<?> column, @Nullable Object cell) {
        switch (cell) {
            case null -> {}
            case String text -> text(text, column.type() == Column.Type.SUPER);
            case Instant at -> timestamp(at);
            case Boolean bool -> ascii(bool ? TRUE : FALSE);
            case Number number -> ascii(number.toString().getBytes(StandardCharsets.US_ASCII));
            default -> throw new IllegalArgumentException("column " + column + " holds a " + cell.getClass());
        }
    }

    private void text(String text, boolean alwaysQuoted) {
        if (text.isEmpty()) {
            return;
        }
        // No character becomes more than three bytes (a surrogate pair is two and becomes four; a quote becomes two).
        reserve(3L * text.length() + 2);
        if (!alwaysQuoted && isCopied(text)) {
            return;
        }
        boolean quoted = alwaysQuoted || needsQuotes(text);
        if (quoted) {
            bytes[length++] = '"';
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                if (c == '"') {
                    bytes[length++] = '"';
                }
                bytes[length++] = (byte) c;
            } else if (c < 0x800) {
                bytes[length++] = (byte) (0xC0 | (c >> 6));
                bytes[length++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                bytes[length++] = (byte) (0xE0 | (c >> 12));
                bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                bytes[length++] = (byte) (0x80 | (c & 0x3F));
            } else if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                bytes[length++] = (byte) (0xF0 | (point >> 18));
                bytes[length++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                bytes[length++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                bytes[length++] = (byte) (0x80 | (point & 0x3F));
            } else {
                // Half a pair has no UTF-8 and one bad byte fails a whole COPY; a question mark never overflows a
                // column.
                bytes[length++] = '?';
            }
        }
        if (quoted) {
            bytes[length++] = '"';
        }
    }

    /** Appends a text that is ASCII and needs no quotes, as most are; appends nothing when it isn't. */
    private boolean isCopied(String text) {
        int end = text.length();
        if (text.charAt(0) == ' ' || text.charAt(end - 1) == ' ') {
            return false;
        }
        int at = length;
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || c == ',' || c == '"' || c == '\n' || c == '\r') {
                return false;
            }
            bytes[at++] = (byte) c;
        }
        length = at;
        return true;
    }

    private static boolean needsQuotes(String text) {
        if (text.charAt(0) == ' ' || text.charAt(text.length() - 1) == ' ') {
            return true;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ',' || c == '"' || c == '\n' || c == '\r') {
                return true;
            }
        }
        return false;
    }

    /** A year of fewer or more than four digits has no form that COPY is sure to read, so such a time is NULL. */
    private void timestamp(Instant at) {
        long epochDay = Math.floorDiv(at.getEpochSecond(), SECONDS_PER_DAY);
        if (epochDay < FIRST_DAY || epochDay > LAST_DAY) {
            return;
        }
        if (epochDay != dayHeld) {
            holdDay(epochDay);
        }
        reserve(26);
        System.arraycopy(day, 0, bytes, length, day.length);
        int second = (int) Math.floorMod(at.getEpochSecond(), SECONDS_PER_DAY);
        digits(bytes, length + 11, 2, second / 3600);
        digits(bytes, length + 14, 2, second / 60 % 60);
        digits(bytes, length + 17, 2, second % 60);
        digits(bytes, length + 20, 6, at.getNano() / 1000);
        bytes[length + 10] = ' ';
        bytes[length + 13] = ':';
        bytes[length + 16] = ':';
        bytes[length + 19] = '.';
        length += 26;
    }

    private void holdDay(long epochDay) {
        LocalDate date = LocalDate.ofEpochDay(epochDay);
        digits(day, 0, 4, date.getYear());
        digits(day, 5, 2, date.getMonthValue());
        digits(day, 8, 2, date.getDayOfMonth());
        day[4] = '-';
        day[7] = '-';
        dayHeld = epochDay;
    }

    private static void digits(byte[] into, int at, int count, int value) {
        int rest = value;
        for (int i = at + count - 1; i >= at; i--) {
            into[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private void ascii(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
    }

    private void reserve(long more) {
        long needed = length + more;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.toIntExact(Math.max(needed, 2L * bytes.length)));
        }
    }
}
