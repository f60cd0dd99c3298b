package dev.sluice.local.redshift;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL session behind one client. Its own thread passes PostgreSQL's answers to the client; the client's thread calls
 * the rest. For a COPY the client's thread {@link #takeOver takes the session over}: then answers are for the front, until
 * {@link #release}.
 */
final class Backend implements AutoCloseable {
    /** What Redshift says it is. */
    private static final String SERVER_VERSION = "8.0.2";

    private static final char READY = 'Z';
    private static final char ERROR = 'E';
    private static final char PARAMETER = 'S';
    private static final char NOTIFICATION = 'A';
    private static final Wire.Message ENDED = new Wire.Message((byte) 0, new byte[0]);

    private enum Answers {
        TO_CLIENT,
        /** As before, until the next "ready", which is the answer to the front's own Sync. */
        TO_CLIENT_UNTIL_READY,
        TO_FRONT
    }

    private final ClientOutput client;
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final Thread answering;

    // Guarded by this.
    private Answers answers = Answers.TO_CLIENT;
    /** How many "ready" the client still waits for; one for the start-up. */
    private int readyOwed = 1;

    private boolean failedSinceReady;
    private boolean failedBeforeTakeOver;
    private byte transaction = 'I';
    private boolean ended;

    /** Bounded by what a COPY can answer: a notice for each row that MAXERROR lets through. */
    private final LinkedBlockingQueue<Wire.Message> forFront = new LinkedBlockingQueue<>();

    /** Takes a fresh connection; {@link #start} after PostgreSQL has let the front in. */
    Backend(Socket socket, ClientOutput client, String threadName) throws IOException {
        this.socket = socket;
        this.client = client;
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
        answering = Thread.ofPlatform().name(threadName).daemon().unstarted(this::passAnswers);
    }

    /**
     * Sends the start-up packet and gives the password.
     *
     * @return null when PostgreSQL lets the front in, else its error
     */
    byte @Nullable [] logIn(byte[] startup, String password) throws IOException {
        out.writeInt(startup.length + 4);
        out.write(startup);
        out.flush();
        while (true) {
            int type = in.readUnsignedByte();
            byte[] body = Wire.readBody(in);
            if (type == ERROR) {
                return body;
            }
            if (type != 'R') {
                throw new IOException("unexpected answer to the start-up: " + type);
            }
            switch (Wire.int32(body, 0)) {
                case 0 -> {
                    return null;
                }
                case 3 -> send('p', Wire.zeroEnded(password));
                default -> throw new IOException("PostgreSQL asks for another kind of password");
            }
            out.flush();
        }
    }

    void start() {
        answering.start();
    }

    // --- the client's messages

    void send(char type, byte[] body) throws IOException {
        out.write(type);
        out.writeInt(body.length + 4);
        out.write(body);
    }

    /** A message that PostgreSQL answers with "ready" in the end. */
    void sendExpectingReady(char type, byte[] body) throws IOException {
        synchronized (this) {
            readyOwed++;
        }
        send(type, body);
    }

    void flush() throws IOException {
        out.flush();
    }

    /** Whether the client has had all its answers and is outside a transaction. */
    synchronized boolean isIdle() {
        return readyOwed == 0 && transaction == 'I';
    }

    synchronized byte transaction() {
        return transaction;
    }

    // --- the front's own statements

    /**
     * Waits until all that was sent has been answered to the client, then turns answers to the front.
     *
     * @return false when one of the answers since the last "ready" was an error; then the rest of the client's messages up to
     *     its Sync are void
     */
    boolean takeOver() throws IOException, InterruptedException {
        out.flush();
        synchronized (this) {
            while (readyOwed > 0 && !ended) {
                wait();
            }
            answers = Answers.TO_CLIENT_UNTIL_READY;
        }
        send('S', new byte[0]);
        out.flush();
        take();
        synchronized (this) {
            return !failedBeforeTakeOver;
        }
    }

    void release() {
        synchronized (this) {
            answers = Answers.TO_CLIENT;
        }
        forFront.clear();
    }

    /** The next answer; only after {@link #takeOver}. */
    Wire.Message take() throws IOException, InterruptedException {
        while (true) {
            Wire.Message message = forFront.take();
            if (message.type() == ENDED.type()) {
                throw new EOFException("PostgreSQL ended the session");
            }
            if (message.type() != PARAMETER && message.type() != NOTIFICATION) {
                return message;
            }
            client.send(message);
        }
    }

    /** The next answer if there is one already. */
    Wire.@Nullable Message poll() throws IOException, InterruptedException {
        return forFront.isEmpty() ? null : take();
    }

    List<List<@Nullable String>> query(String sql) throws IOException, InterruptedException, ServerError {
        send('Q', Wire.zeroEnded(sql));
        out.flush();
        var rows = new ArrayList<List<@Nullable String>>();
        byte[] error = null;
        while (true) {
            Wire.Message message = take();
            switch (message.type()) {
                case 'D' -> rows.add(Wire.row(message.body()));
                case ERROR -> error = message.body();
                case READY -> {
                    if (error != null) {
                        throw new ServerError(error);
                    }
                    return rows;
                }
                default -> {}
            }
        }
    }

    /** A piece of COPY data; ignored by PostgreSQL when the COPY has failed meanwhile. */
    void sendCopyData(byte[] data, int length) throws IOException {
        out.write('d');
        out.writeInt(length + 4);
        out.write(data, 0, length);
    }

    // --- PostgreSQL's answers

    private void passAnswers() {
        try {
            int type;
            while ((type = in.read()) >= 0) {
                passAnswer((char) type);
                if (in.available() == 0) {
                    client.flush();
                }
            }
        } catch (IOException e) {
            // One of the two is gone: the session ends.
        } finally {
            synchronized (this) {
                ended = true;
                notifyAll();
            }
            forFront.add(ENDED);
            close();
        }
    }

    private void passAnswer(char type) throws IOException {
        if ((type == 'D' || type == 'd') && !isForFront()) {
            client.pass(type, Wire.bodyLength(in, Integer.MAX_VALUE), in);
            return;
        }
        byte[] body = Wire.readBody(in);
        synchronized (this) {
            if (type == READY) {
                transaction = body[0];
            }
            if (answers == Answers.TO_FRONT) {
                forFront.add(new Wire.Message((byte) type, body));
                return;
            }
            failedSinceReady |= type == ERROR;
            if (type == READY) {
                boolean failed = failedSinceReady;
                failedSinceReady = false;
                if (answers == Answers.TO_CLIENT_UNTIL_READY) {
                    failedBeforeTakeOver = failed;
                    answers = Answers.TO_FRONT;
                    forFront.add(new Wire.Message((byte) type, body));
                    return;
                }
                readyOwed--;
                notifyAll();
            }
        }
        client.send(type, translate(type, body));
    }

    private synchronized boolean isForFront() {
        return answers == Answers.TO_FRONT;
    }

    private static byte[] translate(char type, byte[] body) throws IOException {
        if (type == PARAMETER && startsWith(body, "server_version\0")) {
            return ("server_version\0" + SERVER_VERSION + "\0").getBytes(StandardCharsets.US_ASCII);
        }
        return type == ERROR ? ByteLimits.translate(body) : body;
    }

    private static boolean startsWith(byte[] body, String start) {
        return body.length >= start.length()
                && new String(body, 0, start.length(), StandardCharsets.ISO_8859_1).equals(start);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed is closed.
        }
    }

    void join(long millis) throws InterruptedException {
        answering.join(millis);
    }
}
