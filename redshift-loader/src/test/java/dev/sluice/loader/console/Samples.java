package dev.sluice.loader.console;

import dev.sluice.loader.console.LineNumbers.Bad;
import dev.sluice.loader.console.LineNumbers.BadRow;
import dev.sluice.loader.console.LineNumbers.Lag;
import dev.sluice.loader.console.LineNumbers.Load;
import dev.sluice.loader.console.LineNumbers.Loads;
import dev.sluice.loader.console.LineNumbers.Minute;
import dev.sluice.loader.console.LineNumbers.PageView;
import dev.sluice.loader.console.LineNumbers.Proof;
import dev.sluice.loader.console.LineNumbers.Reason;
import dev.sluice.loader.console.LineNumbers.Way;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line that works, and changes of it. */
final class Samples {
    static final Instant NOW = Instant.parse("2026-06-01T12:30:30Z");
    static final Meters.Now METERS = new Meters.Now(new Meters.Loader(2, 1.4), null, null);

    private Samples() {}

    static Proof proof() {
        return new Proof(
                NOW.minusSeconds(10),
                NOW.minusSeconds(4),
                0,
                0,
                List.of(
                        new Minute(Instant.parse("2026-06-01T12:30:00Z"), 600, 550, 1, 2),
                        new Minute(Instant.parse("2026-06-01T12:29:00Z"), 1_200, 1_190, 3, 7)));
    }

    static Proof proof(@Nullable Instant completeUntil, @Nullable Instant checkedAt, long missing) {
        return new Proof(completeUntil, checkedAt, missing, 0, proof().minutes());
    }

    static LineNumbers line() {
        return line(proof(), "shop");
    }

    static LineNumbers line(Proof proof) {
        return line(proof, "shop");
    }

    /** @param sent stands in every place that somebody outside fills */
    static LineNumbers line(Proof proof, String sent) {
        return new LineNumbers(
                NOW,
                proof,
                new Way(2, NOW.minusSeconds(7), new Lag(2_000, 0.42, 0.91), new Lag(2_000, 2.1, 3.3)),
                new Loads(
                        NOW.minusSeconds(2),
                        1_230,
                        List.of(new Load(17, NOW.minusSeconds(2), 2, 40, 3, 1, 5, NOW.minusSeconds(5)))),
                new Bad(
                        List.of(new Reason("parse", sent, 4)),
                        List.of(new BadRow(NOW.minusSeconds(20), sent, "parse", sent, sent, sent))),
                List.of(new PageView(NOW.minusSeconds(3), sent, sent, sent, sent, sent, sent, sent, true)));
    }

    static VisitNumbers visits() {
        return visits("/boats");
    }

    static VisitNumbers visits(String sent) {
        return new VisitNumbers(
                NOW,
                1_234,
                321,
                List.of(new VisitNumbers.Minute(Instant.parse("2026-06-01T12:29:00Z"), 57, 31)),
                List.of(new VisitNumbers.Page(sent, sent, 99, 88)),
                List.of(new VisitNumbers.Referrer(sent, sent, 77)));
    }

    static State state(LineNumbers line) {
        return new State(NOW, line, visits(), null, false, METERS);
    }
}
