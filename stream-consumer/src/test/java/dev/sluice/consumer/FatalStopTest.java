package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class FatalStopTest {
    private final List<Object> events = new ArrayList<>();
    private final FatalStop stop = new FatalStop(events::add);

    @Test
    void health_isUp_untilTheFirstFailure() {
        assertThat(stop.health().getStatus()).isEqualTo(Status.UP);
        stop.accept(new IllegalStateException("personal data may stand here"));
        assertThat(stop.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(stop.health().getDetails()).containsOnly(Map.entry("failure", "IllegalStateException"));
    }

    @Test
    void accept_tellsTheOneWhoRunsTheProcess_once() {
        var first = new OutOfMemoryError("test");
        stop.accept(first);
        stop.accept(new IllegalStateException("while stopping"));
        assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        ConsumerFailedEvent.class,
                        event -> assertThat(event.cause()).isSameAs(first));
    }
}
