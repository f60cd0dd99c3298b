package dev.sluice.loader.staging.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads an archive object, or several joined, record by record; holds one. Records of one shard may come again, in an object that
 * overlaps: a shard's sequence number tells. Confined to one thread; closing it closes the stream.
 */
public final class ArchiveReader implements AutoCloseable {
    private final InputStream in;
    private long at;

    public ArchiveReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next record; empty at the end.
     *
     * @throws ArchiveFormatException when what follows is cut short, damaged, or not a record; nothing can be read after it
     */
    public Optional<ArchivedRecord> next() throws IOException {
        byte[] header = in.readNBytes(ArchiveFormat.HEADER_BYTES);
        if (header.length == 0) {
            return Optional.empty();
        }
        requireAll(header.length, ArchiveFormat.HEADER_BYTES);
        int rest = ArchiveFormat.bytesAfter(header, at);
        byte[] whole = Arrays.copyOf(header, header.length + rest);
        requireAll(in.readNBytes(whole, header.length, rest), rest);
        ArchivedRecord record = ArchiveFormat.decode(whole, at);
        at += whole.length;
        return Optional.of(record);
    }

    private void requireAll(int read, int wanted) throws ArchiveFormatException {
        if (read < wanted) {
            throw new ArchiveFormatException("the record at byte " + at + " is cut short");
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
