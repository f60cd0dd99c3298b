package dev.sluice.loader.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EpochRecordsTest {
    private static final Instant MINUTE = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant NEXT = MINUTE.plusSeconds(60);

    @Test
    void hitsByMinute_addsUpRecords() {
        assertThat(of(record(0, 9, MINUTE, 10), record(10, 19, MINUTE, 4), record(10, 19, NEXT, 6))
                        .hitsByMinute())
                .containsEntry(MINUTE, 14L)
                .containsEntry(NEXT, 6L);
    }

    @Test
    void hitsByMinute_countsAnEqualRangeOnceAndOneWithinALargerNotAtAll() {
        assertThat(of(
                                record(0, 9, MINUTE, 10),
                                record(0, 9, MINUTE, 10),
                                record(10, 14, MINUTE, 5),
                                record(0, 29, MINUTE, 25),
                                record(0, 29, NEXT, 5),
                                record(30, 34, NEXT, 5))
                        .hitsByMinute())
                .containsEntry(MINUTE, 25L)
                .containsEntry(NEXT, 10L);
    }

    @Test
    void hitsByMinute_countsHitsOfARecordThatWasLost_whereTheNextOneBegins() {
        assertThat(of(
                                record(0, 9, MINUTE, 10),
                                record(15, 19, MINUTE, 2),
                                record(15, 19, NEXT, 3),
                                record(20, 19, NEXT, 0))
                        .hitsByMinute())
                .containsEntry(MINUTE, 17L)
                .containsEntry(NEXT, 3L);
        assertThat(of(record(15, 19, NEXT, 5)).hitsByMinute())
                .as("what was told before the time that is looked at is not known")
                .containsEntry(NEXT, 5L);
    }

    @Test
    void hitsByMinute_ofAnIdleNodeIsNone() {
        assertThat(of(record(0, -1, MINUTE, 0)).hitsByMinute()).containsEntry(MINUTE, 0L);
    }

    @Test
    void completeUntil_isThatOfTheRecordsThatAreThereInFull() {
        EpochRecords records = of(record(0, 9, MINUTE, 10), record(10, 19, NEXT, 10), record(20, 19, NEXT, 0));
        assertThat(records.completeUntil(8)).isEmpty();
        assertThat(records.completeUntil(18)).contains(until(9));
        assertThat(records.completeUntil(19)).contains(until(19));
    }

    private static EpochRecords of(Accepted... records) {
        return Objects.requireNonNull(EpochRecords.byEpoch(List.of(records)).get("e"));
    }

    private static Accepted record(long first, long last, Instant minute, long hits) {
        return new Accepted("e", first, last, minute, hits, until(last), false);
    }

    private static Instant until(long last) {
        return MINUTE.plusMillis(last + 1);
    }
}
