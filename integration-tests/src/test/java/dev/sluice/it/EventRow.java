package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A row of {@code page_views} or {@code events}.
 *
 * @param cells every column's value as text, by name; NULL is "null"
 */
record EventRow(Map<String, String> cells) {
    private static final Duration LANDED = Duration.ofMinutes(1);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** All rows of a site, in the order in which they were made; waits until there are as many as expected, and no more. */
    static List<EventRow> of(Line line, String table, String siteId, int expected) throws SQLException {
        String ofSite = " from " + table + " where site_id = '" + siteId + "'";
        line.awaitCount("select count(*)" + ofSite, expected, LANDED);
        List<EventRow> rows =
                line.rows("select *" + ofSite + " order by client_created_at, ingest_seq, ingest_index").stream()
                        .map(EventRow::new)
                        .toList();
        assertThat(rows).hasSize(expected);
        return rows;
    }

    String text(String column) {
        return Objects.requireNonNull(cells.get(column), column);
    }

    Instant time(String column) {
        return LocalDateTime.parse(text(column).replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    }

    JsonNode json(String column) {
        return JSON.readTree(text(column));
    }
}
