package dev.sluice.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes connections on to a port of loopback, byte by byte, both ways. For the container, whose loopback nobody outside can reach;
 * everything else binds loopback itself.
 *
 * <p>Thread-safe. Owns the thread {@code relay-accept} and two virtual ones for each connection; {@link #close} ends them all.
 */
final class TcpRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpRelay.class);
    private static final int MAX_CONNECTIONS = 200;
    private static final int CONNECT_MILLIS = 5_000;

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Thread acceptor;

    private TcpRelay(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
        this.acceptor = Thread.ofPlatform().name("relay-accept").unstarted(this::accept);
    }

    /**
     * @param port 0 takes any free one
     * @param target a port of 127.0.0.1
     */
    static TcpRelay start(InetAddress bind, int port, int target) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(bind, port));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        TcpRelay relay = new TcpRelay(server, target);
        relay.acceptor.start();
        return relay;
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                if (!server.isClosed()) {
                    LOG.warn("Could not accept a connection", e);
                }
            }
        }
    }

    private void connect(Socket client) throws IOException {
        // One acceptor adds, so the bound holds; two sockets a connection.
        if (open.size() >= 2 * MAX_CONNECTIONS) {
            LOG.warn("More than {} connections: refused one", MAX_CONNECTIONS);
            client.close();
            return;
        }
        Socket inner = new Socket();
        open.add(client);
        open.add(inner);
        if (server.isClosed()) {
            // close() may have looked at the open ones before these two were among them.
            closeBoth(client, inner);
            return;
        }
        Thread.ofVirtual().name("relay-in").start(() -> {
            try {
                inner.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), target), CONNECT_MILLIS);
                inner.setTcpNoDelay(true);
                client.setTcpNoDelay(true);
                Thread out = Thread.ofVirtual().name("relay-out").start(() -> pump(inner, client));
                pump(client, inner);
                out.join();
            } catch (IOException e) {
                LOG.debug("Nothing answers on port {}", target, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                closeBoth(client, inner);
            }
        });
    }

    /** Ends when the sender says it is done, and says so to the receiver; the other direction may go on. */
    private void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            LOG.debug("A connection broke off", e);
            closeBoth(from, to);
        }
    }

    private void closeBoth(Socket client, Socket inner) {
        for (Socket socket : new Socket[] {client, inner}) {
            open.remove(socket);
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("Could not close a connection", e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            closeBoth(socket, socket);
        }
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
