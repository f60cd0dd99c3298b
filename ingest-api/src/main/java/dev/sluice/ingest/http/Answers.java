package dev.sluice.ingest.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** Writes answers: fixed bytes only, and nothing of the request but a target that was checked, so there is nothing to inject into. Immutable, thread-safe. */
public final class Answers {
    /** One transparent pixel. */
    private static final byte[] PIXEL =
            Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==");

    private final String retryAfterSeconds;

    /** @param retryAfter told to whom is refused for now */
    public Answers(Duration retryAfter) {
        retryAfterSeconds = Long.toString(retryAfter.toSeconds());
    }

    void pixel(HttpServletResponse response, boolean withBody) throws IOException {
        response.setHeader("Cache-Control", "no-cache, no-store, must-revalidate");
        write(response, Outcome.ACCEPTED.status(), "image/gif", PIXEL, withBody);
    }

    /** The line of the outcome, under its status. */
    void line(HttpServletResponse response, Outcome outcome, boolean withBody) throws IOException {
        if (outcome.status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE || outcome == Outcome.RATE) {
            response.setHeader("Retry-After", retryAfterSeconds);
        }
        text(response, outcome.status(), outcome.text(), withBody);
    }

    /** On to the target of a click; not to be kept, as every click counts. */
    void redirect(HttpServletResponse response, String target) {
        response.setStatus(HttpServletResponse.SC_FOUND);
        response.setHeader("Location", target);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(0);
    }

    void text(HttpServletResponse response, int status, String text, boolean withBody) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        write(response, status, "text/plain", text.getBytes(StandardCharsets.UTF_8), withBody);
    }

    private static void write(HttpServletResponse response, int status, String type, byte[] bytes, boolean withBody)
            throws IOException {
        response.setStatus(status);
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (bytes.length > 0) {
            response.setContentType(type);
        }
        response.setContentLength(bytes.length);
        if (withBody && bytes.length > 0) {
            response.getOutputStream().write(bytes);
        }
    }
}
