package dev.sluice.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.processor.protocol.JsonValue;
import dev.sluice.processor.protocol.JsonWriter;
import dev.sluice.processor.protocol.Param;
import dev.sluice.processor.protocol.Text;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Events whose parameters hold any text: each is one row that fits, its title is the sent one or is said to be cut, and the same
 * event by GET says the same as by POST.
 */
class EventFuzzTest {
    private static final EnrichmentPipeline PIPELINE = TestHits.pipeline();
    /** Those that decide whether it is an event; the title is looked at. */
    private static final List<Param> OTHERS = List.of(Param.values()).stream()
            .filter(param -> param != Param.EVENT && param != Param.TITLE)
            .toList();

    @FuzzTest(maxDuration = "20s")
    void everyEvent_becomesOneRowThatFits(FuzzedDataProvider data) throws Exception {
        Map<String, JsonValue> event = new LinkedHashMap<>();
        event.put("e", new JsonValue.Text(data.pickValue(List.of("pv", "pv", "pp", "se", "ue"))));
        for (int i = data.consumeInt(0, 6); i > 0; i--) {
            String name = data.consumeBoolean() ? data.pickValue(OTHERS).wireName() : "x" + data.consumeString(10);
            event.put(Text.clean(name), new JsonValue.Text(Text.clean(data.consumeString(120))));
        }
        String title = Text.clean(data.consumeRemainingAsString());
        event.put("page", new JsonValue.Text(title));

        List<Row> rows = PIPELINE.rows(TestHits.frame(
                TestHits.post(TestHits.payload(JsonWriter.write(new JsonValue.Obj(event)))),
                TestHits.get(query(event))));
        assertThat(rows).hasSize(2);
        for (Row row : rows) {
            RowRules.assertFits(row);
            assertThat(row.get(Columns.REASON)).isNotIn("parser_failed", "enricher_failed");
            if (row.table() != Table.BAD_EVENTS) {
                assertTitle(row, title);
            }
        }
        assertThat(rows.getFirst().table()).isEqualTo(rows.getLast().table());
        assertThat(rows.getFirst().get(Columns.EVENT_FINGERPRINT))
                .isEqualTo(rows.getLast().get(Columns.EVENT_FINGERPRINT));
    }

    private static void assertTitle(Row row, String sent) {
        String stored = row.get(Columns.PAGE_TITLE);
        if (sent.isEmpty()) {
            assertThat(stored).isNull();
        } else if (!sent.equals(stored)) {
            assertThat(sent).startsWith(stored);
            assertThat(row.get(Columns.IS_TRUNCATED)).isTrue();
            assertThat(row.get(Columns.CONTEXT)).contains("\"truncated\":[").contains("\"page_title\"");
        }
    }

    private static String query(Map<String, JsonValue> event) {
        var query = new StringBuilder();
        event.forEach((name, value) -> query.append(query.isEmpty() ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(String.valueOf(value.scalar()), StandardCharsets.UTF_8)));
        return query.toString();
    }
}
