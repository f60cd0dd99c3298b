package dev.sluice.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

/**
 * Any request at all: its items are rows or bad rows with the indexes 0, 1, 2 …, each fits its table, and none of them is bad by
 * a defect of ours.
 */
class RequestFuzzTest {
    private static final EnrichmentPipeline PIPELINE = TestHits.pipeline();

    /**
     * @param request method and query in the first line, then headers, an empty line, and the body: so that seeds can be read and
     *     written by hand
     */
    @FuzzTest(maxDuration = "20s")
    void everyRequest_becomesRowsThatFit(byte[] request) throws Exception {
        List<Row> rows = PIPELINE.rows(TestHits.frame(hit(request), TestHits.get("e=pv")));

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

    private static RawHit hit(byte[] request) {
        int head = 0;
        while (head < request.length && (request[head] != '\n' || head == 0 || request[head - 1] != '\n')) {
            head++;
        }
        List<String> lines =
                new String(request, 0, head, StandardCharsets.UTF_8).lines().toList();
        String line = lines.isEmpty() ? "" : lines.getFirst();
        RawHit.Method method = line.startsWith("G")
                ? RawHit.Method.GET
                : line.startsWith("P") ? RawHit.Method.POST : RawHit.Method.HEAD;
        var headers = new HashMap<String, String>();
        for (int i = 1; i < lines.size(); i++) {
            int colon = lines.get(i).indexOf(": ");
            if (colon > 0) {
                headers.put(lines.get(i).substring(0, colon), lines.get(i).substring(colon + 2));
            }
        }
        String ip = headers.getOrDefault("ip", "");
        var visitor = new RawHit.Visitor(
                ip,
                headers.getOrDefault("sp", ""),
                ip.equals("unknown"),
                headers.size() > 2 ? PrivacySignal.GPC : PrivacySignal.NONE);
        byte[] body = Arrays.copyOfRange(request, Math.min(head + 1, request.length), request.length);
        return new RawHit(
                TestHits.RECEIVED, visitor, method, "/i", line.substring(line.indexOf(' ') + 1), headers, body);
    }
}
