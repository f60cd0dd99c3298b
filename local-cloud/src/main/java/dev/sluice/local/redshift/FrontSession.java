package dev.sluice.local.redshift;

import dev.sluice.local.redshift.CopySession.PreparedCopy;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's session, run by one thread: lets the client in, passes its messages to PostgreSQL, rewrites what PostgreSQL
 * doesn't understand, and runs COPY from S3.
 *
 * <p>Where the client prepares a COPY, PostgreSQL gets an empty statement to prepare, so that it answers all about it but its
 * execution. Before the front executes one it sends a Sync of its own, whose "ready" the client never sees: then all answers
 * that the client is owed have been sent, and the session is free.
 */
final class FrontSession implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(FrontSession.class);

    private final Socket socket;
    private final FrontContext context;
    private final String name;
    private final Map<String, PreparedCopy> statements = new HashMap<>();
    private final Map<String, PreparedCopy> portals = new HashMap<>();

    private volatile @Nullable Backend backend;
    /** Set when the session runs. */
    private @Nullable CopySession copies;
    /** After an error, messages up to the client's Sync are void. */
    private boolean skipping;

    FrontSession(Socket socket, FrontContext context, String name) {
        this.socket = socket;
        this.context = context;
        this.name = name;
    }

    @Override
    public void run() {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
            var out = new ClientOutput(socket.getOutputStream());
            Optional<Backend> open = open(in, out);
            if (open.isPresent()) {
                copies = new CopySession(open.get(), out, new ClientPresence(socket, in), context);
                serve(in, out, open.get());
            }
        } catch (IOException e) {
            LOG.debug("{} ended", name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("{} failed", name, e);
        } finally {
            close();
        }
    }

    /** Ends the session from another thread. */
    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed is closed.
        }
        Backend open = backend;
        if (open != null) {
            open.close();
        }
    }

    // --- start-up

    private Optional<Backend> open(DataInputStream in, ClientOutput out) throws IOException {
        StartupPacket packet = StartupPacket.read(in);
        while (packet.asksForEncryption()) {
            out.sendByte('N');
            packet = StartupPacket.read(in);
        }
        if (packet.isCancel()) {
            cancel(packet.body());
            return Optional.empty();
        }
        if (!packet.isVersion3()) {
            return refuse(out, Wire.report("FATAL", "0A000", "unsupported protocol version"));
        }
        if (!PasswordCheck.passes(packet.user(), context.password(), in, out)) {
            return refuse(
                    out,
                    Wire.report("FATAL", "28000", "password authentication failed for user \"" + packet.user() + "\""));
        }
        var open = new Backend(
                new Socket(InetAddress.ofLiteral("127.0.0.1"), context.postgresPort()), out, name + "-answers");
        backend = open;
        byte[] error = open.logIn(packet.forPostgres(), context.postgresPassword());
        if (error != null) {
            return refuse(out, error);
        }
        out.send('R', new byte[4]);
        open.start();
        return Optional.of(open);
    }

    private static Optional<Backend> refuse(ClientOutput out, byte[] error) throws IOException {
        out.send('E', error);
        out.flush();
        return Optional.empty();
    }

    /** The keys that clients have are PostgreSQL's own. */
    private void cancel(byte[] request) throws IOException {
        try (var postgres = new Socket(InetAddress.ofLiteral("127.0.0.1"), context.postgresPort())) {
            var message = new ByteArrayOutputStream();
            message.writeBytes(new byte[] {0, 0, 0, (byte) (request.length + 4)});
            message.writeBytes(request);
            message.writeTo(postgres.getOutputStream());
            // PostgreSQL closes the connection when it has sent the signal.
            postgres.getInputStream().read();
        }
    }

    // --- messages

    private void serve(DataInputStream in, ClientOutput out, Backend to) throws IOException, InterruptedException {
        int type;
        while ((type = in.read()) >= 0) {
            byte[] body = Wire.readBody(in);
            handle((char) type, body, out, to);
            if (in.available() == 0) {
                to.flush();
            }
            if (type == 'X') {
                return;
            }
        }
    }

    private void handle(char type, byte[] body, ClientOutput out, Backend to) throws IOException, InterruptedException {
        if (skipping && type != 'S' && type != 'X') {
            return;
        }
        CopySession copies = Objects.requireNonNull(this.copies);
        copies.rememberLastCopy();
        switch (type) {
            case 'Q' -> simpleQuery(body, out, to);
            case 'P' -> prepare(body, to);
            case 'B' -> {
                bind(body);
                to.send(type, body);
            }
            case 'E' -> {
                PreparedCopy copy = portals.get(Wire.string(body, 0));
                if (copy == null) {
                    to.send(type, body);
                } else if (to.takeOver()) {
                    skipping = !copies.run(copy);
                } else {
                    to.release();
                    skipping = true;
                }
            }
            case 'S' -> {
                skipping = false;
                to.sendExpectingReady(type, body);
            }
            case 'F' -> to.sendExpectingReady(type, body);
            case 'C' -> {
                if (body.length > 1) {
                    (body[0] == 'S' ? statements : portals).remove(Wire.string(body, 1));
                }
                to.send(type, body);
            }
            default -> to.send(type, body);
        }
    }

    private void simpleQuery(byte[] body, ClientOutput out, Backend to) throws IOException, InterruptedException {
        String sql = Wire.string(body, 0);
        PreparedCopy copy = PreparedCopy.of(sql);
        if (copy == null) {
            to.sendExpectingReady('Q', Wire.zeroEnded(rewritten(sql)));
            return;
        }
        to.takeOver();
        Objects.requireNonNull(copies).run(copy);
        out.send('Z', new byte[] {to.transaction()});
        out.flush();
    }

    private void prepare(byte[] body, Backend to) throws IOException {
        String statement = Wire.string(body, 0);
        int sqlStart = Wire.endOfString(body, 0) + 1;
        int sqlEnd = Wire.endOfString(body, sqlStart) + 1;
        String sql = Wire.string(body, sqlStart);
        PreparedCopy copy = PreparedCopy.of(sql);
        String forPostgres;
        if (copy == null) {
            statements.remove(statement);
            forPostgres = rewritten(sql);
        } else {
            statements.put(statement, copy);
            forPostgres = "";
        }
        var message = new ByteArrayOutputStream(body.length + 100);
        message.write(body, 0, sqlStart);
        message.writeBytes(Wire.zeroEnded(forPostgres));
        message.write(body, sqlEnd, body.length - sqlEnd);
        to.send('P', message.toByteArray());
    }

    private void bind(byte[] body) throws IOException {
        String portal = Wire.string(body, 0);
        PreparedCopy copy = statements.get(Wire.string(body, Wire.endOfString(body, 0) + 1));
        if (copy == null) {
            portals.remove(portal);
        } else {
            portals.put(portal, copy);
        }
    }

    /** A statement that Redshift would refuse becomes one that fails with Redshift's reason. */
    private static String rewritten(String sql) {
        try {
            return StatementRewriter.rewrite(sql);
        } catch (SqlFault fault) {
            return CopySession.raise(fault);
        }
    }
}
