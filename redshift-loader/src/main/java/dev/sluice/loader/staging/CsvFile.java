package dev.sluice.loader.staging;

import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/**
 * One table's staged file while it grows, compressed in memory as the rows come, so that a batch holds about a tenth of its
 * CSV. The same rows give the same bytes. Confined to one thread; must be closed, as a compressor holds native memory.
 */
public final class CsvFile implements AutoCloseable {
    private static final int DRAIN_BYTES = 32 * 1024;

    private final Table table;
    private final CsvRows csv;
    private final ByteArrayOutputStream compressed = new ByteArrayOutputStream(16 * 1024);
    private final OutputStream gzip;
    private long rows;
    private long drainedBytes;

    public CsvFile(Table table) {
        this.table = table;
        this.csv = new CsvRows(table);
        try {
            this.gzip = new FastGzip(compressed);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
    }

    public void append(Row row) {
        csv.append(row);
        rows++;
        if (csv.length() >= DRAIN_BYTES) {
            drain();
        }
    }

    long rows() {
        return rows;
    }

    /** Bytes of CSV, before compression. */
    long csvBytes() {
        return drainedBytes + csv.length();
    }

    /** Ends the file; nothing may be appended after. */
    public RowBatch.TableRows finish() {
        drain();
        close();
        byte[] bytes = compressed.toByteArray();
        return new RowBatch.TableRows(table, rows, bytes, sha256(bytes));
    }

    @Override
    public void close() {
        try {
            gzip.close();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
    }

    private void drain() {
        drainedBytes += csv.length();
        try {
            csv.drainTo(gzip);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
    }

    /** In lower-case hex. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Level 2 of 9: a third of the default's CPU; the file lives for minutes and never leaves the region. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 8 * 1024);
            def.setLevel(2);
        }
    }
}
