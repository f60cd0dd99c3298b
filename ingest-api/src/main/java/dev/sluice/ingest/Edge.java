package dev.sluice.ingest;

import dev.sluice.ingest.http.AcceptDeadlines;
import dev.sluice.ingest.http.AddressLimiter;
import dev.sluice.ingest.http.Answers;
import dev.sluice.ingest.http.AsidePages;
import dev.sluice.ingest.http.BodyReader;
import dev.sluice.ingest.http.ByteBudget;
import dev.sluice.ingest.http.CallerReader;
import dev.sluice.ingest.http.ClientAddress;
import dev.sluice.ingest.http.CollectorRules;
import dev.sluice.ingest.http.CollectorServlet;
import dev.sluice.ingest.http.Cors;
import dev.sluice.ingest.http.Gate;
import dev.sluice.ingest.http.HitReader;
import dev.sluice.ingest.http.IngestMetrics;
import dev.sluice.ingest.http.NetworkCookie;
import dev.sluice.ingest.http.OriginList;
import dev.sluice.ingest.http.RedirectTargets;
import dev.sluice.ingest.http.Routes;
import dev.sluice.ingest.http.SiteList;
import dev.sluice.ingest.http.TrackerScript;
import dev.sluice.ingest.journal.Journal;
import java.time.Clock;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Puts the public face together, part by part, from its keys. */
final class Edge {
    private Edge() {}

    /** @param accepting what the health check says */
    static CollectorServlet servlet(
            IngestProperties properties,
            AcceptDeadlines deadlines,
            BooleanSupplier accepting,
            Journal journal,
            IngestMetrics metrics) {
        var cookie = new NetworkCookie(properties.cookie(), UUID::randomUUID);
        var bodies = new BodyReader(
                (int) properties.maxBody().toBytes(),
                properties.bodyTimeout(),
                new ByteBudget(properties.bodiesInFlight().toBytes()),
                properties.gzip(),
                System::nanoTime);
        return new CollectorServlet(
                rules(properties, deadlines, cookie, accepting),
                new HitReader(cookie, Clock.systemUTC()),
                bodies,
                journal,
                metrics);
    }

    private static CollectorRules rules(
            IngestProperties properties, AcceptDeadlines deadlines, NetworkCookie cookie, BooleanSupplier accepting) {
        var answers = new Answers(properties.retryAfter());
        var asidePages = new AsidePages(accepting, answers, TrackerScript.load(properties.script()));
        var callers = new CallerReader(
                new ClientAddress(properties.trustedRanges()), cookie, properties.optOutCookie(), properties.privacy());
        return new CollectorRules(
                Routes.with(properties.aliases(), properties.redirect().enabled(), asidePages.paths()),
                new CollectorRules.Voice(
                        new Cors(properties.cors()), answers, asidePages, new RedirectTargets(properties.redirect())),
                callers,
                gate(properties),
                cookie,
                properties.recordHead(),
                deadlines);
    }

    private static Gate gate(IngestProperties properties) {
        return new Gate(
                new Gate.Limits((int) properties.maxUri().toBytes(), properties.maxParameters()),
                new OriginList(properties.origins()),
                new SiteList(properties.siteIds()),
                new AddressLimiter(properties.rateLimit(), System::nanoTime));
    }
}
