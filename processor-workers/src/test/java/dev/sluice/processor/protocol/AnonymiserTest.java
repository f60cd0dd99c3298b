package dev.sluice.processor.protocol;

import static dev.sluice.processor.TestHits.base64Url;
import static dev.sluice.processor.TestHits.entities;
import static dev.sluice.processor.TestHits.payload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.processor.TestHits;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever way an id takes into a request, no row of an anonymous visitor holds it; everybody else's does. */
class AnonymiserTest {
    /** Stands for every id: it must not be found anywhere in a row. */
    private static final String ID = "1d1d1d1d-0000-4000-8000-00000000cafe";

    private static final RawHit.Visitor NOBODY =
            new RawHit.Visitor("", RawHit.Visitor.NO_NETWORK_ID, true, PrivacySignal.GPC);
    private static final String SESSION = "com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-2";
    private static final String TAB = "com.snowplowanalytics.snowplow/browser_context/jsonschema/2-0-0";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "duid=%s",
                "sid=%s",
                "nuid=%s",
                "tnuid=%s",
                "uid=%s",
                "fp=%s",
                "%%64uid=%s",
                "url=https%%3A%%2F%%2Fa.example%%2F%%3F_sp%%3D%s.1700000000000",
                "url=https%%3A%%2F%%2Fa.example%%2F%%3Fa%%3D1%%26_sp%%3D%s.17%%26b%%3D2%%23top",
                "url=https%%3A%%2F%%2Fa.example%%2F%%23%%2Froute%%3F_sp%%3D%s.17",
                "url=https%%3A%%2F%%2Fa.example%%2F%%3F%%255Fsp%%3D%s.17",
                "refr=https%%3A%%2F%%2Fb.example%%2F%%3F_sp%%3D%s.1700000000000",
            })
    void parameters_areGone(String parameter) {
        String query = parameter.formatted(ID);
        assertThat(said(get("e=pv&" + query, known()))).contains(ID);
        assertThat(said(get("e=pv&" + query, NOBODY))).isNotEmpty().doesNotContain(ID);
        // The same where the event turns out to be none.
        assertThat(said(get(query + "&page=x", NOBODY)))
                .contains("missing_event_type")
                .doesNotContain(ID);
        byte[] body = payload("{\"e\":\"pv\"}").getBytes(StandardCharsets.UTF_8);
        assertThat(said(post(query, body, NOBODY))).isNotEmpty().doesNotContain(ID);
    }

    /** Of nobody's accepted event it is kept, so only a rejected one can show it. */
    @Test
    void theClaimedAddress_isGone() {
        assertThat(said(get("page=x&ip=" + ID, known()))).contains(ID);
        assertThat(said(get("page=x&ip=" + ID, NOBODY))).isNotEmpty().doesNotContain(ID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"userId\":\"%s\"}",
                "{\"sessionId\":\"%s\"}",
                "{\"previousSessionId\":\"%s\"}",
                "{\"sessionIndex\":\"%s\"}",
                "{\"firstEventId\":\"%s\"}",
                "{\"firstEventTimestamp\":\"%s\"}",
            })
    void theSessionEntity_losesItsIds_inEveryForm(String data) {
        String entities = entities(SESSION, data.formatted(ID));
        assertThat(said(withEntities(entities, known()))).contains(ID);
        assertThat(said(withEntities(entities, NOBODY))).isNotEmpty().doesNotContain(ID);
        assertThat(said(get("e=pv&cx=" + base64Url(entities), NOBODY))).doesNotContain(ID);
        assertThat(said(get("cx=" + base64Url(entities), NOBODY)))
                .contains("missing_event_type")
                .doesNotContain(ID);
        // An entity where an event should be, and one below another.
        String event = "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0\",\"data\":"
                + "{\"schema\":\"iglu:a/b/jsonschema/1-0-0\",\"data\":" + entities + "}}";
        assertThat(said(get("e=ue&ue_px=" + base64Url(event), NOBODY)))
                .isNotEmpty()
                .doesNotContain(ID);
    }

    @ParameterizedTest
    @CsvSource({
        "com.snowplowanalytics.snowplow/browser_context/jsonschema/2-0-0, tabId",
        "com.snowplowanalytics.snowplow/mobile_context/jsonschema/1-0-3, appleIdfv",
        "com.google.analytics/cookies/jsonschema/1-0-0, _ga",
        "com.google.ga4/cookies/jsonschema/1-0-0, session_cookies",
    })
    void otherEntities_loseTheirIds(String entity, String member) {
        String entities = entities(entity, "{\"" + member + "\":\"" + ID + "\"}");
        assertThat(said(withEntities(entities, known()))).contains(ID);
        assertThat(said(withEntities(entities, NOBODY))).isNotEmpty().doesNotContain(ID);
    }

    @Test
    void addressesInsideEvents_loseTheCrossDomainId() {
        String click = "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0\",\"data\":"
                + "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/link_click/jsonschema/1-0-1\",\"data\":"
                + "{\"targetUrl\":\"https://b.example/?_sp=" + ID + ".17\"}}}";
        Row row = TestHits.row(get("e=ue&ue_px=" + base64Url(click), NOBODY));
        assertThat(row.get(Columns.DATA)).isEqualTo("{\"targetUrl\":\"https://b.example/\"}");
    }

    @Test
    void thePixelsPage_losesTheCrossDomainId() {
        var hit = new RawHit(
                TestHits.RECEIVED,
                NOBODY,
                RawHit.Method.GET,
                "/i",
                "e=pv",
                Map.of("referer", "https://a.example/p?_sp=" + ID + ".17&x=1"),
                new byte[0]);
        assertThat(TestHits.row(hit).get(Columns.PAGE_URL)).isEqualTo("https://a.example/p?x=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"not json %s", "{\"schema\":\"x\",\"data\":\"%s\"}", "{\"data\":[\"%s\"]}"})
    void whatCannotBeRead_isLeftOut(String body) {
        byte[] bytes = body.formatted(ID).getBytes(StandardCharsets.UTF_8);
        assertThat(said(post("", bytes, known()))).contains(ID);
        assertThat(said(post("nuid=" + ID, bytes, NOBODY)))
                .contains("left out: the visitor is anonymous")
                .doesNotContain(ID);
        byte[] item = payload("\"" + ID + "\"").getBytes(StandardCharsets.UTF_8);
        assertThat(said(post("", item, NOBODY))).contains("not_an_object").doesNotContain(ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"co=%%5B%s", "cx=%s", "ue_pr=%s", "co=%%7B%%22a%%22%%3A%%22%s"})
    void documentsThatCannotBeRead_areLeftOut(String parameter) {
        String query = "e=ue&aid=shop&" + parameter.formatted(ID);
        Row row = TestHits.row(get(query, NOBODY));
        assertThat(row.table()).isEqualTo(Table.BAD_EVENTS);
        assertThat(row.get(Columns.RAW)).contains("shop").doesNotContain(ID);
        assertThat(said(get(query, known()))).contains(ID);
    }

    @Test
    void whatIsNoId_stays() {
        String entities = entities(
                SESSION,
                "{\"sessionId\":\"" + ID + "\",\"eventIndex\":1,\"storageMechanism\":\"LOCAL_STORAGE\"}",
                TAB,
                "{\"tabId\":\"" + ID + "\",\"viewport\":\"1x2\"}",
                "com.acme/product/jsonschema/1-0-0",
                "{\"sessionId\":\"kept\"}");
        Row row = TestHits.row(withEntities(entities, NOBODY));
        assertThat(row.get(Columns.EVENT_ID)).isEqualTo(TestHits.EID);
        assertThat(row.get(Columns.SITE_ID)).isEqualTo("shop");
        assertThat(row.get(Columns.IS_FIRST_IN_SESSION)).isTrue();
        assertThat(row.get(Columns.SESSION_ID)).isNull();
        assertThat(row.get(Columns.SESSION_INDEX)).isNull();
        assertThat(row.get(Columns.VISITOR_ID)).isNull();
        assertThat(row.get(Columns.NETWORK_ID)).isNull();
        assertThat(row.get(Columns.IS_ANONYMOUS)).isTrue();
        assertThat(row.get(Columns.CONTEXT))
                .contains("\"eventIndex\":1", "LOCAL_STORAGE", "\"viewport\":\"1x2\"", "\"sessionId\":\"kept\"");
    }

    /** Or two events of one id would count as one. */
    @Test
    void theFingerprint_stillTellsEventsApart_butNotVisitors() {
        String a = fingerprint("{\"a\":1}", "x", NOBODY);
        assertThat(fingerprint("{\"a\":2}", "x", NOBODY)).isNotEqualTo(a);
        assertThat(fingerprint("{\"a\":1}", "y", NOBODY)).isEqualTo(a);
        assertThat(fingerprint("{\"a\":1}", "y", known())).isNotEqualTo(fingerprint("{\"a\":1}", "x", known()));
    }

    private static String fingerprint(String data, String visitor, RawHit.Visitor who) {
        String entities = entities("com.acme/product/jsonschema/1-0-0", data);
        return Objects.requireNonNull(TestHits.row(get("e=pv&duid=" + visitor + "&cx=" + base64Url(entities), who))
                .get(Columns.EVENT_FINGERPRINT));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://a/                     | https://a/
            https://a/?_sp=x               | https://a/
            https://a/?_sp                 | https://a/
            https://a/?_sp=x&b=1           | https://a/?b=1
            https://a/?b=1&_sp=x           | https://a/?b=1
            https://a/?b=1&_sp=x#top       | https://a/?b=1#top
            https://a/?_sp=x#top           | https://a/#top
            https://a/?_sp=x&_sp=y&c=      | https://a/?c=
            https://a/?%5fsp=x&c           | https://a/?c
            https://a/#?_sp=x&c=1          | https://a/#?c=1
            https://a/#_sp=x               | https://a/
            https://a/?b_sp=x&_spx=1&&     | https://a/?b_sp=x&_spx=1&&
            https://a/_sp=x                | https://a/_sp=x
            _sp=x                          | _sp=x
            ?                              | ?
            ''                             | ''
            https://a/?%=1&%zz=2           | https://a/?%=1&%zz=2
            """)
    void address_losesTheCrossDomainIdAndNothingElse(String url, String cleaned) {
        assertThat(Anonymiser.address(url)).isEqualTo(cleaned);
    }

    private static RawHit.Visitor known() {
        return new RawHit.Visitor("203.0.113.77", TestHits.NETWORK_ID, false, PrivacySignal.NONE);
    }

    private static RawHit get(String query, RawHit.Visitor visitor) {
        return TestHits.get(query, visitor);
    }

    private static RawHit post(String query, byte[] body, RawHit.Visitor visitor) {
        return new RawHit(
                TestHits.RECEIVED,
                visitor,
                RawHit.Method.POST,
                "/com.snowplowanalytics.snowplow/tp2",
                query,
                Map.of(),
                body);
    }

    private static RawHit withEntities(String entities, RawHit.Visitor visitor) {
        String event = "{\"e\":\"pv\",\"aid\":\"shop\",\"eid\":\"" + TestHits.EID
                + "\",\"duid\":\"d\",\"sid\":\"s\",\"vid\":\"1\",\"co\":\"" + entities.replace("\"", "\\\"") + "\"}";
        return post("", payload(event).getBytes(StandardCharsets.UTF_8), visitor);
    }

    /** Everything that the rows of this hit hold, as one text. */
    private static String said(RawHit hit) {
        List<Row> rows = TestHits.rows(hit);
        return rows.stream()
                .map(row -> row.table().columns().stream()
                        .map(column -> cell(row, column).toString())
                        .collect(Collectors.joining("\n")))
                .collect(Collectors.joining("\n"));
    }

    private static Object cell(Row row, Column<?> column) {
        Object value = row.get(column);
        return value == null ? "" : value;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
