package dev.sluice.loader.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.console.View.Fact;
import dev.sluice.loader.console.View.Stage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StagesTest {
    private static List<Stage> of(@Nullable LineNumbers line, Meters.Now meters) {
        return Stages.of(new State(Samples.NOW, line, null, null, false, meters));
    }

    @Test
    void fromTheWarehouse_theLastWholeMinuteIsTold() {
        List<Stage> stages = of(Samples.line(), Samples.METERS);
        assertThat(stages)
                .extracting(Stage::name)
                .containsExactly("Accepted", "Made into rows", "Waiting in S3", "Loaded", "Proved");
        assertThat(stages).extracting(Stage::tone).containsOnly("good");
        assertThat(stages).extracting(Stage::number).containsExactly("20", "17", "2", "21", "10 s");
        assertThat(stages.get(0).facts())
                .contains(new Fact("in the minute", "12:29"), new Fact("last told", "7 s ago"));
        assertThat(stages.get(1).facts()).contains(new Fact("received to row, p50", "0.4 s"), new Fact("p95", "0.9 s"));
        assertThat(stages.get(3).facts()).contains(new Fact("last load", "2 s ago"));
    }

    @Test
    void fromTheServices_whatIsNowIsTold() {
        var meters = new Meters.Now(
                Samples.METERS.loader(),
                new Meters.Ingest(2, 2, 812.4, 0.5, 31),
                new Meters.Consumers(3, 2, 790, 0.75));
        List<Stage> stages = of(Samples.line(), meters);
        assertThat(stages.get(0).number()).isEqualTo("812");
        assertThat(stages.get(0).facts())
                .contains(
                        new Fact("refused", "0.5/s"),
                        new Fact("not yet in the stream", "31"),
                        new Fact("collectors", "2 of 2"));
        assertThat(stages.get(1).number()).isEqualTo("790");
        assertThat(stages.get(1).tone()).as("one of three consumers is away").isEqualTo("late");
        assertThat(stages.get(1).facts()).contains(new Fact("behind the stream", "0.8 s"));
    }

    @Test
    void withoutTheWarehouse_theServicesAreStillTold() {
        var meters = new Meters.Now(
                Samples.METERS.loader(), new Meters.Ingest(1, 1, 5, 0, 0), new Meters.Consumers(1, 1, 4, 0));
        assertThat(of(null, meters)).extracting(Stage::number).containsExactly("5.0", "4.0", "2", "–", "–");
        assertThat(of(null, Samples.METERS)).extracting(Stage::number).containsExactly("–", "–", "2", "–", "–");
    }

    @Test
    void missingHits_areBad_andAnOldProofIsLate() {
        assertThat(of(Samples.line(Samples.proof(Samples.NOW, Samples.NOW, 3)), Samples.METERS)
                        .getLast())
                .matches(stage -> stage.tone().equals("bad"))
                .matches(stage -> stage.facts().contains(new Fact("missing", "3")));
        assertThat(of(Samples.line(Samples.proof(Samples.NOW.minusSeconds(301), Samples.NOW, 0)), Samples.METERS)
                        .getLast()
                        .tone())
                .isEqualTo("late");
    }
}
