package dev.sluice.loader.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServerSentEventsTest {
    @Test
    void event_startsEachLineOfItsData_howeverLinesEnd() {
        assertThat(ServerSentEvents.event("numbers", 7, "one\ntwo\r\nthree\rid: 9\n\nevent: other")
                        .split("\n", -1))
                .containsExactly(
                        "event: numbers",
                        "id: 7",
                        "data: one",
                        "data: two",
                        "data: three",
                        "data: id: 9",
                        "data: ",
                        "data: event: other",
                        "",
                        "");
    }

    @Test
    void retry_isInMilliseconds() {
        assertThat(ServerSentEvents.retry(Duration.ofSeconds(3))).isEqualTo("retry: 3000\n\n");
    }
}
