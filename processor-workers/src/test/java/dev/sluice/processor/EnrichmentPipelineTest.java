package dev.sluice.processor;

import static dev.sluice.processor.TestHits.frame;
import static dev.sluice.processor.TestHits.get;
import static dev.sluice.processor.TestHits.payload;
import static dev.sluice.processor.TestHits.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.RawHit;
import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.processor.enrich.StandardEnrichers;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EnrichmentPipelineTest {
    @Test
    void rows_comeInTheOrderOfHitsAndThenOfEvents() {
        List<Row> rows = TestHits.rows(
                get("e=pv"), post(payload("{\"e\":\"pp\"}", "{}", "{\"e\":\"pv\"}")), get(""), get("e=pp"));
        assertThat(rows)
                .extracting(Row::table)
                .containsExactly(
                        Table.PAGE_VIEWS,
                        Table.EVENTS,
                        Table.BAD_EVENTS,
                        Table.PAGE_VIEWS,
                        Table.BAD_EVENTS,
                        Table.EVENTS);
        assertThat(rows)
                .extracting(row -> row.get(Columns.INGEST_SEQ))
                .containsExactly(100L, 101L, 101L, 101L, 102L, 103L);
        assertThat(rows).extracting(row -> row.get(Columns.INGEST_INDEX)).containsExactly(0, 0, 1, 2, 0, 0);
    }

    /** Its neighbours in the frame keep their numbers. */
    @Test
    void whatStandsForAForgottenHit_givesNoRow() {
        List<Row> rows = TestHits.rows(get("e=pv"), RawHit.forgotten(TestHits.RECEIVED), get("e=pv"));
        assertThat(rows).extracting(row -> row.get(Columns.INGEST_SEQ)).containsExactly(100L, 102L);
    }

    @Test
    void batchOfThreeWithOneBad_isTwoRowsAndOneBadRow() {
        List<Row> rows = TestHits.rows(post(payload(
                "{\"e\":\"pv\",\"aid\":\"s\"}",
                "{\"e\":\"pv\",\"aid\":\"s\",\"cx\":\"!\"}",
                "{\"e\":\"pv\",\"aid\":\"s\"}")));
        assertThat(rows).extracting(Row::table).containsExactly(Table.PAGE_VIEWS, Table.BAD_EVENTS, Table.PAGE_VIEWS);
        Row bad = rows.get(1);
        assertThat(bad.get(Columns.STAGE)).isEqualTo("validate");
        assertThat(bad.get(Columns.REASON)).isEqualTo("bad_base64");
        assertThat(bad.get(Columns.SITE_ID)).isEqualTo("s");
        assertThat(bad.get(Columns.RAW)).isEqualTo("{\"e\":\"pv\",\"aid\":\"s\",\"cx\":\"!\"}");
        assertThat(bad.get(Columns.RECEIVED_AT)).isEqualTo(TestHits.RECEIVED);
        assertThat(bad.get(Columns.INGEST_EPOCH)).isEqualTo(TestHits.EPOCH.toString());
    }

    @Test
    void enricherThatThrows_costsItsEventAlone_andTellsNothingOfIt() {
        List<Row> rows = with(event -> {
            if ("bad".equals(event.get(Columns.SITE_ID))) {
                throw new IllegalStateException("secret@example.com");
            }
        });
        assertThat(rows).extracting(Row::table).containsExactly(Table.PAGE_VIEWS, Table.BAD_EVENTS, Table.PAGE_VIEWS);
        Row bad = rows.get(1);
        assertThat(bad.get(Columns.STAGE)).isEqualTo("enrich");
        assertThat(bad.get(Columns.REASON)).isEqualTo("enricher_failed");
        assertThat(bad.get(Columns.DETAIL))
                .contains("custom", "java.lang.IllegalStateException", "EnrichmentPipelineTest")
                .doesNotContain("secret");
        assertThat(bad.get(Columns.RAW)).isEqualTo("{\"e\":\"pv\",\"aid\":\"bad\"}");
    }

    @Test
    void enricherThatOverflowsTheStack_costsItsEventAlone() {
        List<Row> rows = with(event -> {
            if ("bad".equals(event.get(Columns.SITE_ID))) {
                overflow(0);
            }
        });
        assertThat(rows).extracting(Row::table).containsExactly(Table.PAGE_VIEWS, Table.BAD_EVENTS, Table.PAGE_VIEWS);
        assertThat(rows.get(1).get(Columns.DETAIL)).contains("java.lang.StackOverflowError");
    }

    private static int overflow(int depth) {
        return depth < 0 ? 0 : overflow(depth + 1) + 1;
    }

    @Test
    void enricherThatClearsARequiredColumn_makesABadRow() {
        List<Row> rows = with(event -> event.text(Columns.EVENT_FINGERPRINT, "nicht ascii: ä"));
        assertThat(rows).hasSize(3).allSatisfy(row -> {
            assertThat(row.get(Columns.REASON)).isEqualTo("enricher_failed");
            assertThat(row.get(Columns.DETAIL)).contains("event_fingerprint");
        });
    }

    @Test
    void text_isMadeFitForItsColumn_whoeverSetsIt() {
        for (Column<?> column : Table.PAGE_VIEWS.columns()) {
            if (column.isText() && column.type() == Column.Type.VARCHAR) {
                @SuppressWarnings("unchecked")
                var text = (Column<String>) column;
                int border = column.maxBytes();
                for (int ascii = Math.max(0, border - 5); ascii <= border + 1; ascii++) {
                    String value = "\0" + "x".repeat(Math.max(0, ascii - 3)) + "😀";
                    Row row = with(event -> event.text(text, value)).getFirst();
                    String cell = Objects.requireNonNull(row.get(text));
                    assertThat(cell).startsWith(border >= 3 ? "\uFFFD" : "");
                    assertThat(cell.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(border);
                    boolean cut = !cell.endsWith("😀");
                    assertThat(row.get(Columns.IS_TRUNCATED)).isEqualTo(cut);
                    if (cut) {
                        assertThat(row.get(Columns.CONTEXT)).contains("\"truncated\":[\"" + column.name() + "\"]");
                    }
                }
            }
        }
    }

    @Test
    void twoEnrichersOfOneName_areRefused() {
        var twice = List.of(
                StandardEnrichers.all().getFirst(), StandardEnrichers.all().getFirst());
        assertThatThrownBy(() -> new EnrichmentPipeline(twice, InstantSource.system()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("identity");
    }

    @Test
    void rows_areTheSameOnEveryRun_butForTheTimeOfEnriching() {
        List<Row> first = TestHits.rows(post(TestHits.CAPTURED), get("e=pv&eid=x&new=1"));
        List<Row> second = StandardEnrichers.pipeline(InstantSource.fixed(TestHits.NOW.plusSeconds(9)))
                .rows(frame(post(TestHits.CAPTURED), get("e=pv&eid=x&new=1")));
        for (int i = 0; i < first.size(); i++) {
            assertThat(cells(second.get(i), Columns.ENRICHED_AT)).isEqualTo(cells(first.get(i), Columns.ENRICHED_AT));
            assertThat(cells(second.get(i), null)).isNotEqualTo(cells(first.get(i), null));
        }
    }

    @Test
    void dataVersions_areThoseOfTheEnrichersThatHaveAny_eachOnce() {
        assertThat(new EnrichmentPipeline(
                                List.of(
                                        working("a", "lists 1"),
                                        working("b", ""),
                                        working("c", "lists 1"),
                                        working("d", "places 2")),
                                InstantSource.fixed(TestHits.NOW))
                        .dataVersions())
                .isEqualTo("lists 1, places 2");
    }

    private static Enricher working(String name, String data) {
        return new Enricher() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void enrich(EventContext event) {}

            @Override
            public String dataVersion() {
                return data;
            }
        };
    }

    /** A row's cells as text, but for one. */
    static List<String> cells(Row row, @Nullable Column<?> without) {
        return row.table().columns().stream()
                .filter(column -> column != without)
                .map(column -> column + "=" + row.get(column))
                .toList();
    }

    /** The rows of three page views, of sites good, bad and good, when this runs last. */
    private static List<Row> with(Consumer<EventContext> last) {
        var enrichers = new ArrayList<>(StandardEnrichers.all());
        enrichers.add(new Enricher() {
            @Override
            public String name() {
                return "custom";
            }

            @Override
            public void enrich(EventContext event) {
                last.accept(event);
            }
        });
        return new EnrichmentPipeline(enrichers, InstantSource.fixed(TestHits.NOW))
                .rows(frame(get("e=pv&aid=good"), get("e=pv&aid=bad"), get("e=pv&aid=good")));
    }
}
