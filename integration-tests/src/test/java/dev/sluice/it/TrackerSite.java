package dev.sluice.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assumptions;

/**
 * A site of somebody who uses the published tracker: every path is a page that loads it, on an origin of its own. Its pages start
 * no tracker by themselves: each test starts its own by {@code track(collector, site id, options)} in the page, which keeps in
 * {@code answers} what became of the tracker's requests. Owns its threads from {@link #start} to {@link #close}.
 */
final class TrackerSite implements AutoCloseable {
    /** Where the build puts the script that it takes from npm, on the class path of {@code ./sluice up}. */
    private static final String SCRIPT = "/dev/sluice/ingest/tracker/sp.js";

    private static final String PAGE = """
            <!doctype html>
            <html lang="de">
            <head>
            <meta charset="utf-8">
            <title>{{title}}</title>
            <link rel="icon" href="data:,">
            <script src="/sp.js"></script>
            <script>
            const sp = window.snowplowBrowserTracking;
            const answers = [];
            function track(collector, siteId, options) {
              sp.newTracker('sp', collector, {
                appId: siteId,
                onRequestSuccess: (events, response) => answers.push(response.status),
                onRequestFailure: (failure) => answers.push(failure.status ?? 'no answer'),
                ...options,
              });
            }
            </script>
            </head>
            <body style="width: 3000px; height: 5000px"></body>
            </html>
            """;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("tracker-site-", 0).factory());
    private final byte[] script;
    private final Map<String, String> titles = new ConcurrentHashMap<>();

    private TrackerSite(HttpServer server, byte[] script) {
        this.server = server;
        this.script = script;
    }

    /** The tracker as it is published; ends the test as skipped where the build could not get it, and says so. */
    static byte[] scriptOrSkip() throws IOException {
        try (InputStream in = TrackerSite.class.getResourceAsStream(SCRIPT)) {
            if (in == null) {
                System.out.println(
                        "SKIPPED: the browser tracker is not in this build; install Node.js and build again");
            }
            Assumptions.assumeTrue(in != null, "no browser tracker in this build");
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    static TrackerSite start(byte[] script) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var site = new TrackerSite(server, script);
        server.setExecutor(site.threads);
        server.createContext("/", site::answer);
        server.start();
        return site;
    }

    /** What pages under this path are called from now on. */
    void title(String path, String title) {
        titles.put(path, title);
    }

    /** This page under one of the names of this machine, such as {@code localhost}. */
    URI page(String host, String pathAndQuery) {
        return URI.create("http://" + host + ":" + server.getAddress().getPort() + pathAndQuery);
    }

    URI page(String pathAndQuery) {
        return page("127.0.0.1", pathAndQuery);
    }

    @SuppressWarnings("try") // closing the exchange is all it is for
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            boolean isScript = path.equals("/sp.js");
            String html = PAGE.replace("{{title}}", titles.getOrDefault(path, "Untitled"));
            byte[] body = isScript ? script : html.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .set("Content-Type", (isScript ? "text/javascript" : "text/html") + "; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
