package dev.sluice.loader.console;

import java.time.Duration;
import java.time.Instant;

/**
 * The one sentence on top. It says nothing that changes from second to second, as screen readers read it out when it changes.
 *
 * @param word in short
 * @param text what follows, and what to do
 */
record Verdict(Tone tone, String word, String text) {
    /** As the alerts have it. */
    private static final Duration LATE_PROOF = Duration.ofMinutes(5);

    private static final Duration LATE_LOOK = Duration.ofMinutes(2);
    private static final double LATE_BATCH_SECONDS = 60;

    /** How bad it is. Never told by colour alone. */
    enum Tone {
        GOOD("good"),
        LATE("late"),
        BAD("bad"),
        UNKNOWN("unknown");

        private final String css;

        Tone(String css) {
            this.css = css;
        }

        String css() {
            return css;
        }
    }

    static Verdict of(State state) {
        LineNumbers line = state.line();
        Instant failingSince = state.failingSince();
        if (failingSince != null) {
            return new Verdict(
                    Tone.UNKNOWN,
                    "Unknown",
                    "The warehouse does not answer since " + Text.time(failingSince, state.now())
                            + " UTC; the loader's log says why. Nothing is lost by that: staged rows wait in S3.");
        }
        if (line == null) {
            return new Verdict(Tone.UNKNOWN, "Unknown", "The warehouse has not been asked yet.");
        }
        LineNumbers.Proof proof = line.proof();
        if (proof.missing() > 0) {
            return new Verdict(
                    Tone.BAD,
                    "Missing",
                    "Hits that were accepted are overdue: ./sluice reconcile says which, and where they are.");
        }
        if (proof.completeUntil() == null || proof.checkedAt() == null) {
            return new Verdict(
                    Tone.UNKNOWN, "Nothing yet", "No collector has told yet what it accepted. Send a page view.");
        }
        if (isOlder(proof.checkedAt(), LATE_LOOK, line.asOf())) {
            return new Verdict(
                    Tone.LATE, "Unproved", "The auditor has not looked for minutes; the loader's log says why.");
        }
        if (isShort(state.meters())) {
            return new Verdict(
                    Tone.LATE,
                    "Not all there",
                    "A collector or a consumer does not answer on its management port; the line shows how many do.");
        }
        if (state.meters().loader().oldestSeconds() > LATE_BATCH_SECONDS) {
            return new Verdict(Tone.LATE, "Late", "Batches wait in S3 for more than a minute to be loaded.");
        }
        if (isOlder(proof.completeUntil(), LATE_PROOF, line.asOf())) {
            return new Verdict(
                    Tone.LATE,
                    "Late",
                    "The proof is minutes behind: something is slow, or a collector is gone with its disk.");
        }
        return new Verdict(
                Tone.GOOD, "Complete", "Everything accepted is in the warehouse, or has just been accepted.");
    }

    private static boolean isShort(Meters.Now meters) {
        Meters.Ingest ingest = meters.ingest();
        Meters.Consumers consumers = meters.consumers();
        return (ingest != null && ingest.answering() < ingest.nodes())
                || (consumers != null && consumers.answering() < consumers.nodes());
    }

    private static boolean isOlder(Instant time, Duration age, Instant now) {
        return Duration.between(time, now).compareTo(age) > 0;
    }
}
