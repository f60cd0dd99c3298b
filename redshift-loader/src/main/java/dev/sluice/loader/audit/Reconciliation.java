package dev.sluice.loader.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a reconciliation found.
 *
 * @param from inclusive
 * @param to exclusive
 * @param watermark until when all is there, by the loader's auditor; empty when it never ran
 * @param totals of all minutes
 * @param findings what does not add up; bounded
 * @param inFlight what is accepted and not there, and young enough to be on its way; bounded
 * @param waiting hits that are late, and in batches that wait for the loader: on their way
 * @param sightings where the missing ones are
 */
public record Reconciliation(
        Instant from,
        Instant to,
        Optional<Instant> watermark,
        Totals totals,
        List<Finding> findings,
        List<Finding> inFlight,
        long waiting,
        Sightings sightings) {

    /** @param inFlight hits accepted and not there, young enough to be on their way */
    public record Totals(long minutes, long accepted, long hits, long loaded, long bad, long repeats, long inFlight) {
        static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0, 0);

        Totals plus(MinuteBalance minute, boolean isDue) {
            return new Totals(
                    minutes + 1,
                    accepted + Math.max(0, minute.accepted()),
                    hits + minute.hits(),
                    loaded + minute.loaded(),
                    bad + minute.bad(),
                    repeats + minute.repeats(),
                    inFlight + (isDue ? 0 : minute.outstanding()));
        }
    }

    public Reconciliation {
        findings = List.copyOf(findings);
        inFlight = List.copyOf(inFlight);
    }

    /** Whether everything adds up: what was accepted is there once, or on its way. */
    public boolean isSound() {
        return findings.isEmpty();
    }
}
