package dev.sluice.loader.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class RowBatchCollectorTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final RowBatchCollector collector = collector(new BatchLimits(Duration.ofSeconds(1), 1_000_000, 10));

    private RowBatchCollector collector(BatchLimits limits) {
        return new RowBatchCollector("shardId-000000000003", limits, nanos::get);
    }

    private static String text(RowBatch.TableRows table) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(table.gzip()))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void close_givesTheRowsOfEachTableAndTheWholeRange() {
        collector.add("10", List.of());
        collector.add("11", List.of(TestRows.pageView(1, TestRows.AT.plusSeconds(5)), TestRows.badEvent(2)));
        collector.add("12", List.of(TestRows.pageView(3, TestRows.AT.minusSeconds(5))));
        collector.add("13", List.of());
        assertThat(collector.rows()).isEqualTo(3);

        RowBatch batch = collector.close();

        assertThat(batch.range()).isEqualTo(new BatchDescriptor.Range("shardId-000000000003", "10", "13"));
        assertThat(batch.received())
                .isEqualTo(new RowBatch.ReceivedBetween(TestRows.AT.minusSeconds(5), TestRows.AT.plusSeconds(5)));
        assertThat(batch.madeBy()).isEqualTo(new RowBatch.MadeBy("7", ""));
        assertThat(batch.rows()).isEqualTo(3);
        assertThat(batch.tables())
                .extracting(RowBatch.TableRows::table, RowBatch.TableRows::rows)
                .containsExactly(tuple(Table.PAGE_VIEWS, 2L), tuple(Table.BAD_EVENTS, 1L));
        assertThat(text(batch.tables().getFirst()).lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("00000000-0000-0000-0000-000000000001,"),
                        line -> assertThat(line).startsWith("00000000-0000-0000-0000-000000000003,"));
        assertThat(collector.isEmpty()).isTrue();
        assertThat(collector.rows()).isZero();
    }

    @Test
    void close_givesTheSameBytesForTheSameRows() {
        var batches = new ArrayList<RowBatch>();
        for (int n = 0; n < 2; n++) {
            for (int i = 0; i < 5_000; i++) {
                collector.add("1" + i, List.of(TestRows.pageView(i)));
            }
            batches.add(collector.close());
        }
        assertThat(batches.get(0).tables().getFirst().gzip())
                .isEqualTo(batches.get(1).tables().getFirst().gzip());
        assertThat(batches.get(0).tables().getFirst().sha256())
                .isEqualTo(batches.get(1).tables().getFirst().sha256());
        // No time of day in the header.
        assertThat(batches.get(0).tables().getFirst().gzip()).startsWith(0x1f, 0x8b, 8, 0, 0, 0, 0, 0);
    }

    @Test
    void close_givesAnEmptyBatch_whenNoRecordHadRows() {
        collector.add("10", List.of());
        collector.add("11", List.of());
        RowBatch batch = collector.close();
        assertThat(batch.isEmpty()).isTrue();
        assertThat(batch.range().last()).isEqualTo("11");
    }

    @Test
    void close_refusesABatchWithoutARecord() {
        assertThatIllegalStateException().isThrownBy(collector::close);
    }

    @Test
    void isDue_byAge_countedFromTheFirstRecord_evenWhenTheClockWraps() {
        assertThat(collector.isDue()).isFalse();
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        collector.add("1", List.of());
        assertThat(collector.isDue()).isFalse();
        nanos.addAndGet(Duration.ofMillis(900).toNanos());
        collector.add("2", List.of(TestRows.pageView(2)));
        assertThat(collector.isDue()).isFalse();
        nanos.addAndGet(Duration.ofMillis(100).toNanos());
        assertThat(collector.isDue()).isTrue();
        assertThat(collector.mustCloseBefore("3")).isFalse();
        collector.close();
        assertThat(collector.isDue()).isFalse();
    }

    @Test
    void isDue_byRows() {
        collector.add("1", rows(9));
        assertThat(collector.isDue()).isFalse();
        collector.add("2", rows(1));
        assertThat(collector.isDue()).isTrue();
        assertThat(collector.mustCloseBefore("3")).isTrue();
    }

    @Test
    void isDue_byBytes() {
        RowBatchCollector small = collector(new BatchLimits(Duration.ofHours(1), 1_000, 1_000_000));
        small.add("1", rows(2));
        assertThat(small.isDue()).isFalse();
        small.add("2", rows(10));
        assertThat(small.isDue()).isTrue();
    }

    @Test
    void mustCloseBefore_neverCutsARecordThatCameInParts() {
        collector.add("1", rows(10));
        assertThat(collector.mustCloseBefore("1")).isFalse();
        assertThat(collector.mustCloseBefore("2")).isTrue();
    }

    @Test
    void discard_forgetsEverything() {
        collector.add("1", rows(3));
        collector.discard();
        assertThat(collector.isEmpty()).isTrue();
        collector.add("7", rows(1));
        assertThat(collector.close().range().first()).isEqualTo("7");
    }

    @Test
    void add_refusesARowWithoutATime() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> collector.add("1", List.of(new RowDraft().toRow(Table.EVENTS))));
    }

    private static List<Row> rows(int count) {
        var rows = new ArrayList<Row>();
        for (int i = 0; i < count; i++) {
            rows.add(TestRows.pageView(i));
        }
        return rows;
    }

    @Test
    void close_namesAllDataThatWasInUse_andTheNextBatchBeginsAnew() {
        collector.madeWith("places 2");
        collector.madeWith("");
        collector.madeWith("lists 1");
        collector.madeWith("places 2");
        collector.add("1", rows(1));
        assertThat(collector.close().madeBy().dataVersions()).isEqualTo("lists 1; places 2");
        collector.add("2", rows(1));
        assertThat(collector.close().madeBy().dataVersions()).isEmpty();
    }

    @Test
    void close_takesTheTimesFromTheFacts_andFromAuditRowsOnlyWhereThereIsNothingElse() {
        Row early = audit(Instant.parse("2026-11-23T01:00:00Z"));
        Row late = audit(Instant.parse("2026-11-23T23:00:00Z"));
        collector.add("1", List.of(early, TestRows.pageView(1), late));
        Instant received = Objects.requireNonNull(TestRows.pageView(1).get(Columns.RECEIVED_AT));
        assertThat(collector.close().received()).isEqualTo(new RowBatch.ReceivedBetween(received, received));

        collector.add("2", List.of(late, early));
        RowBatch alone = collector.close();
        assertThat(alone.received())
                .isEqualTo(new RowBatch.ReceivedBetween(
                        Instant.parse("2026-11-23T01:00:00Z"), Instant.parse("2026-11-23T23:00:00Z")));
        assertThat(alone.tables()).extracting(RowBatch.TableRows::table).containsExactly(Table.AUDIT_BUCKETS);
    }

    private static Row audit(Instant completeUntil) {
        return new RowDraft().set(Columns.COMPLETE_UNTIL, completeUntil).toRow(Table.AUDIT_BUCKETS);
    }
}
