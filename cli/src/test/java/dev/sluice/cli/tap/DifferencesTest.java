package dev.sluice.cli.tap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.tap.Differences.Change;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DifferencesTest {
    private final Differences differences = new Differences();

    private static RowDraft draft(long seq) {
        return new RowDraft()
                .set(Columns.INGEST_SEQ, seq)
                .set(Columns.INGEST_INDEX, 0)
                .set(Columns.PAGE_TITLE, "A title")
                .set(Columns.IS_BOT, false);
    }

    private List<List<Change>> changes(List<Row> released, List<Row> other) {
        return differences.compare(released, other).stream()
                .map(Differences.Compared::changes)
                .toList();
    }

    @Test
    void exactlyTheColumnsThatDiffer_areNamed_whateverTheOrder() {
        Row other = draft(1).set(Columns.PAGE_TITLE, "Another")
                .set(Columns.GEO_COUNTRY, "DE")
                .toRow(Table.PAGE_VIEWS);
        assertThat(changes(
                        List.of(draft(0).toRow(Table.PAGE_VIEWS), draft(1).toRow(Table.PAGE_VIEWS)),
                        List.of(other, draft(0).toRow(Table.PAGE_VIEWS))))
                .containsExactly(
                        List.of(),
                        List.of(new Change("page_title", "A title", "Another"), new Change("geo_country", null, "DE")));
        assertThat(differences.summary()).isEqualTo("2 events, 1 differ: geo_country=1, page_title=1");
    }

    @Test
    void theClockAndTheVersion_areNoDifference() {
        Row released = draft(0).set(Columns.ENRICHED_AT, Instant.EPOCH)
                .set(Columns.ENRICH_VERSION, "1")
                .toRow(Table.PAGE_VIEWS);
        Row other = draft(0).set(Columns.ENRICHED_AT, Instant.EPOCH.plusSeconds(1))
                .set(Columns.ENRICH_VERSION, "2")
                .toRow(Table.PAGE_VIEWS);
        assertThat(changes(List.of(released), List.of(other))).containsExactly(List.of());
        assertThat(differences.summary()).isEqualTo("1 events, 0 differ");
    }

    @Test
    void anEventThatOnlyOneMakes_isADifferenceOfTables() {
        Row row = draft(0).toRow(Table.PAGE_VIEWS);
        assertThat(changes(List.of(row), List.of())).containsExactly(List.of(new Change("table", "page_views", null)));
        assertThat(changes(List.of(), List.of(row))).containsExactly(List.of(new Change("table", null, "page_views")));
        assertThat(changes(List.of(row), List.of(draft(0).toRow(Table.BAD_EVENTS)))
                        .getFirst())
                .contains(new Change("table", "page_views", "bad_events"));
    }
}
