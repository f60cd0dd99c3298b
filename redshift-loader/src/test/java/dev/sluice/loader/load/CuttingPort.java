package dev.sluice.loader.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A port of loopback before the warehouse's, which lets everything pass until a cut is armed: then the next connection on which its
 * moment comes is reset on both sides. Thread-safe. Owns the thread "cutting-port" and two virtual ones per connection, from
 * {@link #to} to {@link #close}.
 */
final class CuttingPort implements AutoCloseable {
    /** When a connection is cut. */
    enum Moment {
        /** While rows are copied. */
        IN_COPY("COPY "),
        /** The warehouse never hears that it should commit. */
        BEFORE_COMMIT("COMMIT"),
        /** The loader never hears that the warehouse did. */
        AFTER_COMMIT("COMMIT");

        private final String statement;

        Moment(String statement) {
            this.statement = statement;
        }
    }

    private record Cut(Moment moment, Duration later) {}

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Cut> armed = new AtomicReference<>();

    private CuttingPort(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    static CuttingPort to(int target) throws IOException {
        var port = new CuttingPort(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), target);
        Thread.ofPlatform().daemon().name("cutting-port").start(port::accept);
        return port;
    }

    int port() {
        return server.getLocalPort();
    }

    /** Where it passes everything on to. */
    int target() {
        return target;
    }

    /** @param later how long into a COPY; has no meaning for the others */
    void arm(Moment moment, Duration later) {
        armed.set(new Cut(moment, later));
    }

    /** Whether the armed cut has not been made yet. */
    boolean isArmed() {
        return armed.get() != null;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException _) {
                // Closed, or the warehouse is away: one connection less.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        var inner = new Socket();
        open.add(client);
        open.add(inner);
        try {
            inner.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5_000);
            inner.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
        } catch (IOException e) {
            end(client, inner);
            throw e;
        }
        var answersLost = new AtomicBoolean();
        Thread.ofVirtual().start(() -> pass(client, inner, answersLost, true));
        Thread.ofVirtual().start(() -> pass(inner, client, answersLost, false));
    }

    private void pass(Socket from, Socket to, AtomicBoolean answersLost, boolean statements) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16 * 1024];
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                Cut cut = statements ? cutAt(new String(buffer, 0, read, StandardCharsets.ISO_8859_1)) : null;
                if (cut != null && cut.moment() == Moment.AFTER_COMMIT) {
                    answersLost.set(true);
                }
                if ((cut != null && cut.moment() == Moment.BEFORE_COMMIT) || (!statements && answersLost.get())) {
                    return;
                }
                out.write(buffer, 0, read);
                if (cut != null && cut.moment() == Moment.IN_COPY) {
                    Thread.sleep(cut.later());
                    return;
                }
            }
        } catch (IOException _) {
            // One side is gone, so the other goes too.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(from, to);
        }
    }

    /** The armed cut, when these bytes bring its moment; from then on it is not armed. */
    private @Nullable Cut cutAt(String bytes) {
        Cut cut = armed.get();
        boolean now = cut != null && bytes.contains(cut.moment().statement) && armed.compareAndSet(cut, null);
        return now ? cut : null;
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
        open.forEach(CuttingPort::reset);
    }
}
