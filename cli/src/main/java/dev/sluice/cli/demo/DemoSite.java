package dev.sluice.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.ingest.http.TrackerScript;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The demo site, on loopback only: a fixed set of pages out of this jar; the tracker comes from the collector. Owns the threads "demo-site-N" from
 * {@link #start} to {@link #close}.
 */
public final class DemoSite implements AutoCloseable {
    private static final String LICENSE = TrackerScript.FOLDER + "LICENSE.txt";

    private static final Map<String, Page> PAGES = Map.of(
            "/", new Page("/demo/index.html", "text/html"),
            "/boats", new Page("/demo/boats.html", "text/html"),
            "/journal", new Page("/demo/journal.html", "text/html"),
            "/style.css", new Page("/demo/style.css", "text/css"),
            "/views.js", new Page("/demo/views.js", "text/javascript"),
            "/tracker-license.txt", new Page(LICENSE, "text/plain"));

    private static final String NO_TRACKER = """
            <p class="warning">The browser tracker is missing: this build could not get it from npm. Install Node.js, run
            ./sluice build, and start again. Until then only the pixel for browsers without JavaScript works.</p>""";

    private static final String WITH_TRACKER = """
            <script src="{{collector}}/sp.js"></script>
            <script src="/views.js" data-collector="{{collector}}"></script>""";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            2, Thread.ofPlatform().name("demo-site-", 0).daemon().factory());
    private final URI collector;

    private record Page(String resource, String type) {}

    private DemoSite(HttpServer server, URI collector) {
        this.server = server;
        this.collector = collector;
    }

    /**
     * @param port 0 takes any free one
     * @param collector where its pages send their views
     */
    public static DemoSite start(int port, URI collector) throws IOException {
        var site = new DemoSite(
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0), collector);
        site.server.setExecutor(site.threads);
        site.server.createContext("/", site::answer);
        site.server.start();
        return site;
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @SuppressWarnings("try") // closing the exchange is all it is for
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            var page = path == null ? null : PAGES.get(path);
            byte[] body = page == null ? null : read(page.resource());
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (page == null || body == null) {
                exchange.sendResponseHeaders(404, -1);
            } else if (!head && !exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(405, -1);
            } else {
                if (page.type().equals("text/html")) {
                    body = fill(new String(body, StandardCharsets.UTF_8), exchange)
                            .getBytes(StandardCharsets.UTF_8);
                }
                var headers = exchange.getResponseHeaders();
                headers.set("Content-Type", page.type() + "; charset=utf-8");
                headers.set("Cache-Control", "no-cache");
                headers.set("X-Content-Type-Options", "nosniff");
                headers.set(
                        "Content-Security-Policy",
                        "default-src 'self'; script-src 'self' " + collector + "; connect-src " + collector
                                + "; img-src 'self' " + collector);
                exchange.sendResponseHeaders(200, head ? -1 : body.length);
                if (!head) {
                    exchange.getResponseBody().write(body);
                }
            }
        }
    }

    /** The pixel knows what the server knows: nobody else tells it the page's address or where the reader came from. */
    private String fill(String html, HttpExchange exchange) {
        URI asked = exchange.getRequestURI();
        String query = asked.getRawQuery() == null ? "" : "?" + asked.getRawQuery();
        String referrer = exchange.getRequestHeaders().getFirst("Referer");
        String pixel = collector + "/i?e=pv&amp;p=web&amp;tv=pixel-1&amp;aid=demo&amp;url="
                + encoded(address() + asked.getRawPath() + query)
                + (referrer == null ? "" : "&amp;refr=" + encoded(referrer));
        boolean hasTracker = DemoSite.class.getResource(LICENSE) != null;
        return html.replace("{{tracker}}", hasTracker ? WITH_TRACKER : NO_TRACKER)
                .replace("{{pixel}}", pixel)
                .replace("{{collector}}", collector.toString());
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] read(String resource) {
        try (InputStream in = DemoSite.class.getResourceAsStream(resource)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops at once: nobody's data is under way here. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
