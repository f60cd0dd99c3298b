package dev.sluice.ingest.http;

import dev.sluice.common.EncodedHit;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.journal.Journal;
import dev.sluice.ingest.journal.JournalRefusedException;
import dev.sluice.ingest.send.RecordLimits;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole public face of the collector: the tracker protocol, and the few pages besides. A hit is answered by 200 once the
 * journal has it; nothing here looks into an event, so what can never become a row is accepted too, and becomes a bad row
 * further right. No request waits for the stream.
 *
 * <p>A plain servlet on virtual threads, not a controller: the same work costs 39 µs a request here and 64 µs behind Spring MVC,
 * and there is nothing to convert, negotiate or render.
 */
public final class CollectorServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger log = LoggerFactory.getLogger(CollectorServlet.class);

    /** Marks requests that are counted here; the rest never got past the server. */
    static final String COUNTED = "dev.sluice.ingest.counted";

    /** Where a click leads, once that is known to be allowed. */
    private static final String TARGET = "dev.sluice.ingest.target";

    private static final byte[] NO_BODY = {};

    private final transient CollectorRules rules;
    private final transient HitReader hits;
    private final transient BodyReader bodies;
    private final transient Journal journal;
    private final transient IngestMetrics metrics;

    public CollectorServlet(
            CollectorRules rules, HitReader hits, BodyReader bodies, Journal journal, IngestMetrics metrics) {
        this.rules = rules;
        this.hits = hits;
        this.bodies = bodies;
        this.journal = journal;
        this.metrics = metrics;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        request.setAttribute(COUNTED, true);
        Outcome outcome;
        try {
            outcome = decide(request, response);
        } catch (RefusedException e) {
            outcome = e.outcome();
        } catch (RuntimeException e) {
            log.error("a request failed", e);
            outcome = Outcome.FAILED;
        }
        metrics.count(outcome);
        answer(outcome, request, response);
    }

    private Outcome decide(HttpServletRequest request, HttpServletResponse response) throws RefusedException {
        String method = request.getMethod();
        Routes.Route route = rules.routes().of(request.getRequestURI());
        return switch (route) {
            case null -> Outcome.UNKNOWN_PATH;
            case ASIDE ->
                method.equals("GET") || method.equals("HEAD") ? Outcome.ASIDE : refuseMethod(response, "GET, HEAD");
            case REDIRECT -> takeClick(method, request, response);
            case PIXEL, TRACKER -> takeEvents(method, route == Routes.Route.TRACKER, request, response);
        };
    }

    private Outcome takeEvents(
            String method, boolean takesPosts, HttpServletRequest request, HttpServletResponse response)
            throws RefusedException {
        String origin = Cors.originOf(request);
        if (!rules.gate().admits(request, origin)) {
            response.setHeader("Vary", "Origin");
            return Outcome.ORIGIN;
        }
        rules.cors().allow(origin, response);
        return switch (method) {
            case "OPTIONS" -> {
                rules.cors().preflight(response);
                yield Outcome.PREFLIGHT;
            }
            case "GET" -> offer(RawHit.Method.GET, request, response, origin);
            case "HEAD" -> rules.recordHead() ? offer(RawHit.Method.HEAD, request, response, origin) : Outcome.HEAD;
            case "POST" ->
                takesPosts
                        ? offer(RawHit.Method.POST, request, response, origin)
                        : refuseMethod(response, "GET, HEAD, OPTIONS");
            default -> refuseMethod(response, takesPosts ? "GET, HEAD, POST, OPTIONS" : "GET, HEAD, OPTIONS");
        };
    }

    /** Somebody clicked: whatever becomes of the event, that one is sent on. */
    private Outcome takeClick(String method, HttpServletRequest request, HttpServletResponse response)
            throws RefusedException {
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return refuseMethod(response, "GET, HEAD");
        }
        Optional<String> target = rules.voice().targets().of(HitReader.queryOf(request));
        if (target.isEmpty()) {
            return Outcome.BAD_TARGET;
        }
        request.setAttribute(TARGET, target.get());
        if (method.equals("GET")) {
            return offer(RawHit.Method.GET, request, response, null);
        }
        return rules.recordHead() ? offer(RawHit.Method.HEAD, request, response, null) : Outcome.HEAD;
    }

    private static Outcome refuseMethod(HttpServletResponse response, String allowed) {
        response.setHeader("Allow", allowed);
        return Outcome.METHOD;
    }

    private Outcome offer(
            RawHit.Method method, HttpServletRequest request, HttpServletResponse response, @Nullable String origin)
            throws RefusedException {
        Caller caller = rules.callers().read(request);
        Optional<Outcome> refusal = rules.gate().refusal(request, caller);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Outcome outcome = method == RawHit.Method.POST
                ? appendBody(request, caller, response, origin)
                : append(hits.read(request, method, caller, NO_BODY), caller, response, origin);
        if (outcome == Outcome.ACCEPTED && caller.anonymous()) {
            metrics.count(caller.anonymity());
        }
        return outcome;
    }

    private Outcome appendBody(
            HttpServletRequest request, Caller caller, HttpServletResponse response, @Nullable String origin)
            throws RefusedException {
        try (BodyReader.Body body = bodies.read(request)) {
            if (rules.gate().isRefused(request, body.bytes())) {
                return Outcome.SITE;
            }
            return append(hits.read(request, RawHit.Method.POST, caller, body.bytes()), caller, response, origin);
        }
    }

    private Outcome append(RawHit hit, Caller caller, HttpServletResponse response, @Nullable String origin) {
        EncodedHit encoded = FrameCodec.encodeHit(hit);
        if (!RecordLimits.fits(encoded)) {
            return Outcome.TOO_LARGE;
        }
        Outcome outcome = settle(journal.append(encoded));
        if (outcome == Outcome.ACCEPTED && rules.cookie().isEnabled()) {
            if (!caller.anonymous()) {
                rules.cookie().keep(response, hit.visitor().networkId(), origin);
            } else if (caller.networkCookie() != null) {
                rules.cookie().expire(response, origin);
            }
        }
        return outcome;
    }

    private Outcome settle(CompletableFuture<TransportId> durable) {
        try {
            // Looked at first because an exception per refusal is what a refusal cannot afford.
            if (durable.state() != Future.State.FAILED) {
                rules.deadlines().limit(durable).get();
                return Outcome.ACCEPTED;
            }
            return refusal(durable.exceptionNow());
        } catch (ExecutionException e) {
            return refusal(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.CLOSED;
        }
    }

    private static Outcome refusal(@Nullable Throwable cause) {
        if (cause instanceof JournalRefusedException refused) {
            return switch (refused.reason()) {
                case FULL -> Outcome.JOURNAL_FULL;
                case CLOSED -> Outcome.CLOSED;
            };
        }
        if (cause instanceof TimeoutException) {
            return Outcome.JOURNAL_SLOW;
        }
        log.error("the journal failed", cause);
        return Outcome.FAILED;
    }

    private void answer(Outcome outcome, HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean withBody = !request.getMethod().equals("HEAD");
        if (request.getAttribute(TARGET) instanceof String target) {
            rules.answers().redirect(response, target);
            return;
        }
        switch (outcome.kind()) {
            case REFUSED -> rules.answers().line(response, outcome, withBody);
            case ACCEPTED, OPTED_OUT -> done(outcome, request, response, withBody);
            case OTHER -> {
                switch (outcome) {
                    case ASIDE -> rules.asidePages().answer(request, response);
                    case HEAD -> done(outcome, request, response, withBody);
                    default -> rules.answers().line(response, outcome, withBody);
                }
            }
        }
    }

    private void done(Outcome outcome, HttpServletRequest request, HttpServletResponse response, boolean withBody)
            throws IOException {
        if (request.getMethod().equals("POST")) {
            rules.answers().line(response, outcome, withBody);
        } else {
            rules.answers().pixel(response, withBody);
        }
    }
}
