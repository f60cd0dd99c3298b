package dev.sluice.cli.doctor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** A stand-in behind a policy: passes calls on, and answers those that it denies as AWS does. */
final class DenyingFront implements AutoCloseable {
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("host", "connection", "content-length", "expect", "transfer-encoding", "upgrade", "date");

    private final HttpServer server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI behind;
    private final Predicate<HttpExchange> denied;

    private DenyingFront(HttpServer server, URI behind, Predicate<HttpExchange> denied) {
        this.server = server;
        this.behind = behind;
        this.denied = denied;
    }

    static DenyingFront of(URI behind, Predicate<HttpExchange> denied) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var front = new DenyingFront(server, behind, denied);
        server.createContext("/", front::handle);
        server.start();
        return front;
    }

    /** Of the JSON services, which name the operation in a header. */
    static Predicate<HttpExchange> operation(String name) {
        return call -> String.valueOf(call.getRequestHeaders().getFirst("X-Amz-Target"))
                .endsWith("." + name);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (denied.test(exchange)) {
                deny(exchange);
            } else {
                pass(exchange, body);
            }
        }
    }

    private static void deny(HttpExchange exchange) throws IOException {
        boolean json = exchange.getRequestHeaders().containsKey("X-Amz-Target");
        String text = json
                ? "{\"__type\":\"AccessDeniedException\",\"message\":\"not authorized\"}"
                : "<Error><Code>AccessDenied</Code><Message>not authorized</Message></Error>";
        byte[] answer = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("x-amzn-ErrorType", "AccessDeniedException");
        exchange.getResponseHeaders().set("Content-Type", json ? "application/x-amz-json-1.1" : "application/xml");
        exchange.sendResponseHeaders(json ? 400 : 403, answer.length);
        exchange.getResponseBody().write(answer);
    }

    private void pass(HttpExchange exchange, byte[] body) throws IOException {
        var request = HttpRequest.newBuilder(behind.resolve(exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        HttpResponse<byte[]> answer;
        try {
            answer = http.send(request.build(), BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        answer.headers().map().forEach((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
        exchange.getResponseBody().write(answer.body());
    }

    @Override
    public void close() {
        server.stop(0);
        http.close();
    }
}
