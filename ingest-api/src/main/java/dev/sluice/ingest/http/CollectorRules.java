package dev.sluice.ingest.http;

/**
 * What the servlet goes by, fixed at the start.
 *
 * @param routes which path is what
 * @param voice how it answers
 * @param callers who is calling
 * @param gate what is turned away
 * @param cookie the network cookie
 * @param recordHead whether HEAD counts as an event
 * @param deadlines how long a request waits for the journal
 */
public record CollectorRules(
        Routes routes,
        Voice voice,
        CallerReader callers,
        Gate gate,
        NetworkCookie cookie,
        boolean recordHead,
        AcceptDeadlines deadlines) {

    /** How the collector answers, and where it sends clicks on to. */
    public record Voice(Cors cors, Answers answers, AsidePages asidePages, RedirectTargets targets) {}

    Cors cors() {
        return voice.cors();
    }

    Answers answers() {
        return voice.answers();
    }

    AsidePages asidePages() {
        return voice.asidePages();
    }
}
