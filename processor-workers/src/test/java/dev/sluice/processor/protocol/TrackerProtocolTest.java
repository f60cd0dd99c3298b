package dev.sluice.processor.protocol;

import static dev.sluice.processor.TestHits.base64Url;
import static dev.sluice.processor.TestHits.entities;
import static dev.sluice.processor.TestHits.get;
import static dev.sluice.processor.TestHits.payload;
import static dev.sluice.processor.TestHits.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.RawHit;
import dev.sluice.processor.TestHits;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrackerProtocolTest {
    private static final String PRODUCT = "com.acme/product/jsonschema/1-2-3";

    private final TrackerProtocol protocol = new TrackerProtocol();

    @Test
    void parse_readsWhatTheTrackerPosts() {
        TrackerEvent event = accepted(post(TestHits.CAPTURED));
        assertThat(event.type()).isEqualTo(EventType.PAGE_VIEW);
        assertThat(event.get(Param.TITLE)).isEqualTo("T ✓");
        assertThat(event.get(Param.EVENT_ID)).isEqualTo(TestHits.EID);
        assertThat(event.entities()).singleElement().satisfies(entity -> {
            assertThat(entity.is("com.snowplowanalytics.snowplow/web_page")).isTrue();
            assertThat(entity.version()).isEqualTo("1-0-0");
        });
        assertThat(event.others()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void parse_readsOneEventFromAQuery(RawHit.Method method) {
        var hit = new RawHit(
                TestHits.RECEIVED, TestHits.VISITOR, method, "/i", "stm=1&e=pv&page=a%20b", Map.of(), new byte[0]);
        assertThat(accepted(hit).get(Param.TITLE)).isEqualTo("a b");
    }

    @Test
    void parse_readsThePostWithoutABodyAsAQuery() {
        assertThat(accepted(post("e=pv&page=x", new byte[0])).get(Param.TITLE)).isEqualTo("x");
    }

    @Test
    void parse_letsTheQueryWinInEveryEvent() {
        String body = payload("{\"e\":\"pv\",\"aid\":\"a\"}", "{\"e\":\"pp\",\"aid\":\"b\"}");
        List<Parsed> parsed = protocol.parse(post("aid=query&nuid=n&x=y", body.getBytes(StandardCharsets.UTF_8)));
        assertThat(parsed).hasSize(2).allSatisfy(item -> {
            TrackerEvent event = ((Parsed.Accepted) item).event();
            assertThat(event.get(Param.SITE_ID)).isEqualTo("query");
            assertThat(event.get(Param.NETWORK_ID)).isEqualTo("n");
            assertThat(event.others()).containsEntry("x", new JsonValue.Text("y"));
        });
    }

    @Test
    void parse_takesNumbersAndBooleansAsText_andKeepsTheRest() {
        TrackerEvent event = accepted(
                post(
                        payload(
                                "{\"e\":\"pv\",\"dtm\":1795385165737,\"cookie\":true,\"uid\":null,\"url\":{\"a\":1},\"new\":[1],\"tz\":\"\"}")));
        assertThat(event.get(Param.CREATED)).isEqualTo("1795385165737");
        assertThat(event.get(Param.COOKIES)).isEqualTo("true");
        assertThat(event.get(Param.USER_ID)).isNull();
        assertThat(event.get(Param.URL)).isNull();
        assertThat(event.get(Param.TIMEZONE)).isNull();
        assertThat(event.others()).containsOnlyKeys("new", "url");
    }

    @Test
    void parse_letsTheLastOfADuplicateWin() {
        assertThat(accepted(get("e=pv&page=1&page=2")).get(Param.TITLE)).isEqualTo("2");
        assertThat(accepted(post(payload("{\"e\":\"pv\",\"page\":\"1\",\"page\":\"2\"}")))
                        .get(Param.TITLE))
                .isEqualTo("2");
    }

    @Test
    void parse_readsBodiesThatAreNotQuiteUtf8() {
        byte[] latin1 = ("\uFEFF" + payload("{\"e\":\"pv\",\"page\":\"Gr§e\"}")).getBytes(StandardCharsets.UTF_8);
        assertThat(accepted(post("", latin1)).get(Param.TITLE)).isEqualTo("Gr§e");
        byte[] broken = payload("{\"e\":\"pv\",\"page\":\"Gr#e\"}").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < broken.length; i++) {
            broken[i] = broken[i] == '#' ? (byte) 0xF6 : broken[i];
        }
        assertThat(accepted(post("", broken)).get(Param.TITLE)).isEqualTo("Gr\uFFFDe");
    }

    @Test
    void parse_readsEntitiesInEveryForm() {
        String json = entities(PRODUCT, "{\"sku\":\"?>ÿ\"}");
        String padded = java.util.Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
        List<RawHit> hits = List.of(
                get("e=pv&cx=" + base64Url(json)),
                get("e=pv&cx=" + padded),
                post(payload("{\"e\":\"pv\",\"cx\":\"" + padded + "\"}")),
                post(payload("{\"e\":\"pv\",\"co\":" + quoted(json) + "}")),
                post(payload("{\"e\":\"pv\",\"co\":" + json + "}")));
        for (RawHit hit : hits) {
            assertThat(accepted(hit).entity("com.acme/product"))
                    .isNotNull()
                    .satisfies(data -> assertThat(data.text("sku")).isEqualTo("?>ÿ"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cx=", "co=", "co=%20", "cx=ICA"})
    void parse_takesEmptyEntitiesAsNone(String param) {
        assertThat(accepted(get("e=pv&" + param)).entities()).isEmpty();
    }

    @Test
    void parse_readsSelfDescribingEventsInBothForms() {
        String json = "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0\",\"data\":"
                + "{\"schema\":\"iglu:" + PRODUCT + "\",\"data\":{\"n\":1.0}}}";
        for (RawHit hit : List.of(
                get("e=ue&ue_px=" + base64Url(json)),
                post(payload("{\"e\":\"ue\",\"ue_pr\":" + quoted(json) + "}")),
                post(payload("{\"e\":\"ue\",\"ue_pr\":" + json + "}")))) {
            assertThat(accepted(hit).selfDescribing())
                    .isEqualTo(new SelfDescribing(
                            "com.acme", "product", "1-2-3", new JsonValue.Obj(Map.of("n", new JsonValue.Num("1.0")))));
        }
    }

    @ParameterizedTest
    @CsvSource({"pv,PAGE_VIEW", "pp,PAGE_PING", "se,STRUCT", "ev,STRUCT"})
    void parse_knowsTheTypes(String code, EventType type) {
        assertThat(accepted(get("e=" + code + "&se_ca=c&se_ac=a")).type()).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "NOT_JSON     | nonsense",
                "NOT_JSON     | {\"schema\":",
                "NOT_JSON     | ` `",
                "WRONG_SCHEMA | []",
                "WRONG_SCHEMA | {}",
                "WRONG_SCHEMA | {\"schema\":7,\"data\":[{\"e\":\"pv\"}]}",
                "WRONG_SCHEMA | {\"schema\":\"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/2-0-0\",\"data\":[{\"e\":\"pv\"}]}",
                "WRONG_SCHEMA | {\"schema\":\"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-\",\"data\":[{\"e\":\"pv\"}]}",
                "WRONG_SCHEMA | {\"schema\":\"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-x\",\"data\":[{\"e\":\"pv\"}]}",
                "NO_EVENTS    | {\"schema\":\"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-0\"}",
                "NO_EVENTS    | {\"schema\":\"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-0\",\"data\":[]}",
                "NO_EVENTS    | {\"schema\":\"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-0\",\"data\":{\"e\":\"pv\"}}",
            })
    void parse_rejectsTheWholeRequest_andKeepsIt(BadReason reason, String body) {
        assertThat(protocol.parse(post("aid=x", body.getBytes(StandardCharsets.UTF_8))))
                .singleElement()
                .isInstanceOfSatisfying(Parsed.Rejected.class, rejected -> {
                    assertThat(rejected.reason()).isEqualTo(reason);
                    assertThat(rejected.index()).isZero();
                    assertThat(rejected.raw()).isEqualTo("POST /com.snowplowanalytics.snowplow/tp2?aid=x\n\n" + body);
                });
    }

    @Test
    void parse_rejectsARequestWithoutAnything() {
        assertThat(rejected(get("")).reason()).isEqualTo(BadReason.EMPTY_REQUEST);
        assertThat(rejected(post("", new byte[0])).reason()).isEqualTo(BadReason.EMPTY_REQUEST);
        assertThat(rejected(get("&&")).reason()).isEqualTo(BadReason.MISSING_EVENT_TYPE);
    }

    @Test
    void parse_rejectsBombs() {
        assertThat(rejected(post("[".repeat(100_000))).reason()).isEqualTo(BadReason.JSON_LIMIT);
        String event = "{\"e\":\"pv\",\"page\":\"" + "x".repeat(TrackerProtocol.MIN_EVENT_BYTES) + "\"}";
        String most =
                payload(Collections.nCopies(TrackerProtocol.MAX_EVENTS, event).toArray(String[]::new));
        assertThat(protocol.parse(post(most))).hasSize(TrackerProtocol.MAX_EVENTS);
        String many = payload(
                Collections.nCopies(TrackerProtocol.MAX_EVENTS + 1, event).toArray(String[]::new));
        assertThat(rejected(post(many)).reason()).isEqualTo(BadReason.TOO_MANY_EVENTS);
    }

    /** Rows cost memory whatever they were made of: a small request must not become many times itself. */
    @Test
    void parse_refusesManyTinyEvents_butTakesAFew() {
        String few =
                payload(Collections.nCopies(TrackerProtocol.FREE_EVENTS, "1").toArray(String[]::new));
        assertThat(protocol.parse(post(few))).hasSize(TrackerProtocol.FREE_EVENTS);
        for (String tiny : List.of("1", "{}", "{\"e\":\"pv\"}")) {
            String many = payload(Collections.nCopies(100, tiny).toArray(String[]::new));
            assertThat(rejected(post(many)).reason()).isEqualTo(BadReason.TOO_MANY_EVENTS);
        }
    }

    @Test
    void parse_refusesALongQueryThatWouldBeRepeatedManyTimes() {
        String event = "{\"e\":\"pv\",\"page\":\"" + "x".repeat(100) + "\"}";
        byte[] hundred =
                payload(Collections.nCopies(100, event).toArray(String[]::new)).getBytes(StandardCharsets.UTF_8);
        assertThat(protocol.parse(post("aid=shop&x=" + "y".repeat(900), hundred)))
                .hasSize(100);
        assertThat(rejected(post("x=" + "y".repeat(8_000), hundred)).reason()).isEqualTo(BadReason.TOO_MANY_EVENTS);
        byte[] ten = payload(Collections.nCopies(10, "{\"e\":\"pv\"}").toArray(String[]::new))
                .getBytes(StandardCharsets.UTF_8);
        assertThat(protocol.parse(post("x=" + "y".repeat(8_000), ten))).hasSize(10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "MISSING_EVENT_TYPE  | aid=s&p=web",
                "MISSING_EVENT_TYPE  | aid=s&e=",
                "UNKNOWN_EVENT_TYPE  | aid=s&e=tr",
                "UNKNOWN_EVENT_TYPE  | aid=s&e=PV",
                "MISSING_FIELD       | aid=s&e=se&se_ca=c",
                "MISSING_FIELD       | aid=s&e=se&se_ac=a&se_ca=",
                "MISSING_FIELD       | aid=s&e=ue",
                "MISSING_FIELD       | aid=s&e=ue&ue_px=",
                "BAD_BASE64          | aid=s&e=pv&cx=abcde",
                "BAD_BASE64          | aid=s&e=ue&ue_px=!!!",
                "BAD_JSON            | aid=s&e=pv&co={",
                "BAD_JSON            | aid=s&e=pv&cx=e30e",
                "BAD_JSON            | aid=s&e=ue&ue_pr=nope",
                "BAD_ENTITIES        | aid=s&e=pv&co={}",
                "BAD_ENTITIES        | aid=s&e=pv&co=[]",
                "BAD_ENTITIES        | aid=s&e=pv&co={\"data\":[{}]}",
                "BAD_ENTITIES        | aid=s&e=pv&co={\"data\":[{\"schema\":\"iglu:a/b/c\",\"data\":1}]}",
                "BAD_ENTITIES        | aid=s&e=pv&co={\"data\":[{\"schema\":\"iglu:a/b/c/1/2\",\"data\":1}]}",
                "BAD_ENTITIES        | aid=s&e=pv&co={\"data\":[{\"schema\":\"iglu:a//c/1\",\"data\":1}]}",
                "BAD_ENTITIES        | aid=s&e=pv&co={\"data\":[{\"schema\":\"a/b/c/1\",\"data\":1}]}",
                "BAD_ENTITIES        | aid=s&e=pv&co={\"data\":[{\"schema\":\"iglu:a/b/c/1\"}]}",
                "BAD_SELF_DESCRIBING | aid=s&e=ue&ue_pr={}",
                "BAD_SELF_DESCRIBING | aid=s&e=ue&ue_pr={\"data\":{\"schema\":\"x\",\"data\":{}}}",
            })
    void parse_rejectsOneEvent_withItsReason(BadReason reason, String query) {
        Parsed.Rejected rejected = rejected(get(query));
        assertThat(rejected.reason()).isEqualTo(reason);
        assertThat(rejected.siteId()).isEqualTo("s");
        assertThat(rejected.raw()).contains("\"aid\":\"s\"");
        assertThat(rejected.detail()).endsWith(".");
    }

    @Test
    void parse_rejectsOnlyTheBadOnesOfABatch() {
        List<Parsed> parsed = protocol.parse(post(payload("{\"e\":\"pv\"}", "7", "{}", "{\"e\":\"pp\"}")));
        assertThat(parsed).extracting(Parsed::index).containsExactly(0, 1, 2, 3);
        assertThat(parsed.get(0)).isInstanceOf(Parsed.Accepted.class);
        assertThat(((Parsed.Rejected) parsed.get(1)).reason()).isEqualTo(BadReason.NOT_AN_OBJECT);
        assertThat(((Parsed.Rejected) parsed.get(2)).reason()).isEqualTo(BadReason.MISSING_EVENT_TYPE);
        assertThat(parsed.get(3)).isInstanceOf(Parsed.Accepted.class);
    }

    private TrackerEvent accepted(RawHit hit) {
        assertThat(protocol.parse(hit)).singleElement().isInstanceOf(Parsed.Accepted.class);
        return ((Parsed.Accepted) protocol.parse(hit).getFirst()).event();
    }

    private Parsed.Rejected rejected(RawHit hit) {
        assertThat(protocol.parse(hit)).singleElement().isInstanceOf(Parsed.Rejected.class);
        return (Parsed.Rejected) protocol.parse(hit).getFirst();
    }

    private static String quoted(String json) {
        return JsonWriter.write(new JsonValue.Text(json));
    }
}
