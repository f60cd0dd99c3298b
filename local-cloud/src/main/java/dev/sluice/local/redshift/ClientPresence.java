package dev.sluice.local.redshift;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * Notices a client that leaves while it waits for a long COPY, when nobody reads from it: otherwise its transaction, and the locks
 * it holds, would live until the last row is in. Confined to the client's thread.
 */
final class ClientPresence {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A client that sends more than this ahead is alive enough. */
    private static final int MOST_AHEAD_BYTES = 1 << 14;

    private final Socket socket;
    private final InputStream in;
    private long lookedNanos = System.nanoTime();

    /** @param in what the client sends; it can go back to a mark */
    ClientPresence(Socket socket, InputStream in) {
        this.socket = socket;
        this.in = in;
    }

    /**
     * Looks once a second at most, and then for a millisecond. Takes nothing from the stream.
     *
     * @throws EOFException the client has gone
     */
    void require() throws IOException {
        long now = System.nanoTime();
        if (now - lookedNanos < PAUSE_NANOS) {
            return;
        }
        lookedNanos = now;
        socket.setSoTimeout(1);
        try {
            // Past what the client has sent ahead, the Sync after its Execute for one: the end comes behind it.
            in.mark(MOST_AHEAD_BYTES);
            byte[] ahead = new byte[MOST_AHEAD_BYTES];
            int seen = 0;
            while (seen < MOST_AHEAD_BYTES) {
                int read = in.read(ahead, 0, MOST_AHEAD_BYTES - seen);
                if (read < 0) {
                    throw new EOFException("the client has gone in the middle of a COPY");
                }
                seen += read;
            }
        } catch (SocketTimeoutException e) {
            // Silent, as one that waits should be.
        } finally {
            socket.setSoTimeout(0);
        }
        in.reset();
    }
}
