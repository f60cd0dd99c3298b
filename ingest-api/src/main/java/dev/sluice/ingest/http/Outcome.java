package dev.sluice.ingest.http;

import java.util.Locale;

/**
 * What became of a request: each has exactly one, with the status it is answered by. The statuses mind what the tracker does with
 * them: it drops an event on 400 and 422, and on every other failure sends it again with the next, for ever.
 */
enum Outcome {
    /** In the journal. */
    ACCEPTED(Kind.ACCEPTED, 200),
    /** The visitor carries the opt-out cookie: nothing is kept. */
    OPTED_OUT(Kind.OPTED_OUT, 200),

    /** A HEAD, where HEAD is configured not to count as an event. */
    HEAD(Kind.OTHER, 200),
    PREFLIGHT(Kind.OTHER, 200),
    /** Health check, robots.txt, favicon. */
    ASIDE(Kind.OTHER, 200),

    /** The journal has no room. */
    JOURNAL_FULL(Kind.REFUSED, 503),
    /** The process stops, or the journal broke. */
    CLOSED(Kind.REFUSED, 503),
    /** The journal did not answer in time; it may have the hit all the same. */
    JOURNAL_SLOW(Kind.REFUSED, 503),
    /** Too many bytes are being received at once. */
    BODIES_FULL(Kind.REFUSED, 503),
    /** A fault of ours, logged. */
    FAILED(Kind.REFUSED, 503),
    TOO_LARGE(Kind.REFUSED, 422),
    /** The body is compressed. */
    ENCODING(Kind.REFUSED, 415),
    METHOD(Kind.REFUSED, 405),
    UNKNOWN_PATH(Kind.REFUSED, 404),
    URI_TOO_LONG(Kind.REFUSED, 400),
    /** The body broke off, or its chunks are no chunks. */
    BODY_BROKEN(Kind.REFUSED, 400),
    /** The body did not arrive in time. */
    BODY_SLOW(Kind.REFUSED, 408),
    /** Not HTTP as the server understands it; answered before it reaches the collector. */
    MALFORMED(Kind.REFUSED, 400);

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

    private final Kind kind;
    private final int status;

    Outcome(Kind kind, int status) {
        this.kind = kind;
        this.status = status;
    }

    Kind kind() {
        return kind;
    }

    int status() {
        return status;
    }

    /** The tag {@code reason}. */
    String reason() {
        return kind == Kind.ACCEPTED || kind == Kind.OPTED_OUT ? "none" : name().toLowerCase(Locale.ROOT);
    }

    /** One line for whoever looks at the answer; says nothing of the request or the server. */
    String text() {
        return switch (this) {
            case ACCEPTED, OPTED_OUT -> "ok";
            case JOURNAL_FULL, CLOSED, JOURNAL_SLOW, BODIES_FULL, FAILED -> "try again later\n";
            case TOO_LARGE -> "the request is too large\n";
            case ENCODING -> "send the body uncompressed\n";
            case URI_TOO_LONG -> "the address is too long\n";
            case BODY_BROKEN -> "the body is not complete\n";
            case BODY_SLOW -> "the body came too slowly\n";
            case HEAD, PREFLIGHT, ASIDE, METHOD, UNKNOWN_PATH, MALFORMED -> "";
        };
    }
}
