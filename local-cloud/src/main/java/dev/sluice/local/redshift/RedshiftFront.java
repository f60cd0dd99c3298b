package dev.sluice.local.redshift;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on loopback and gives each client a session with a thread of its own. */
final class RedshiftFront implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedshiftFront.class);
    /** Below PostgreSQL's own limit, so that the front's log and a superuser always find a place. */
    private static final int MAX_SESSIONS = 90;

    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ServerSocket server;
    private final FrontContext context;
    private final Thread accepting;
    private final Map<FrontSession, Thread> sessions = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private RedshiftFront(ServerSocket server, FrontContext context) {
        this.server = server;
        this.context = context;
        this.accepting =
                Thread.ofPlatform().name("redshift-front-accept").daemon().unstarted(this::accept);
    }

    /** @throws IOException with one clear line when the port is taken */
    static RedshiftFront start(int port, FrontContext context) throws IOException {
        var server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 128);
        } catch (IOException e) {
            server.close();
            throw new IOException("the local Redshift can't listen on 127.0.0.1:" + port + ": " + e.getMessage(), e);
        }
        var front = new RedshiftFront(server, context);
        front.accepting.start();
        return front;
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        long number = 0;
        while (!closed) {
            try {
                Socket client = server.accept();
                if (sessions.size() >= MAX_SESSIONS) {
                    LOG.warn("a client is turned away: {} sessions are open", MAX_SESSIONS);
                    client.close();
                    continue;
                }
                number++;
                startSession(client, "redshift-front-" + number);
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("a client could not be accepted", e);
                }
            }
        }
    }

    private void startSession(Socket client, String name) {
        var session = new FrontSession(client, context, name);
        Thread thread = Thread.ofPlatform().name(name).daemon().unstarted(() -> {
            try {
                session.run();
            } finally {
                sessions.remove(session);
            }
        });
        sessions.put(session, thread);
        thread.start();
    }

    /** Ends all sessions, rolling back what they have open; waits for their threads for a few seconds at most. */
    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        try {
            long deadline = System.nanoTime() + STOP_NANOS;
            join(accepting, deadline);
            sessions.keySet().forEach(FrontSession::close);
            for (Thread thread : sessions.values()) {
                join(thread, deadline);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread, long deadline) throws InterruptedException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left > 0) {
            thread.join(left);
        }
    }
}
