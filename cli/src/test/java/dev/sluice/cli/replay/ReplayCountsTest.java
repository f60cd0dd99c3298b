package dev.sluice.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.table.Table;
import dev.sluice.loader.load.SideTables.Unit;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReplayCountsTest {
    private static final Instant START = Instant.parse("2026-06-01T09:00:00Z");

    private final AtomicLong nanos = new AtomicLong();
    private final ReplayCounts counts = new ReplayCounts(5, 2, nanos::get);

    @Test
    void summary_saysHowMuchAndHowFast() {
        counts.committed(new Replayed(unit(START, START.plusSeconds(60), 600), 500, 0));
        counts.committed(new Replayed(unit(START.plusSeconds(50), START.plusSeconds(100), 400), 400, 1));
        counts.committed(new Replayed(new Unit("empty", Instant.EPOCH, Instant.EPOCH, List.of()), 0, 0));
        counts.gained(Map.of(Table.PAGE_VIEWS, 990L));
        counts.warehouseTook(Duration.ofMillis(1_500).toNanos());
        nanos.set(Duration.ofSeconds(2).toNanos());
        assertThat(counts.progress())
                .isEqualTo("replay: 5 of 5 objects, 900 hits, 1,000 rows, 500 rows/s, 50.0 times real time");
        assertThat(counts.summary(Map.of(Table.PAGE_VIEWS, "next")))
                .isEqualTo(
                        "3 objects (2 were done before), 900 hits, 1,000 rows in 2.0 s (1.5 s in the warehouse): 500 rows/s, 50.0 times real"
                                + " time; next +990; 1 records were not readable");
    }

    @Test
    void summary_ofNothing_isNoFault() {
        assertThat(counts.summary(Map.of(Table.PAGE_VIEWS, "next"))).contains("0.0 times real time; next +0");
    }

    private static Unit unit(Instant min, Instant max, long rows) {
        return new Unit("u", min, max, List.of(new StagedFile(Table.PAGE_VIEWS, "k", rows, 1, "0")));
    }
}
