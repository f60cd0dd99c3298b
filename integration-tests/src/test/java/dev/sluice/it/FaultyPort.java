package dev.sluice.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port of loopback that passes connections on to another, byte by byte, until it is told to be away: then it breaks off those that are
 * open and every new one. Owns the thread "faulty-port" and two virtual ones per connection, from {@link #to} to {@link #close}.
 */
final class FaultyPort implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean away;

    private FaultyPort(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    static FaultyPort to(int target) throws IOException {
        var port = new FaultyPort(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), target);
        Thread.ofPlatform().daemon().name("faulty-port").start(port::accept);
        return port;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    void away() {
        away = true;
        open.forEach(FaultyPort::reset);
    }

    void back() {
        away = false;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (away) {
                    reset(client);
                } else {
                    connect(client);
                }
            } catch (IOException _) {
                // Closed, or one connection less.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        var inner = new Socket();
        open.add(client);
        open.add(inner);
        inner.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5_000);
        inner.setTcpNoDelay(true);
        client.setTcpNoDelay(true);
        if (away) {
            // away() may have looked at the open ones before these were among them.
            end(client, inner);
            return;
        }
        Thread.ofVirtual().start(() -> pump(client, inner));
        Thread.ofVirtual().start(() -> pump(inner, client));
    }

    private void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException _) {
            // One side is gone, so the other goes too.
        } finally {
            end(from, to);
        }
    }

    private void end(Socket one, Socket other) {
        open.remove(one);
        open.remove(other);
        reset(one);
        reset(other);
    }

    /** As a host does that knows nothing of the connection. */
    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException _) {
            // It was closed before.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        open.forEach(FaultyPort::reset);
    }
}
