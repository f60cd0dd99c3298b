package dev.sluice.ingest.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Inflates gzip (RFC 1952) as it arrives, of one member or several. The JDK's own stream recurses once for every empty member, so
 * that a small body can exhaust the stack, and takes whatever follows the first member for the end when it can't be read; here
 * that is a fault. Confined to the thread that reads it.
 */
final class GzipInput extends InputStream {
    /** About what one holds, of which the inflater's window outside the heap is the most. */
    static final int HELD_BYTES = 48 * 1024;

    private static final int BUFFER = 8 * 1024;
    private static final int FLAG_HEADER_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private int at;
    private int end;
    private long taken;
    private boolean inMember;
    private boolean first = true;

    /** @param in not closed with this one */
    GzipInput(InputStream in) {
        this.in = in;
    }

    /** Compressed bytes that came in. */
    long taken() {
        return taken;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            while (inMember || startMember()) {
                int inflated = inflater.inflate(bytes, offset, length);
                if (inflated > 0) {
                    crc.update(bytes, offset, inflated);
                    return inflated;
                }
                if (inflater.finished()) {
                    endMember();
                } else if (inflater.needsInput()) {
                    require();
                    inflater.setInput(buffer, at, end - at);
                    at = end;
                } else {
                    throw new ZipException("a dictionary is asked for");
                }
            }
            return -1;
        } catch (DataFormatException e) {
            throw new ZipException("not deflated");
        }
    }

    @Override
    public void close() {
        inflater.end();
    }

    /** False at the end of it all. */
    private boolean startMember() throws IOException {
        if (!first && !more()) {
            return false;
        }
        first = false;
        if (next() != 0x1F || next() != 0x8B || next() != 8) {
            throw new ZipException("not gzip");
        }
        int flags = next();
        skip(6);
        if ((flags & FLAG_EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText();
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            skip(2);
        }
        inMember = true;
        return true;
    }

    private void endMember() throws IOException {
        at = end - inflater.getRemaining();
        long sum = littleEndian();
        long size = littleEndian();
        if (sum != crc.getValue() || size != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
            throw new ZipException("the checksum does not match");
        }
        inflater.reset();
        crc.reset();
        inMember = false;
    }

    private long littleEndian() throws IOException {
        long value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            value |= (long) next() << shift;
        }
        return value;
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        int c;
        do {
            c = next();
        } while (c != 0);
    }

    private int next() throws IOException {
        require();
        return buffer[at++] & 0xFF;
    }

    private void require() throws IOException {
        if (!more()) {
            throw new EOFException("the body ends early");
        }
    }

    private boolean more() throws IOException {
        if (at == end) {
            int read = in.read(buffer, 0, buffer.length);
            if (read < 0) {
                return false;
            }
            at = 0;
            end = read;
            taken += read;
        }
        return at < end;
    }
}
