package dev.sluice.loader.console;

import dev.sluice.loader.console.Board.Sheet;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console over HTTP: {@code /console}, {@code /console/events} and the page's files. A viewer's events are written by the web
 * server's thread of his own request, so whoever does not read holds up nobody but himself, until the server's write time-out.
 */
final class ConsoleServlet extends HttpServlet {
    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleServlet.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(3);
    /** What somebody who opens the page waits for numbers that nobody has asked for lately. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final Board board;
    private final Doorkeeper doorkeeper;
    private final ConsoleMetrics metrics;
    private final Duration fresh;
    private final String unknown;
    private final Assets assets = new Assets();

    /**
     * @param fresh how old a sheet may be for who opens the page
     * @param unknown the page when there is no sheet
     */
    ConsoleServlet(Board board, Doorkeeper doorkeeper, ConsoleMetrics metrics, Duration fresh, String unknown) {
        this.board = board;
        this.doorkeeper = doorkeeper;
        this.metrics = metrics;
        this.fresh = fresh;
        this.unknown = unknown;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        secure(response);
        String path = request.getPathInfo() == null ? "" : request.getPathInfo();
        boolean navigates = path.isEmpty()
                && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
                && "document".equals(request.getHeader("Sec-Fetch-Dest"));
        if (!doorkeeper.lets(
                request.getRemoteAddr(), request.getHeader("Host"), request.getHeader("Sec-Fetch-Site"), navigates)) {
            metrics.foreign();
            text(
                    response,
                    403,
                    "The console is for this machine, by the name localhost: forward a port to it, or name the"
                            + " host in sluice.console.hosts.");
        } else if (!request.getMethod().equals("GET")) {
            response.setHeader("Allow", "GET");
            text(response, 405, "The console can only be looked at.");
        } else if (path.isEmpty()) {
            page(response);
        } else if (path.equals("/events")) {
            events(response);
        } else {
            asset(path, response);
        }
    }

    private void page(HttpServletResponse response) throws IOException {
        try {
            Sheet sheet = board.fresh(fresh, PATIENCE);
            write(response, "text/html;charset=utf-8", utf8(sheet == null ? unknown : sheet.page()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            text(response, 503, "The loader is stopping.");
        }
    }

    private void events(HttpServletResponse response) throws IOException {
        if (!board.enter()) {
            metrics.full();
            response.setHeader("Retry-After", "10");
            text(response, 503, "As many look as sluice.console.viewers allows, or the loader is stopping.");
            return;
        }
        try {
            response.setContentType("text/event-stream;charset=utf-8");
            stream(response.getOutputStream());
        } catch (IOException e) {
            LOG.debug("A viewer has gone", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            board.leave();
        }
    }

    private void stream(ServletOutputStream out) throws IOException, InterruptedException {
        out.write(utf8(ServerSentEvents.retry(RETRY)));
        out.flush();
        long seen = 0;
        while (board.isOpen()) {
            Sheet sheet = board.after(seen, HEARTBEAT);
            if (sheet == null) {
                out.write(utf8(ServerSentEvents.HEARTBEAT));
            } else {
                seen = sheet.number();
                out.write(utf8(ServerSentEvents.event("numbers", seen, sheet.update())));
            }
            out.flush();
        }
    }

    private void asset(String path, HttpServletResponse response) throws IOException {
        Assets.Asset asset = assets.find(path);
        if (asset == null) {
            text(response, 404, "There is nothing here. The console is at /console.");
        } else {
            write(response, asset.type(), asset.bytes());
        }
    }

    private static void secure(HttpServletResponse response) {
        response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cache-Control", "no-store");
    }

    /** Not by sendError, whose page would be Spring's. */
    private static void text(HttpServletResponse response, int status, String text) throws IOException {
        response.setStatus(status);
        write(response, "text/plain;charset=utf-8", utf8(text + "\n"));
    }

    private static void write(HttpServletResponse response, String type, byte[] bytes) throws IOException {
        response.setContentType(type);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
