package dev.sluice.loader.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.console.Verdict.Tone;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Instant NOW = Samples.NOW;

    private static Verdict of(LineNumbers line) {
        return Verdict.of(Samples.state(line));
    }

    private static Verdict proof(Instant completeUntil, Instant checkedAt, long missing) {
        return of(Samples.line(Samples.proof(completeUntil, checkedAt, missing)));
    }

    @Test
    void aLineThatWorks_isComplete() {
        assertThat(of(Samples.line())).extracting(Verdict::tone, Verdict::word).containsExactly(Tone.GOOD, "Complete");
    }

    @Test
    void missingHits_areTheWorst() {
        Verdict verdict = proof(NOW.minusSeconds(10_000), NOW.minusSeconds(10_000), 1);
        assertThat(verdict.tone()).isEqualTo(Tone.BAD);
        assertThat(verdict.text()).contains("./sluice reconcile");
    }

    @Test
    void aProofThatStandsStill_isToldBeforeItsAge() {
        assertThat(proof(NOW.minusSeconds(10_000), NOW.minusSeconds(121), 0).word())
                .isEqualTo("Unproved");
        assertThat(proof(NOW.minusSeconds(301), NOW.minusSeconds(119), 0).word())
                .isEqualTo("Late");
        assertThat(proof(NOW.minusSeconds(299), NOW.minusSeconds(119), 0).tone())
                .isEqualTo(Tone.GOOD);
    }

    @Test
    void waitingBatches_areLateAfterAMinute() {
        var late = new Meters.Now(new Meters.Loader(3, 60.1), null, null);
        Verdict verdict = Verdict.of(new State(NOW, Samples.line(), null, null, false, late));
        assertThat(verdict.tone()).isEqualTo(Tone.LATE);
        assertThat(verdict.text()).contains("S3");
    }

    @Test
    void aCollectorThatDoesNotAnswer_isTold() {
        var ingest = new Meters.Ingest(2, 1, 5, 0, 0);
        var meters = new Meters.Now(Samples.METERS.loader(), ingest, new Meters.Consumers(1, 1, 5, 0.1));
        assertThat(Verdict.of(new State(NOW, Samples.line(), null, null, false, meters))
                        .tone())
                .isEqualTo(Tone.LATE);
    }

    @Test
    void aWarehouseThatDoesNotAnswer_isToldWhateverWasKnown() {
        var state = new State(NOW, Samples.line(), Samples.visits(), NOW.minusSeconds(30), false, Samples.METERS);
        assertThat(Verdict.of(state).tone()).isEqualTo(Tone.UNKNOWN);
        assertThat(Verdict.of(state).text()).contains("since 12:30:00 UTC");
    }

    @Test
    void beforeAnythingIsKnown_nothingIsSaidToBeGood() {
        assertThat(Verdict.of(State.unknown(NOW, Samples.METERS)).tone()).isEqualTo(Tone.UNKNOWN);
        assertThat(of(Samples.line(Samples.proof(null, null, 0))).tone()).isEqualTo(Tone.UNKNOWN);
    }

    /** A screen reader reads it out when it changes. */
    @Test
    void aMomentLater_theSentenceIsTheSame() {
        var later = new State(
                NOW.plusSeconds(2),
                Samples.line(),
                null,
                NOW,
                false,
                new Meters.Now(new Meters.Loader(9, 3), null, null));
        var now = new State(NOW, Samples.line(), null, NOW, false, Samples.METERS);
        assertThat(Verdict.of(later)).isEqualTo(Verdict.of(now));
    }
}
