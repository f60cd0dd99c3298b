package dev.sluice.local.redshift;

import dev.sluice.local.redshift.CopyCommand.Conversions;
import dev.sluice.local.redshift.CopyCommand.TimeFormat;
import dev.sluice.local.redshift.LoadError.Fault;
import dev.sluice.local.redshift.LoadError.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns fields into rows of PostgreSQL's COPY text format, with Redshift's conversions and its limits in bytes. A refused row
 * leaves nothing behind. Confined to the COPY's thread.
 */
final class RowEncoder {
    /** Takes finished rows. */
    interface Sink {
        void write(byte[] rows, int length) throws IOException;
    }

    private static final int CHUNK_BYTES = 1 << 16;
    private static final int SHOWN_BYTES = 1024;
    private static final byte[] NULL = {'\\', 'N'};

    private final List<TargetColumn> columns;
    private final Conversions conversions;
    private final byte[] nullAs;
    private final Sink sink;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

    private byte[] out = new byte[2 * CHUNK_BYTES];
    private int length;
    private int rowStart;
    private int column;

    RowEncoder(List<TargetColumn> columns, Conversions conversions, Sink sink) {
        this.columns = List.copyOf(columns);
        this.conversions = conversions;
        this.nullAs = conversions.nullAs().getBytes(StandardCharsets.UTF_8);
        this.sink = sink;
    }

    List<TargetColumn> columns() {
        return columns;
    }

    void startRow() {
        rowStart = length;
        column = 0;
    }

    /**
     * Adds the next column's field.
     *
     * @param quoted whether it stood in quotes, and so is never taken for the NULL text
     * @return why Redshift would refuse it, or null
     */
    @Nullable Fault field(byte[] field, int size, boolean quoted) {
        if (column == columns.size()) {
            return new Fault(Kind.EXTRA_COLUMN, "Extra column(s) found", null, shown(field, size));
        }
        TargetColumn target = nextColumn();
        if (meansNull(target, field, size, quoted)) {
            return nullField(target);
        }
        byte[] value = field;
        int n = size;
        if (!isAscii(value, n) && !isUtf8(value, n)) {
            if (conversions.invalidReplacement().isEmpty()) {
                return new Fault(Kind.BAD_UTF8, "String contains invalid or unsupported UTF8 codepoints", target, "");
            }
            // Java marks each broken stretch with U+FFFD.
            value = new String(field, 0, size, StandardCharsets.UTF_8)
                    .replace("\uFFFD", conversions.invalidReplacement().get())
                    .getBytes(StandardCharsets.UTF_8);
            n = value.length;
        }
        if (target.isText()) {
            n = conversions.blanks().trim() ? withoutTrailingBlanks(value, n) : n;
            if (target.maxBytes() > 0 && n > target.maxBytes()) {
                if (!conversions.truncate()) {
                    return new Fault(Kind.TOO_LONG, "String length exceeds DDL length", target, shown(value, n));
                }
                n = cutAtCharacter(value, target.maxBytes());
            }
        } else if (target.isTimestamp() && conversions.timeFormat() != TimeFormat.TEXT) {
            byte[] time = fromEpoch(value, n);
            if (time == null) {
                return new Fault(Kind.BAD_TIME, "Invalid timestamp format or value", target, shown(value, n));
            }
            value = time;
            n = time.length;
        }
        return escape(target, value, n);
    }

    /** Adds a NULL for the next column, or says why it may not be. */
    @Nullable Fault nullField() {
        return nullField(nextColumn());
    }

    /** Ends the row; a short one is filled with NULLs if the COPY says so. */
    @Nullable Fault endRow() throws IOException {
        while (column < columns.size()) {
            if (!conversions.blanks().fillRecord()) {
                return new Fault(Kind.MISSING_COLUMN, "Delimiter not found", columns.get(column), "");
            }
            Fault fault = nullField();
            if (fault != null) {
                return fault;
            }
        }
        put('\n');
        if (length >= CHUNK_BYTES) {
            flush();
        }
        return null;
    }

    void dropRow() {
        length = rowStart;
    }

    void flush() throws IOException {
        if (length > 0) {
            sink.write(out, length);
            length = 0;
        }
    }

    private TargetColumn nextColumn() {
        if (column > 0) {
            put('\t');
        }
        return columns.get(column++);
    }

    private @Nullable Fault nullField(TargetColumn target) {
        if (target.notNull()) {
            return new Fault(Kind.MISSING_VALUE, "Missing data for not-null field", target, "");
        }
        put(NULL[0]);
        put(NULL[1]);
        return null;
    }

    private boolean meansNull(TargetColumn target, byte[] field, int size, boolean quoted) {
        if (size == 0) {
            return !target.isText() || conversions.blanks().emptyAsNull();
        }
        if (!quoted && size == nullAs.length && Arrays.equals(field, 0, size, nullAs, 0, size)) {
            return true;
        }
        return conversions.blanks().blanksAsNull() && target.isText() && isBlank(field, size);
    }

    private @Nullable Fault escape(TargetColumn target, byte[] value, int n) {
        ensure(2 * n);
        for (int i = 0; i < n; i++) {
            byte b = value[i];
            switch (b) {
                case 0 -> {
                    return new Fault(Kind.BAD_UTF8, "Null byte in a field", target, "");
                }
                case '\\' -> escaped('\\');
                case '\t' -> escaped('t');
                case '\n' -> escaped('n');
                case '\r' -> escaped('r');
                default -> out[length++] = b;
            }
        }
        return null;
    }

    private void escaped(char letter) {
        out[length++] = '\\';
        out[length++] = (byte) letter;
    }

    private void put(int b) {
        ensure(1);
        out[length++] = (byte) b;
    }

    private void ensure(int more) {
        if (out.length - length < more) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
        }
    }

    private byte @Nullable [] fromEpoch(byte[] value, int n) {
        try {
            long number = Long.parseLong(shown(value, n).trim());
            Instant time = conversions.timeFormat() == TimeFormat.EPOCH_SECONDS
                    ? Instant.ofEpochSecond(number)
                    : Instant.ofEpochMilli(number);
            return time.toString().getBytes(StandardCharsets.US_ASCII);
        } catch (NumberFormatException | DateTimeException e) {
            return null;
        }
    }

    private boolean isUtf8(byte[] value, int n) {
        try {
            utf8.reset();
            utf8.decode(ByteBuffer.wrap(value, 0, n));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean isAscii(byte[] value, int n) {
        for (int i = 0; i < n; i++) {
            if (value[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(byte[] value, int n) {
        for (int i = 0; i < n; i++) {
            if (value[i] != ' ' && value[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    private static int withoutTrailingBlanks(byte[] value, int n) {
        int end = n;
        while (end > 0 && value[end - 1] == ' ') {
            end--;
        }
        return end;
    }

    /** The most bytes, at most {@code max}, that don't end inside a character; the value is longer than that. */
    private static int cutAtCharacter(byte[] value, int max) {
        int end = max;
        while (end > 0 && (value[end] & 0xC0) == 0x80) {
            end--;
        }
        return end;
    }

    private static String shown(byte[] value, int n) {
        return new String(value, 0, Math.min(n, SHOWN_BYTES), StandardCharsets.UTF_8).replace("\0", "");
    }
}
