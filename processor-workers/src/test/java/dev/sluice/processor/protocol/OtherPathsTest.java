package dev.sluice.processor.protocol;

import static dev.sluice.processor.TestHits.base64Url;
import static dev.sluice.processor.TestHits.entities;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.processor.TestHits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two paths that are no tracker's: clicks that were redirected, and webhooks. */
class OtherPathsTest {
    private static final String CREATED = "schema=iglu:com.acme/created/jsonschema/1-0-0";

    @Test
    void aClick_isAnEventWithItsTarget() {
        Row row = TestHits.row(click("u=https%3A%2F%2Fshop.example.com%2Fp%3Fa%3D1&aid=mail"));
        assertThat(row.table()).isEqualTo(Table.EVENTS);
        assertThat(row.get(Columns.EVENT_TYPE)).isEqualTo("unstruct");
        assertThat(row.get(Columns.SCHEMA_VENDOR)).isEqualTo("com.snowplowanalytics.snowplow");
        assertThat(row.get(Columns.SCHEMA_NAME)).isEqualTo("uri_redirect");
        assertThat(row.get(Columns.SCHEMA_VERSION)).isEqualTo("1-0-0");
        assertThat(row.get(Columns.DATA)).isEqualTo("{\"uri\":\"https://shop.example.com/p?a=1\"}");
        assertThat(row.get(Columns.SITE_ID)).isEqualTo("mail");
        assertThat(row.get(Columns.PLATFORM)).isEqualTo("web");
        assertThat(row.get(Columns.TRACKER_VERSION)).isEqualTo("r-tp2");
        assertThat(row.get(Columns.PAGE_URL)).isEqualTo("https://news.example.com/mail");
        assertThat(row.get(Columns.NETWORK_ID)).isEqualTo(TestHits.NETWORK_ID);
        assertThat(row.get(Columns.CONTEXT)).isNull();
    }

    @Test
    void clicksOnTwoLinks_areTwoEvents_evenWithOneId() {
        String id = "&eid=" + TestHits.EID;
        assertThat(TestHits.row(click("u=https%3A%2F%2Fa.example" + id)).get(Columns.EVENT_FINGERPRINT))
                .isNotEqualTo(
                        TestHits.row(click("u=https%3A%2F%2Fb.example" + id)).get(Columns.EVENT_FINGERPRINT));
    }

    @Test
    void aClickWithItsOwnEvent_getsTheTargetAsAnEntity() {
        String mine = entities("com.acme/mail/jsonschema/1-0-0", "{\"n\":7}");
        for (String entities : List.of("co=" + AnonymiserTest.encoded(mine), "cx=" + base64Url(mine))) {
            Row row = TestHits.row(click("e=se&se_ca=mail&se_ac=click&u=https%3A%2F%2Fa.example&p=mob&" + entities));
            assertThat(row.get(Columns.CATEGORY)).isEqualTo("mail");
            assertThat(row.get(Columns.PLATFORM)).isEqualTo("mob");
            assertThat(row.get(Columns.CONTEXT))
                    .contains("com.acme/mail", "\"n\":7", "uri_redirect", "{\"uri\":\"https://a.example\"}");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            aid=shop                                  | missing_field
            u=&aid=shop                               | missing_field
            e=pv&u=https://a.example&co=%5B           | bad_json
            e=pv&u=https://a.example&co=%7B%7D        | bad_entities
            e=xx&u=https://a.example                  | unknown_event_type
            """)
    void aClickThatIsNone_isABadRow(String query, String reason) {
        assertThat(TestHits.row(click(query)).get(Columns.REASON)).isEqualTo(reason);
    }

    @Test
    void aWebhook_saysWhatItsBodySays() {
        Row row = TestHits.row(webhook(
                CREATED + "&aid=crm&nuid=n1&eid=" + TestHits.EID + "&ttm=1795385165737&p=app&source=x",
                "{\"id\":7}",
                "application/json"));
        assertThat(row.get(Columns.EVENT_TYPE)).isEqualTo("unstruct");
        assertThat(row.get(Columns.SCHEMA_VENDOR)).isEqualTo("com.acme");
        assertThat(row.get(Columns.SCHEMA_NAME)).isEqualTo("created");
        assertThat(row.get(Columns.DATA)).isEqualTo("{\"id\":7}");
        assertThat(row.get(Columns.SITE_ID)).isEqualTo("crm");
        assertThat(row.get(Columns.NETWORK_ID)).isEqualTo("n1");
        assertThat(row.get(Columns.EVENT_ID)).isEqualTo(TestHits.EID);
        assertThat(row.get(Columns.PLATFORM)).isEqualTo("app");
        assertThat(row.get(Columns.TRACKER_VERSION)).isEqualTo("com.snowplowanalytics.iglu-v1");
        assertThat(row.get(Columns.CONTEXT)).isEqualTo("{\"fields\":{\"source\":\"x\"}}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            schema=iglu:com.acme/created/jsonschema/1-0-0 | application/json                  | {"a":1}                                                            | {"a":1}
            schema=iglu:com.acme/created/jsonschema/1-0-0 | text/plain                        | {"a":1}                                                            | {"a":1}
            schema=iglu:com.acme/created/jsonschema/1-0-0 | application/x-www-form-urlencoded | a=1&b=x%20y                                                        | {"a":"1","b":"x y"}
            schema=iglu:com.acme/created/jsonschema/1-0-0&a=1&b=%26 | ''                      | ''                                                                 | {"a":"1","b":"&"}
            aid=x                                         | application/json                  | {"schema":"iglu:com.acme/created/jsonschema/1-0-0","data":{"a":1}} | {"a":1}
            """)
    void aWebhook_isReadInEveryForm(String query, String type, String body, String data) {
        Row row = TestHits.row(webhook(query, body, type));
        assertThat(row.get(Columns.SCHEMA_NAME)).isEqualTo("created");
        assertThat(row.get(Columns.DATA)).isEqualTo(data);
        assertThat(row.get(Columns.PLATFORM)).isEqualTo("srv");
    }

    @Test
    void aWebhookWithAList_isAnEventPerItem() {
        List<Row> rows = TestHits.rows(webhook(CREATED, "[{\"a\":1},7,{\"a\":2}]", "application/json"));
        assertThat(rows).extracting(row -> row.get(Columns.DATA)).containsExactly("{\"a\":1}", null, "{\"a\":2}");
        assertThat(rows.get(1).get(Columns.REASON)).isEqualTo("not_an_object");
        assertThat(rows).extracting(row -> row.get(Columns.INGEST_INDEX)).containsExactly(0, 1, 2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            schema=com.acme/created/jsonschema/1-0-0      | {"a":1}     | bad_self_describing
            schema=iglu:com.acme/created                  | {"a":1}     | bad_self_describing
            schema=                                       | {"a":1}     | bad_self_describing
            a=1                                           | ''          | bad_self_describing
            a=1                                           | {"a":1}     | bad_self_describing
            schema=iglu:com.acme/created/jsonschema/1-0-0 | ''          | empty_request
            schema=iglu:com.acme/created/jsonschema/1-0-0 | {           | not_json
            schema=iglu:com.acme/created/jsonschema/1-0-0 | []          | no_events
            """)
    void aWebhookThatIsNone_isABadRow(String query, String body, String reason) {
        Row row = TestHits.row(webhook(query, body, "application/json"));
        assertThat(row.get(Columns.REASON)).isEqualTo(reason);
        assertThat(row.get(Columns.RAW)).isNotNull();
    }

    @Test
    void aWebhookWithMoreThanARequestMayHold_isOneBadRow() {
        String item = "{\"a\":\"" + "x".repeat(TrackerProtocol.MIN_EVENT_BYTES) + "\"},";
        assertTooMany(CREATED, "[" + item.repeat(TrackerProtocol.MAX_EVENTS) + "{}]");
    }

    /** Some kilobytes must not become some thousand rows, whichever path they take. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "{}", "{\"a\":1}"})
    void aWebhookThatWouldBecomeManyTimesItself_isOneBadRow(String item) {
        assertTooMany(CREATED, "[" + (item + ",").repeat(TrackerProtocol.FREE_EVENTS) + item + "]");
        String long100 = "{\"a\":\"" + "x".repeat(TrackerProtocol.MIN_EVENT_BYTES) + "\"}";
        assertTooMany(CREATED + "&x=" + "y".repeat(8_000), "[" + (long100 + ",").repeat(99) + long100 + "]");
    }

    private static void assertTooMany(String query, String body) {
        assertThat(TestHits.row(webhook(query, body, "application/json")).get(Columns.REASON))
                .isEqualTo("too_many_events");
    }

    private static RawHit click(String query) {
        return new RawHit(
                TestHits.RECEIVED,
                TestHits.VISITOR,
                RawHit.Method.GET,
                "/r/tp2",
                query,
                Map.of("referer", "https://news.example.com/mail"),
                new byte[0]);
    }

    private static RawHit webhook(String query, String body, String type) {
        return new RawHit(
                TestHits.RECEIVED,
                TestHits.VISITOR,
                body.isEmpty() ? RawHit.Method.GET : RawHit.Method.POST,
                "/com.snowplowanalytics.iglu/v1",
                query,
                type.isEmpty() ? Map.of() : Map.of("content-type", type),
                body.getBytes(StandardCharsets.UTF_8));
    }
}
