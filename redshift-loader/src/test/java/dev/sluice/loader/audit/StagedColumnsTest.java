package dev.sluice.loader.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Table;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StagedColumnsTest {
    @Test
    void next_readsTheColumnsThatAreAskedForAndPassesOverAllElse() throws IOException {
        String csv = line(Map.of(
                        Columns.RAW, "\"GET /i?a=\"\"b\"\",\r\nc\n\"",
                        Columns.INGEST_EPOCH, "e1",
                        Columns.INGEST_SEQ, "17",
                        Columns.DETAIL, "x".repeat(1000)))
                + line(Map.of(Columns.INGEST_EPOCH, "\"e2\"", Columns.INGEST_SEQ, "18", Columns.RAW, "\"\""));
        try (var rows = rows(csv)) {
            assertThat(rows.next()).containsExactly("17", "e1");
            assertThat(rows.next()).containsExactly("18", "e2");
            assertThat(rows.next()).isNull();
        }
    }

    @Test
    void next_refusesWhatIsNoStagedFile() throws IOException {
        try (var rows = rows("1,2,3\n")) {
            assertThatThrownBy(rows::next).isInstanceOf(IOException.class).hasMessageContaining("columns");
        }
        String whole = line(Map.of(Columns.INGEST_SEQ, "1"));
        try (var rows = rows(whole.substring(0, whole.length() - 1))) {
            assertThatThrownBy(rows::next).isInstanceOf(IOException.class);
        }
    }

    private static StagedColumns rows(String csv) {
        return new StagedColumns(
                new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)),
                Table.BAD_EVENTS,
                List.of(Columns.INGEST_SEQ, Columns.INGEST_EPOCH));
    }

    private static String line(Map<Column<?>, String> cells) {
        var byColumn = new HashMap<>(cells);
        return Table.BAD_EVENTS.stagedColumns().stream()
                .map(column -> byColumn.getOrDefault(column, ""))
                .collect(Collectors.joining(",", "", "\n"));
    }
}
