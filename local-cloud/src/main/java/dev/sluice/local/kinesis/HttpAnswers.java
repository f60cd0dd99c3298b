package dev.sluice.local.kinesis;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes whole answers. */
final class HttpAnswers {
    static final String TEXT = "text/plain; charset=utf-8";
    static final String JSON = "application/json";

    private HttpAnswers() {}

    /** Whether a page in a browser on this machine sent it: any page of the web could. */
    static boolean isFromWebPage(HttpExchange exchange) {
        return exchange.getRequestHeaders().containsKey("Origin");
    }

    static void send(HttpExchange exchange, int status, String contentType, String body) throws IOException {
        send(exchange, status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    static void send(HttpExchange exchange, int status, String contentType, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        // The JDK's server takes -1 for "no body" and 0 for "as long as it comes".
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
