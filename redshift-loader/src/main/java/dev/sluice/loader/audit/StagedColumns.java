package dev.sluice.loader.audit;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Table;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads some columns of a staged file, row by row; all else in it is passed over. Confined to one thread. */
final class StagedColumns implements Closeable {
    /** Longer than any column that is asked for. */
    private static final int MOST_BYTES = 64;

    private final InputStream in;
    private final int[] wanted;
    private final int columns;
    private final byte[] cell = new byte[MOST_BYTES];

    /** @param csv uncompressed, as {@code CsvFile} writes it */
    StagedColumns(InputStream csv, Table table, List<Column<?>> wanted) {
        this.in = new BufferedInputStream(csv, 64 * 1024);
        this.columns = table.stagedColumns().size();
        this.wanted = wanted.stream().mapToInt(table.stagedColumns()::indexOf).toArray();
    }

    /**
     * The next row's values, in the order in which they were asked for; null at the end.
     *
     * @throws IOException also when it is no such file
     */
    @Nullable List<String> next() throws IOException {
        var values = new String[wanted.length];
        for (int column = 0; column < columns; column++) {
            int c = in.read();
            if (c < 0 && column == 0) {
                return null;
            }
            int length = 0;
            boolean quoted = c == '"';
            if (quoted) {
                c = in.read();
            }
            while (c >= 0) {
                if (quoted && c == '"') {
                    c = in.read();
                    quoted = c == '"';
                    if (!quoted) {
                        break;
                    }
                } else if (!quoted && (c == ',' || c == '\n')) {
                    break;
                }
                if (length < MOST_BYTES) {
                    cell[length++] = (byte) c;
                }
                c = in.read();
            }
            if (c != (column + 1 < columns ? ',' : '\n')) {
                throw new IOException("not a staged file: a row that does not have " + columns + " columns");
            }
            for (int i = 0; i < wanted.length; i++) {
                if (wanted[i] == column) {
                    values[i] = new String(cell, 0, length, StandardCharsets.UTF_8);
                }
            }
        }
        return Arrays.asList(values);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
