package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpkeepTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<String> steps = new ArrayList<>();

    @Test
    void run_takesOneStepOfEachChore_whateverBecomesOfTheOthers() {
        var upkeep = new Upkeep(
                List.of(new Recorded("fails", true), new Recorded("works", false)), new RetentionMetrics(registry));
        upkeep.run();
        upkeep.run();
        assertThat(steps).containsExactly("fails", "works", "fails", "works");
        assertThat(registry.get("sluice.retention.failures")
                        .tag("chore", "fails")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void abort_reachesEveryChore() {
        new Upkeep(List.of(new Recorded("a", false), new Recorded("b", false)), new RetentionMetrics(registry)).abort();
        assertThat(steps).containsExactly("abort a", "abort b");
    }

    private final class Recorded implements Upkeep.Chore {
        private final String name;
        private final boolean fails;

        Recorded(String name, boolean fails) {
            this.name = name;
            this.fails = fails;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void step() throws LoadFailure {
            steps.add(name);
            if (fails) {
                throw new LoadFailure(LoadFailure.Kind.FATAL, "no right to delete", null);
            }
        }

        @Override
        public void abort() {
            steps.add("abort " + name);
        }
    }
}
