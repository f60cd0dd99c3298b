package dev.sluice.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.replay.BadRequest.Verdict;
import dev.sluice.common.table.Table;
import dev.sluice.loader.load.BadEvent;
import dev.sluice.loader.load.Recovery.Moved;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BadCountsTest {
    @Test
    void summary_addsUp_andSaysWhatTheRestIs() {
        var counts = new BadCounts(false);
        counts.tried(new Verdict(
                List.of(),
                Map.of(event(1, "schema_invalid"), "bad_json", event(2, "not_json"), "not_json"),
                List.of(event(3, "schema_invalid"), event(4, "schema_invalid"), event(5, "schema_invalid")),
                List.of(event(6, "not_json"))));
        counts.gone(List.of(event(7, "not_json")));
        counts.moved(new Moved(
                Map.of("schema_invalid", 2L), Map.of(Table.PAGE_VIEWS, 1_000L, Table.EVENTS, 1L), 3, 0, Map.of()));
        assertThat(counts.summary().lines())
                .containsExactly(
                        "REASON              TRIED      MOVED  STILL BAD       GONE",
                        "not_json                3          0          1          2",
                        "schema_invalid          4          2          2          0",
                        "still bad: bad_json 1, not_json 1, not_moved 1",
                        "page_views +1,000, events +1, 3 that a browser had sent before");
    }

    @Test
    void summary_ofADryRun_saysWhatWouldMove() {
        var counts = new BadCounts(true);
        counts.tried(new Verdict(List.of(), Map.of(), List.of(event(1, "bad_json")), List.of()));
        assertThat(counts.summary().lines())
                .containsExactly(
                        "REASON        TRIED WOULD MOVE  STILL BAD       GONE",
                        "bad_json          1          1          0          0");
    }

    private static BadEvent event(long seq, String reason) {
        return new BadEvent(Instant.EPOCH, "e", seq, 0, "validate", reason);
    }
}
