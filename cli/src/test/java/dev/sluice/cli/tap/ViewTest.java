package dev.sluice.cli.tap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ViewTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final char ESCAPE = 27;

    private final Instant at = Instant.parse("2026-11-23T10:00:00.123456Z");
    private final Row row = new RowDraft()
            .set(Columns.RECEIVED_AT, at)
            .set(Columns.SITE_ID, "shop")
            .set(Columns.PAGE_URL, "https://shop.example/" + ESCAPE + "[31mred\n")
            .set(Columns.INGEST_SEQ, 7L)
            .set(Columns.IS_BOT, true)
            .set(Columns.CONTEXT, "{\"a\":[1,\"b\"]}")
            .toRow(Table.PAGE_VIEWS);
    private final TransportId id = new TransportId(new UUID(1, 2), 7);

    private RawHit hit(byte[] body) {
        return new RawHit(
                at,
                new RawHit.Visitor("192.0.2.7", RawHit.Visitor.NO_NETWORK_ID, false, PrivacySignal.NONE),
                RawHit.Method.POST,
                "/i",
                "e=pv",
                Map.of("user-agent", "x" + ESCAPE + "y"),
                body);
    }

    @Test
    void text_isOneLineAnEvent_andGivesATerminalNothingToObey() {
        String shown = new TextView(Paint.PLAIN).row(row);
        assertThat(shown).isEqualTo("10:00:00.123  page_view  shop  https://shop.example/ [31mred   bot");
        String hit = new TextView(Paint.PLAIN).hit(id, hit("a\u0007b".getBytes(StandardCharsets.UTF_8)));
        assertThat(hit.lines().toList()).hasSize(4).first().asString().startsWith("10:00:00.123  POST /i?e=pv  ");
        assertThat(hit).contains("192.0.2.7", "user-agent x y", "3 bytes a b").doesNotContain(ESCAPE + "");
    }

    @Test
    void colours_areOnlyThereWhenAskedFor() {
        assertThat(new TextView(Paint.COLOURED).row(row)).contains(ESCAPE + "[32mpage_view" + ESCAPE + "[0m");
    }

    @Test
    void json_isOneObjectALine_withTypesAndWithoutNulls() {
        String shown = new JsonView().row(row);
        assertThat(shown).doesNotContain("\n");
        JsonNode node = JSON.readTree(shown);
        assertThat(node.get("table").asString()).isEqualTo("page_views");
        assertThat(node.get("ingest_seq").isNumber()).isTrue();
        assertThat(node.get("is_bot").isBoolean()).isTrue();
        assertThat(node.get("context").get("a").size()).isEqualTo(2);
        assertThat(node.get("received_at").asString()).isEqualTo("2026-11-23T10:00:00.123456Z");
        assertThat(node.has("page_title")).isFalse();
    }

    @Test
    void json_ofARequest_hasItsBodyAsTextOrElseInBase64() {
        JsonNode text = JSON.readTree(new JsonView().hit(id, hit("{}".getBytes(StandardCharsets.UTF_8))));
        assertThat(text.get("body").asString()).isEqualTo("{}");
        assertThat(text.get("ingest_epoch").asString()).isEqualTo(id.epoch().toString());
        JsonNode bytes = JSON.readTree(new JsonView().hit(id, hit(new byte[] {(byte) 0xff})));
        assertThat(bytes.get("body_base64").asString()).isEqualTo("/w==");
        assertThat(bytes.has("body")).isFalse();
    }
}
