package dev.sluice.common.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void pageViews_hasTheDocumentedColumnsInOrder() {
        assertThat(Table.PAGE_VIEWS.columns()).hasSize(64).doesNotHaveDuplicates();
        assertThat(Table.PAGE_VIEWS.columns().getFirst()).isSameAs(Columns.EVENT_ID);
        assertThat(Table.PAGE_VIEWS.columns().getLast()).isSameAs(Columns.CONTEXT);
    }

    @Test
    void stagedColumns_leaveOutWhatTheLoadGives() {
        for (Table table : Table.facts()) {
            assertThat(table.columns()).contains(Columns.LOADED_AT, Columns.LOAD_ID, table.timeColumn());
            assertThat(table.stagedColumns())
                    .doesNotContain(Columns.LOADED_AT, Columns.LOAD_ID)
                    .hasSize(table.columns().size() - 2);
        }
    }

    @Test
    void auditBuckets_areNoFact() {
        assertThat(Table.facts()).containsExactly(Table.PAGE_VIEWS, Table.EVENTS, Table.BAD_EVENTS);
        assertThat(Table.AUDIT_BUCKETS.columns()).contains(Table.AUDIT_BUCKETS.timeColumn());
        assertThat(Table.AUDIT_BUCKETS.stagedColumns())
                .doesNotContain(Columns.LOAD_ID)
                .hasSize(8);
    }

    @Test
    void row_keepsWhatTheDraftHeld_whenTheDraftGoesOn() {
        var draft = new RowDraft().set(Columns.PAGE_TITLE, "first");
        Row row = draft.toRow(Table.PAGE_VIEWS);
        draft.set(Columns.PAGE_TITLE, "second");
        assertThat(row.get(Columns.PAGE_TITLE)).isEqualTo("first");
        assertThat(row.get(Columns.PAGE_URL)).isNull();
    }
}
