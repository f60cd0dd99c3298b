package dev.sluice.cli.send;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The tracker protocol over one kept HTTP/1.1 connection, made when it is needed. A request costs one write and, mostly, one
 * read: with the JDK's client, sending took several times the processor time, which on one machine is the collector's.
 */
final class HttpCollector implements Collector {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(5);
    private static final int LONGEST_LINE = 16 * 1024;
    private static final int MOST_HEADERS = 200;

    private final URI collector;
    private final String start;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    HttpCollector(URI collector) {
        this.collector = collector;
        this.start = "POST /com.snowplowanalytics.snowplow/tp2 HTTP/1.1\r\nHost: " + collector.getRawAuthority()
                + "\r\nContent-Type: application/json; charset=UTF-8\r\n";
    }

    @Override
    public Answer post(Event event) throws IOException {
        byte[] body = event.body().getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder(start);
        // Event has made sure that neither can end its line.
        if (!event.userAgent().isEmpty()) {
            head.append("User-Agent: ").append(event.userAgent()).append("\r\n");
        }
        if (!event.clientIp().isEmpty()) {
            head.append("X-Forwarded-For: ").append(event.clientIp()).append("\r\n");
        }
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        byte[] request = new byte[head.length() + body.length];
        byte[] headBytes = head.toString().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(headBytes, 0, request, 0, headBytes.length);
        System.arraycopy(body, 0, request, headBytes.length, body.length);
        boolean answered = false;
        try {
            connected().getOutputStream().write(request);
            var answer = read();
            answered = true;
            return answer;
        } finally {
            if (!answered) {
                close();
            }
        }
    }

    private Socket connected() throws IOException {
        Socket open = socket;
        if (open != null) {
            return open;
        }
        boolean tls = "https".equals(collector.getScheme());
        int port = collector.getPort() >= 0 ? collector.getPort() : tls ? 443 : 80;
        var plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout((int) READ_TIMEOUT.toMillis());
            plain.connect(new InetSocketAddress(collector.getHost(), port), (int) CONNECT_TIMEOUT.toMillis());
            open = tls ? secured(plain, port) : plain;
            in = new BufferedInputStream(open.getInputStream());
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
        socket = open;
        return open;
    }

    private SSLSocket secured(Socket plain, int port) throws IOException {
        var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        var secured = (SSLSocket) factory.createSocket(plain, collector.getHost(), port, true);
        var parameters = secured.getSSLParameters();
        // A socket, unlike an HTTP client, does not compare the certificate's name by itself.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private Answer read() throws IOException {
        String status = line();
        if (!status.matches("HTTP/1\\.[01] \\d{3}.*")) {
            throw new ProtocolException("no HTTP answer");
        }
        long length = -1;
        boolean chunked = false;
        boolean last = status.startsWith("HTTP/1.0");
        Duration retryAfter = Duration.ZERO;
        String header = line();
        for (int n = 0; !header.isEmpty(); n++, header = line()) {
            int colon = header.indexOf(':');
            if (colon < 0 || n == MOST_HEADERS) {
                throw new ProtocolException("headers that are none");
            }
            String value = header.substring(colon + 1).strip();
            switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = number(value, 10);
                case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                case "connection" -> last = value.equalsIgnoreCase("close");
                case "retry-after" -> retryAfter = seconds(value);
                default -> {}
            }
        }
        if (chunked) {
            skipChunks();
        } else if (length >= 0) {
            stream().skipNBytes(length);
        } else if (!status.startsWith("204", 9)) {
            // Its body ends with the connection.
            last = true;
        }
        if (last) {
            close();
        }
        return new Answer(Integer.parseInt(status.substring(9, 12)), retryAfter);
    }

    private void skipChunks() throws IOException {
        for (long size = chunkSize(); size > 0; size = chunkSize()) {
            stream().skipNBytes(size);
            line();
        }
        while (!line().isEmpty()) {
            // Trailers say nothing that is wanted here.
        }
    }

    private long chunkSize() throws IOException {
        String size = line();
        int extension = size.indexOf(';');
        return number((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
    }

    private static long number(String text, int radix) throws IOException {
        try {
            return Long.parseLong(text, radix);
        } catch (NumberFormatException e) {
            throw new ProtocolException("a length that is none");
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder(64);
        InputStream from = stream();
        for (int c = from.read(); c != '\n'; c = from.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended before the answer did");
            }
            if (line.length() == LONGEST_LINE) {
                throw new ProtocolException("an endless line");
            }
            line.append((char) c);
        }
        int end = line.length() - 1;
        if (end >= 0 && line.charAt(end) == '\r') {
            line.setLength(end);
        }
        return line.toString();
    }

    private InputStream stream() throws IOException {
        if (in == null) {
            throw new EOFException("not connected");
        }
        return in;
    }

    /** The header may also hold a date, which our server never sends: then we use our own back-off. */
    private static Duration seconds(String header) {
        try {
            var asked = Duration.ofSeconds(Math.max(0, Long.parseLong(header)));
            return asked.compareTo(LONGEST_RETRY_AFTER) < 0 ? asked : LONGEST_RETRY_AFTER;
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }

    @Override
    public void close() {
        Socket open = socket;
        socket = null;
        in = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It was to be gone, and is.
            }
        }
    }
}
