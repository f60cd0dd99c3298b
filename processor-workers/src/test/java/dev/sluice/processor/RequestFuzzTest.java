package dev.sluice.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Any request at all: its items are rows or bad rows with the indexes 0, 1, 2 …, each fits its table, and none of them is bad by
 * a defect of ours.
 */
class RequestFuzzTest {
    private static final EnrichmentPipeline PIPELINE = TestHits.pipeline();

    @FuzzTest(maxDuration = "20s")
    void everyRequest_becomesRowsThatFit(FuzzedDataProvider data) throws Exception {
        var visitor = new RawHit.Visitor(
                data.consumeString(45),
                data.consumeString(40),
                data.consumeBoolean(),
                data.pickValue(PrivacySignal.values()));
        RawHit.Method method = data.pickValue(RawHit.Method.values());
        Map<String, String> headers = Map.of(
                "user-agent", data.consumeString(80),
                "referer", data.consumeString(80),
                "accept-language", data.consumeString(40));
        String path = data.consumeString(20);
        String query = data.consumeString(400);
        byte[] body = body(data);
        List<Row> rows = PIPELINE.rows(TestHits.frame(
                new RawHit(TestHits.RECEIVED, visitor, method, path, query, headers, body), TestHits.get("e=pv")));

        for (Row row : rows) {
            RowRules.assertFits(row);
            assertThat(row.get(Columns.REASON)).isNotIn("parser_failed", "enricher_failed");
        }
        List<Row> ofFirst = rows.subList(0, rows.size() - 1);
        for (int i = 0; i < ofFirst.size(); i++) {
            assertThat(ofFirst.get(i).get(Columns.INGEST_INDEX)).isEqualTo(i);
        }
        assertThat(ofFirst).isNotEmpty();
        // Whatever its neighbour was.
        assertThat(rows.getLast().table()).isEqualTo(Table.PAGE_VIEWS);
    }

    /** Half the time what is left as it is, half the time inside a payload, so that it need not be found. */
    private static byte[] body(FuzzedDataProvider data) {
        return data.consumeBoolean()
                ? data.consumeRemainingAsBytes()
                : TestHits.payload(data.consumeRemainingAsString()).getBytes(StandardCharsets.UTF_8);
    }
}
