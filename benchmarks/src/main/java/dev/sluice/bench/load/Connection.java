package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A kept HTTP/1.1 connection with at most one request under way. Whoever took it from the idle ones sends; the one thread that
 * selects reads and reconnects.
 */
final class Connection {
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String LENGTH = "\r\ncontent-length:";
    private static final String CLOSE = "\r\nconnection: close";

    private final InetSocketAddress server;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocate(16 * 1024);
    private volatile SocketChannel channel;
    private volatile boolean busy;
    private volatile long number;
    private volatile long intendedNanos;
    // Of the selecting thread.
    private int status;
    private boolean closes;

    /** What reading came to. */
    enum Read {
        MORE_TO_COME,
        ANSWERED,
        BROKEN
    }

    Connection(InetSocketAddress server, Selector selector) throws IOException {
        this.server = server;
        this.selector = selector;
        this.channel = connect();
    }

    private SocketChannel connect() throws IOException {
        SocketChannel connected = SocketChannel.open(server);
        try {
            connected.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connected.configureBlocking(false);
            connected.register(selector, SelectionKey.OP_READ, this);
            return connected;
        } catch (IOException e) {
            connected.close();
            throw e;
        }
    }

    /** By the selecting thread only; what was under way is lost. */
    synchronized void reconnect() throws IOException {
        channel.close();
        in.clear();
        busy = false;
        channel = connect();
    }

    /** Must be idle. A connection that turns out to be broken is found so by the reader. */
    synchronized void send(byte[] request, long requestNumber, long intended) {
        number = requestNumber;
        intendedNanos = intended;
        busy = true;
        var out = ByteBuffer.wrap(request);
        try {
            while (out.hasRemaining()) {
                channel.write(out);
            }
        } catch (IOException e) {
            // The other side has closed: its end of stream is waiting to be read.
        }
    }

    /**
     * After {@code BROKEN}, by the selecting thread only. An idle connection may be taken by a sender at any moment, so whether it
     * was idle is told by the same step that makes it whole.
     *
     * @return whether a request was under way, which is lost
     */
    synchronized boolean mend() throws IOException {
        boolean lost = busy;
        reconnect();
        return lost;
    }

    boolean isBusy() {
        return busy;
    }

    long number() {
        return number;
    }

    long intendedNanos() {
        return intendedNanos;
    }

    /** By the selecting thread only. After {@code ANSWERED}, {@link #status} is the answer's and the connection is idle. */
    Read read() {
        try {
            if (channel.read(in) < 0 || !in.hasRemaining()) {
                return Read.BROKEN;
            }
        } catch (IOException e) {
            return Read.BROKEN;
        }
        int body = endOfHead();
        if (body < 0) {
            return Read.MORE_TO_COME;
        }
        String head = new String(in.array(), 0, body, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        if (in.position() < body + lengthIn(head)) {
            return Read.MORE_TO_COME;
        }
        status = Integer.parseInt(head.substring(9, 12));
        closes = head.contains(CLOSE);
        in.clear();
        busy = false;
        return Read.ANSWERED;
    }

    int status() {
        return status;
    }

    /** The server has said that it takes no more on this connection. */
    boolean closes() {
        return closes;
    }

    private int endOfHead() {
        byte[] bytes = in.array();
        for (int i = 0; i + END_OF_HEAD.length <= in.position(); i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return i + END_OF_HEAD.length;
            }
        }
        return -1;
    }

    private static int lengthIn(String head) {
        int at = head.indexOf(LENGTH);
        if (at < 0) {
            return 0;
        }
        int start = at + LENGTH.length();
        return Integer.parseInt(
                head.substring(start, head.indexOf("\r\n", start)).strip());
    }

    void close() throws IOException {
        channel.close();
    }
}
