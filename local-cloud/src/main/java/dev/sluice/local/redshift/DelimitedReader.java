package dev.sluice.local.redshift;

import dev.sluice.local.redshift.CopyCommand.Delimited;
import dev.sluice.local.redshift.LoadError.Fault;
import dev.sluice.local.redshift.LoadError.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads CSV and plain delimited text, byte by byte, one object per file. Confined to the COPY's thread. */
final class DelimitedReader {
    private static final int NONE = -1;
    /** The longest field; more than any column takes. */
    private static final int MAX_FIELD_BYTES = 16 << 20;

    private enum State {
        PLAIN,
        /** Inside quotes. */
        QUOTED,
        /** After a quote inside quotes: the end, or the first half of a quote that is meant. */
        QUOTE_IN_QUOTED,
        /** After the escape character. */
        ESCAPED
    }

    private final int delimiter;
    private final int quote;
    private final int escape;
    private final int ignoreHeader;
    private final boolean ignoreBlankLines;
    private final RowEncoder rows;
    private final LoadReport report;

    private State state = State.PLAIN;
    private byte[] field = new byte[4096];
    private int size;
    private boolean quoted;
    /** The line that the next byte is on, and the one that the row began on. */
    private long line = 1;

    private long rowLine = 1;
    private int fields;
    private @Nullable Fault fault;

    DelimitedReader(Delimited format, boolean ignoreBlankLines, RowEncoder rows, LoadReport report) {
        this.delimiter = format.delimiter();
        this.quote = format.quote().map(c -> (int) c).orElse(NONE);
        this.escape = format.escape() ? '\\' : NONE;
        this.ignoreHeader = format.ignoreHeader();
        this.ignoreBlankLines = ignoreBlankLines;
        this.rows = rows;
        this.report = report;
    }

    /** Reads to the end; a last line needs no line end. */
    void read(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        rows.startRow();
        int n;
        while ((n = in.read(buffer)) >= 0) {
            for (int i = 0; i < n; i++) {
                accept(buffer[i]);
            }
        }
        if (state == State.QUOTED) {
            fault = new Fault(Kind.UNENDED_QUOTE, "Delimited value missing end quote", null, "");
            endRow();
        } else if (size > 0 || fields > 0 || quoted) {
            endLine();
        }
    }

    private void accept(byte b) throws IOException {
        switch (state) {
            case QUOTED -> inQuotes(b);
            case QUOTE_IN_QUOTED -> {
                if (b == quote) {
                    append(b);
                    state = State.QUOTED;
                } else {
                    state = State.PLAIN;
                    plain(b);
                }
            }
            case ESCAPED -> {
                line += b == '\n' ? 1 : 0;
                append(b);
                state = State.PLAIN;
            }
            case PLAIN -> plain(b);
        }
    }

    private void inQuotes(byte b) throws IOException {
        if (b == quote) {
            state = State.QUOTE_IN_QUOTED;
            return;
        }
        line += b == '\n' ? 1 : 0;
        append(b);
    }

    private void plain(byte b) throws IOException {
        if (b == delimiter) {
            endField();
        } else if (b == '\n') {
            if (size > 0 && field[size - 1] == '\r') {
                size--;
            }
            endLine();
            line++;
            rowLine = line;
        } else if (b == escape) {
            state = State.ESCAPED;
        } else if (b == quote && size == 0 && !quoted) {
            quoted = true;
            state = State.QUOTED;
        } else {
            append(b);
        }
    }

    private void append(byte b) throws IOException {
        if (size == field.length) {
            if (size >= MAX_FIELD_BYTES) {
                throw new IOException("a field of more than " + MAX_FIELD_BYTES + " bytes on line " + line);
            }
            field = Arrays.copyOf(field, size * 2);
        }
        field[size++] = b;
    }

    private void endField() {
        fields++;
        if (fault == null && rowLine > ignoreHeader) {
            fault = rows.field(field, size, quoted);
        }
        size = 0;
        quoted = false;
    }

    private void endLine() throws IOException {
        boolean blank = fields == 0 && size == 0 && !quoted;
        if (rowLine <= ignoreHeader || (blank && ignoreBlankLines)) {
            rows.dropRow();
            nextRow();
            return;
        }
        if (blank && rows.columns().size() > 1) {
            fault = new Fault(Kind.EMPTY_LINE, "Input line contained no data", null, "");
        } else {
            endField();
        }
        endRow();
    }

    private void endRow() throws IOException {
        if (fault == null) {
            fault = rows.endRow();
        }
        Fault found = fault;
        long at = rowLine;
        if (found != null) {
            rows.dropRow();
            nextRow();
            report.refuse(at, found);
        } else {
            nextRow();
            report.accept(at);
        }
    }

    private void nextRow() {
        fields = 0;
        size = 0;
        quoted = false;
        fault = null;
        rows.startRow();
    }
}
