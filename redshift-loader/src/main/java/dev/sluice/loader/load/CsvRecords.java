package dev.sluice.loader.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a staged file, damaged ones among them. What reads as so many fields as the table has columns is a row; where
 * nothing reads so, the rest of the line is a damaged one, so that an open quote does not take its neighbours along. Immutable.
 */
final class CsvRecords {
    /** Longer than any row: with its quotes doubled, a row has a few megabytes at most. */
    private static final int MOST_ROW_BYTES = 8 * 1024 * 1024;

    /** So many that the rest is not looked at any more. */
    static final class TooManyDamagedException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * @param from its first byte
     * @param to behind its last byte, the line feed included
     * @param line on which it starts, from 1
     * @param lines that it takes
     * @param fault in its form; null when it reads as a row
     */
    record CsvRecord(
            int from,
            int to,
            long line,
            int lines,
            @Nullable RowFault fault) {}

    private final byte[] bytes;
    private final int columns;
    private final List<CsvRecord> records = new ArrayList<>();

    private CsvRecords(byte[] bytes, int columns) {
        this.bytes = bytes;
        this.columns = columns;
    }

    /** @throws TooManyDamagedException when more than {@code mostDamaged} are */
    static CsvRecords of(byte[] csv, int columns, int mostDamaged) throws TooManyDamagedException {
        var records = new CsvRecords(csv, columns);
        records.split(mostDamaged);
        return records;
    }

    List<CsvRecord> list() {
        return List.copyOf(records);
    }

    /** The row's bytes, its line feed included. */
    byte[] bytesOf(CsvRecord row) {
        return Arrays.copyOfRange(bytes, row.from(), row.to());
    }

    /** The fields of a row that reads as one, without their quotes. */
    List<byte[]> fieldsOf(CsvRecord row) {
        var fields = new ArrayList<byte[]>(columns);
        int at = row.from();
        while (fields.size() < columns) {
            int end = endOfField(at);
            fields.add(value(at, end));
            at = end + 1;
        }
        return fields;
    }

    /**
     * The same with neighbouring damaged rows as one: a damaged row that holds line feeds was taken for several. Null when even
     * so there are not as many rows as the file was staged with.
     */
    @Nullable CsvRecords joinedTo(long rows) {
        if (records.size() == rows) {
            return this;
        }
        var joined = new CsvRecords(bytes, columns);
        for (CsvRecord row : records) {
            CsvRecord last = joined.records.isEmpty() ? null : joined.records.getLast();
            if (row.fault() != null && last != null && last.fault() != null) {
                joined.records.set(
                        joined.records.size() - 1,
                        new CsvRecord(last.from(), row.to(), last.line(), last.lines() + row.lines(), last.fault()));
            } else {
                joined.records.add(row);
            }
        }
        return joined.records.size() == rows ? joined : null;
    }

    private void split(int mostDamaged) throws TooManyDamagedException {
        long line = 1;
        int damaged = 0;
        int at = 0;
        while (at < bytes.length) {
            var found = endOfRow(at);
            int end = found.end();
            if (found.fault() != null && ++damaged > mostDamaged) {
                throw new TooManyDamagedException();
            }
            int lines = 0;
            for (int i = at; i < end; i++) {
                lines += bytes[i] == '\n' ? 1 : 0;
            }
            records.add(new CsvRecord(at, end, line, Math.max(1, lines), found.fault()));
            line += lines;
            at = end;
        }
    }

    private record End(int end, @Nullable RowFault fault) {}

    private End endOfRow(int from) {
        int fields = 1;
        int at = from;
        while (true) {
            int end = endOfField(at);
            if (end < 0) {
                return damaged(from, QuarantineReason.BROKEN_QUOTES, "a quote is not closed where its field ends");
            }
            if (end >= bytes.length || bytes[end] == '\n') {
                return fields == columns
                        ? new End(Math.min(end + 1, bytes.length), null)
                        : damaged(
                                from,
                                QuarantineReason.WRONG_COLUMN_COUNT,
                                "it has " + fields + " fields, and the table has " + columns + " columns");
            }
            fields++;
            at = end + 1;
        }
    }

    private End damaged(int from, QuarantineReason reason, String detail) {
        int end = from;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return new End(Math.min(end + 1, bytes.length), new RowFault(reason, detail));
    }

    /** Where the field's comma, line feed or end of file is; negative when its quotes are broken. */
    private int endOfField(int from) {
        int at = from;
        if (at >= bytes.length || bytes[at] != '"') {
            while (at < bytes.length && bytes[at] != ',' && bytes[at] != '\n') {
                at++;
            }
            return at;
        }
        at++;
        while (at < bytes.length && at - from < MOST_ROW_BYTES) {
            if (bytes[at] != '"') {
                at++;
            } else if (at + 1 < bytes.length && bytes[at + 1] == '"') {
                at += 2;
            } else {
                at++;
                return at == bytes.length || bytes[at] == ',' || bytes[at] == '\n' ? at : -1;
            }
        }
        return -1;
    }

    private byte[] value(int from, int end) {
        if (end == from || bytes[from] != '"') {
            return Arrays.copyOfRange(bytes, from, end);
        }
        byte[] value = new byte[end - from - 2];
        int length = 0;
        for (int i = from + 1; i < end - 1; i++) {
            value[length++] = bytes[i];
            if (bytes[i] == '"') {
                i++;
            }
        }
        return Arrays.copyOf(value, length);
    }
}
