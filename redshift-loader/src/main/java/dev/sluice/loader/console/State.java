package dev.sluice.loader.console;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that the page is made of. Immutable.
 *
 * @param now when it was put together, by this machine's clock
 * @param line as it was last told; null before the first answer
 * @param visits likewise
 * @param failingSince since when the warehouse does not answer; null while it does
 * @param visitsFail whether the last question for visits was not answered in time
 * @param meters what the services count themselves
 */
record State(
        Instant now,
        @Nullable LineNumbers line,
        @Nullable VisitNumbers visits,
        @Nullable Instant failingSince,
        boolean visitsFail,
        Meters.Now meters) {
    static State unknown(Instant now, Meters.Now meters) {
        return new State(now, null, null, null, false, meters);
    }
}
