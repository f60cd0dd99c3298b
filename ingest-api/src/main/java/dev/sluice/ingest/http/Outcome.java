package dev.sluice.ingest.http;

import java.util.Locale;

/**
 * What became of a request: each has exactly one, with the status it is answered by. The statuses mind what the tracker does with
 * them: it drops an event on 400, 403 and 422, and on every other failure sends it again with the next, for ever. A click that is
 * redirected is answered by its redirect, whatever became of it.
 */
enum Outcome {
    /** In the journal. */
    ACCEPTED(Kind.ACCEPTED, 200, "ok", "none"),

    /** The visitor carries the opt-out cookie: nothing is kept. */
    OPTED_OUT(Kind.OPTED_OUT, 200, "ok", "cookie"),
    /** The browser says {@code DNT: 1}, and the policy is to keep nothing then. */
    OPTED_OUT_DNT(Kind.OPTED_OUT, 200, "ok", "dnt"),
    /** Likewise for {@code Sec-GPC: 1}. */
    OPTED_OUT_GPC(Kind.OPTED_OUT, 200, "ok", "gpc"),

    /** A HEAD, where HEAD is configured not to count as an event. */
    HEAD(Kind.OTHER, 200, ""),
    PREFLIGHT(Kind.OTHER, 200, ""),
    /** Health check, robots.txt, favicon, the tracker's script. */
    ASIDE(Kind.OTHER, 200, ""),

    /** The journal has no room. */
    JOURNAL_FULL(Kind.REFUSED, 503, Texts.LATER),
    /** The process stops, or the journal broke. */
    CLOSED(Kind.REFUSED, 503, Texts.LATER),
    /** The journal did not answer in time; it may have the hit all the same. */
    JOURNAL_SLOW(Kind.REFUSED, 503, Texts.LATER),
    /** Too many bytes are being received at once. */
    BODIES_FULL(Kind.REFUSED, 503, Texts.LATER),
    /** A fault of ours, logged. */
    FAILED(Kind.REFUSED, 503, Texts.LATER),
    TOO_LARGE(Kind.REFUSED, 422, "the request is too large\n"),
    /** The body inflates to far more than it is. */
    BOMB(Kind.REFUSED, 422, "the body is compressed too well\n"),
    /** The body is compressed in a way that is not taken. */
    ENCODING(Kind.REFUSED, 415, "send the body as it is, or as gzip\n"),
    /** The page's origin is not one of those that may send. */
    ORIGIN(Kind.REFUSED, 403, ""),
    /** No event is of a site that is recorded. */
    SITE(Kind.REFUSED, 403, "no such site\n"),
    /** The address sends more than one may. */
    RATE(Kind.REFUSED, 429, Texts.LATER),
    /** A click that would lead where none may. */
    BAD_TARGET(Kind.REFUSED, 400, "this link leads nowhere\n"),
    METHOD(Kind.REFUSED, 405, ""),
    UNKNOWN_PATH(Kind.REFUSED, 404, ""),
    URI_TOO_LONG(Kind.REFUSED, 400, "the address is too long\n"),
    TOO_MANY_PARAMETERS(Kind.REFUSED, 400, "the address has too many parameters\n"),
    /** The body broke off, or its chunks are no chunks, or its gzip no gzip. */
    BODY_BROKEN(Kind.REFUSED, 400, "the body is broken\n"),
    /** The body did not arrive in time. */
    BODY_SLOW(Kind.REFUSED, 408, "the body came too slowly\n"),
    /** The headers did not arrive in time; the connection is closed without an answer. */
    HEADERS_SLOW(Kind.REFUSED, 408, ""),
    /** Not HTTP as the server understands it; answered before it reaches the collector. */
    MALFORMED(Kind.REFUSED, 400, "");

    /** The tag {@code outcome}. */
    enum Kind {
        ACCEPTED,
        OPTED_OUT,
        REFUSED,
        /** No event was offered. */
        OTHER;

        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final class Texts {
        static final String LATER = "try again later\n";
    }

    private final Kind kind;
    private final int status;
    private final String text;
    private final String reason;

    Outcome(Kind kind, int status, String text, String reason) {
        this.kind = kind;
        this.status = status;
        this.text = text;
        this.reason = reason;
    }

    Outcome(Kind kind, int status, String text) {
        this.kind = kind;
        this.status = status;
        this.text = text;
        this.reason = name().toLowerCase(Locale.ROOT);
    }

    Kind kind() {
        return kind;
    }

    int status() {
        return status;
    }

    /** The tag {@code reason}. */
    String reason() {
        return reason;
    }

    /** One line for whoever looks at the answer; says nothing of the request or the server. */
    String text() {
        return text;
    }
}
