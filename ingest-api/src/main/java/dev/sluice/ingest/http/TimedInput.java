package dev.sluice.ingest.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.function.LongSupplier;

/** A stream that may be read up to a deadline, and up to a number of bytes, however little each read brings. */
final class TimedInput extends FilterInputStream {
    private final long most;
    private final long deadlineNanos;
    private final LongSupplier nanoTime;
    private long taken;

    TimedInput(InputStream in, long most, long deadlineNanos, LongSupplier nanoTime) {
        super(in);
        this.most = most;
        this.deadlineNanos = deadlineNanos;
        this.nanoTime = nanoTime;
    }

    @Override
    public int read() throws IOException {
        throw new UnsupportedOperationException("read by blocks");
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        taken += Math.max(read, 0);
        if (taken > most) {
            throw new IOException("more than " + most + " bytes");
        }
        if (deadlineNanos - nanoTime.getAsLong() < 0) {
            throw new SocketTimeoutException("not in time");
        }
        return read;
    }
}
