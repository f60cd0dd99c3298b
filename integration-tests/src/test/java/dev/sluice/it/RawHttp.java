package dev.sluice.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A connection on which anything can be said: bytes go as they are, which no HTTP client does. Confined to one thread. */
final class RawHttp implements AutoCloseable {
    /**
     * What came back.
     *
     * @param status {@link #CLOSED} or {@link #SILENT} when there was no answer
     * @param headers by lower-case name; of a repeated one the last
     */
    record Answer(int status, Map<String, String> headers, byte[] body) {
        static final int CLOSED = -1;
        static final int SILENT = -2;

        private static Answer none(int why) {
            return new Answer(why, Map.of(), new byte[0]);
        }

        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    private final Socket socket;
    private final InputStream in;

    RawHttp(int port) throws IOException {
        socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 20_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        patience(Duration.ofSeconds(20));
    }

    /** How long {@link #read} waits for a byte. */
    RawHttp patience(Duration patience) throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
        return this;
    }

    RawHttp send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Each character is a byte. */
    RawHttp send(String latin1) throws IOException {
        return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A whole request; the head with one header of its own per line. */
    Answer request(String head, byte[] body) throws IOException {
        send(head + "\r\nHost: localhost\r\nContent-Length: " + body.length + "\r\n\r\n");
        send(body);
        return read();
    }

    Answer get(String target) throws IOException {
        return send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n").read();
    }

    /** The next answer; its body is read to the end, so that another may follow. */
    Answer read() {
        try {
            String status = line();
            if (!status.matches("HTTP/1\\.[01] [1-5][0-9][0-9].*")) {
                return Answer.none(Answer.CLOSED);
            }
            var headers = new TreeMap<String, String>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            return new Answer(Integer.parseInt(status.substring(9, 12)), headers, in.readNBytes(length));
        } catch (SocketTimeoutException e) {
            return Answer.none(Answer.SILENT);
        } catch (IOException e) {
            // Reset: the server left in the middle of what was sent.
            return Answer.none(Answer.CLOSED);
        }
    }

    /** Without its end; empty at the end of the stream. */
    private String line() throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.append((char) b);
        }
        int length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket that does not close", e);
        }
    }
}
