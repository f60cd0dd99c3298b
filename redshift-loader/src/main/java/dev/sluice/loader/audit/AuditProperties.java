package dev.sluice.loader.audit;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The continuous proof that nothing is missing.
 *
 * @param interval from the start of one round to the start of the next; the watermark goes on in these steps
 * @param window how far back what was proved is looked at again, so that a row that vanishes is noticed; each minute of it about once a
 *     minute
 * @param late how long a hit may be known as accepted and not be there before it is named, in {@code sluice.audit.late} and by a
 *     warning: it may still be on its way
 * @param grace how long a hit may be known as accepted and not be there before it counts as missing; one that was there and has gone
 *     counts at once
 * @param statementTimeout most time for one of the questions
 */
public record AuditProperties(
        @DefaultValue("10s") Duration interval,
        @DefaultValue("1h") Duration window,
        @DefaultValue("20s") Duration late,
        @DefaultValue("5m") Duration grace,
        @DefaultValue("1m") Duration statementTimeout) {
    private static final Duration LEAST_WINDOW = Duration.ofMinutes(2);

    public AuditProperties {
        requirePositive("interval", interval);
        requirePositive("late", late);
        if (grace.compareTo(late) < 0) {
            throw new IllegalArgumentException(
                    "sluice.loader.audit.grace is at least sluice.loader.audit.late, " + late + ", not " + grace);
        }
        requirePositive("statement-timeout", statementTimeout);
        if (window.compareTo(LEAST_WINDOW) < 0) {
            throw new IllegalArgumentException(
                    "sluice.loader.audit.window is at least " + LEAST_WINDOW + ", not " + window);
        }
    }

    private static void requirePositive(String key, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("sluice.loader.audit." + key + " must be positive, not " + value);
        }
    }
}
