package dev.sluice.processor.enrich;

import static dev.sluice.processor.TestHits.EID;
import static dev.sluice.processor.TestHits.NETWORK_ID;
import static dev.sluice.processor.TestHits.base64Url;
import static dev.sluice.processor.TestHits.entities;
import static dev.sluice.processor.TestHits.get;
import static dev.sluice.processor.TestHits.payload;
import static dev.sluice.processor.TestHits.post;
import static dev.sluice.processor.TestHits.row;
import static dev.sluice.processor.TestHits.rows;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.processor.TestHits;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each enricher by what it puts into the row of a whole request. */
class StandardEnrichersTest {
    private static final String SESSION = "com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-2";

    @Test
    void capturedPageView_fillsItsColumns() {
        Row row = row(post(TestHits.CAPTURED));
        assertThat(row.table()).isEqualTo(Table.PAGE_VIEWS);
        assertThat(row.get(Columns.EVENT_ID)).isEqualTo(EID);
        assertThat(row.get(Columns.EVENT_TYPE)).isEqualTo("page_view");
        assertThat(row.get(Columns.PAGE_VIEW_ID)).isEqualTo("209a46c7-5e1b-4f0a-9d8c-6b7a5e4f3d21");
        assertThat(row.get(Columns.SITE_ID)).isEqualTo("shop");
        assertThat(row.get(Columns.PLATFORM)).isEqualTo("web");
        assertThat(row.get(Columns.TRACKER_NAME)).isEqualTo("sp");
        assertThat(row.get(Columns.TRACKER_VERSION)).isEqualTo("js-4.10.1");
        assertThat(row.get(Columns.RECEIVED_AT)).isEqualTo(TestHits.RECEIVED);
        assertThat(row.get(Columns.CLIENT_CREATED_AT)).isEqualTo(Instant.ofEpochMilli(1795385165737L));
        assertThat(row.get(Columns.CLIENT_SENT_AT)).isEqualTo(Instant.ofEpochMilli(1795385165751L));
        assertThat(row.get(Columns.OCCURRED_AT)).isEqualTo(TestHits.RECEIVED.minusMillis(14));
        assertThat(row.get(Columns.ENRICHED_AT)).isEqualTo(TestHits.NOW);
        assertThat(row.get(Columns.CLIENT_TIMEZONE)).isEqualTo("UTC");
        assertThat(row.get(Columns.VISITOR_ID)).isEqualTo("9e856f9f-4c0d-4a8b-b1d2-7f3a5c6e8d90");
        assertThat(row.get(Columns.NETWORK_ID)).isEqualTo(NETWORK_ID);
        assertThat(row.get(Columns.USER_ID)).isNull();
        assertThat(row.get(Columns.SESSION_ID)).isEqualTo("76e7816e-91a2-4d3b-8c7e-2b1f6a9d0e55");
        assertThat(row.get(Columns.SESSION_INDEX)).isEqualTo(1);
        assertThat(row.get(Columns.IS_FIRST_IN_SESSION)).isNull();
        assertThat(row.get(Columns.IS_ANONYMOUS)).isFalse();
        assertThat(row.get(Columns.PRIVACY_SIGNAL)).isEqualTo("none");
        assertThat(row.get(Columns.PAGE_URL)).isEqualTo("https://shop.example.com/p/1?utm_source=x#frag");
        assertThat(row.get(Columns.PAGE_HOST)).isEqualTo("shop.example.com");
        assertThat(row.get(Columns.PAGE_PATH)).isEqualTo("/p/1");
        assertThat(row.get(Columns.PAGE_QUERY)).isEqualTo("utm_source=x");
        assertThat(row.get(Columns.PAGE_FRAGMENT)).isEqualTo("frag");
        assertThat(row.get(Columns.PAGE_TITLE)).isEqualTo("T ✓");
        assertThat(row.get(Columns.REFERRER_URL)).isEqualTo("https://www.google.com/search?q=y");
        assertThat(row.get(Columns.REFERRER_HOST)).isEqualTo("www.google.com");
        assertThat(row.get(Columns.UTM_SOURCE)).isEqualTo("x");
        assertThat(row.get(Columns.CLICK_ID)).isNull();
        assertThat(row.get(Columns.BROWSER_LANGUAGE)).isEqualTo("en-US");
        assertThat(row.get(Columns.VIEWPORT_WIDTH)).isEqualTo(1024);
        assertThat(row.get(Columns.VIEWPORT_HEIGHT)).isEqualTo(768);
        assertThat(row.get(Columns.SCREEN_WIDTH)).isZero();
        assertThat(row.get(Columns.SCREEN_HEIGHT)).isZero();
        assertThat(row.get(Columns.IP_ADDRESS)).isEqualTo("203.0.113.0");
        assertThat(row.get(Columns.IS_BOT)).isFalse();
        assertThat(row.get(Columns.IS_TRUNCATED)).isFalse();
        assertThat(row.get(Columns.EVENT_FINGERPRINT)).matches("[0-9a-f]{32}");
        assertThat(row.get(Columns.INGEST_EPOCH)).isEqualTo(TestHits.EPOCH.toString());
        assertThat(row.get(Columns.INGEST_SEQ)).isEqualTo(100);
        assertThat(row.get(Columns.INGEST_INDEX)).isZero();
        assertThat(row.get(Columns.ENRICH_VERSION)).isEqualTo("0.3.0");
        assertThat(row.get(Columns.CONTEXT))
                .isEqualTo("{\"fields\":{\"cd\":\"24\",\"cookie\":\"1\",\"cs\":\"UTF-8\",\"ds\":\"0x0\"}}");
    }

    // ---- identity

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "123",
                "d5effc30c58d43ed868d6a8a31af0cdc",
                "d5effc30-c58d-43ed-868d-6a8a31af0cdg",
                "1-1-1-1-1"
            })
    void eventId_isDerivedFromTheTransportId_whenNoneWasSent(String eid) {
        Row row = row(get("e=pv&eid=" + eid));
        assertThat(row.get(Columns.EVENT_ID))
                .hasSize(36)
                .isEqualTo(row(get("e=pv")).get(Columns.EVENT_ID));
        if (!eid.isEmpty()) {
            assertThat(row.get(Columns.CONTEXT)).isEqualTo("{\"invalid\":{\"eid\":\"" + eid + "\"}}");
        }
    }

    @Test
    void eventId_differsForEachEventOfEachHit() {
        RawHit hit = post(payload("{\"e\":\"pv\"}", "{\"e\":\"pv\"}"));
        assertThat(rows(hit, hit)).extracting(row -> row.get(Columns.EVENT_ID)).doesNotHaveDuplicates();
    }

    @Test
    void eventId_isLowerCase_andOfAnyVersion() {
        assertThat(row(get("e=pv&eid=D5EFFC30-C58D-13ED-068D-6A8A31AF0CDC")).get(Columns.EVENT_ID))
                .isEqualTo("d5effc30-c58d-13ed-068d-6a8a31af0cdc");
    }

    @ParameterizedTest
    @CsvSource({
        "e=pv&tnuid=t&nuid=n, t",
        "e=pv&nuid=n, n",
        "e=pv&nuid=, 8bd1a5b8-5a4e-4a52-8f0a-0f6f3f0c8a11",
        "e=pv&nuid=00000000-0000-0000-0000-000000000000,",
    })
    void networkId_isTheStrongestThereIs(String query, @Nullable String expected) {
        assertThat(row(get(query)).get(Columns.NETWORK_ID)).isEqualTo(expected);
        assertThat(row(get(query, TestHits.ANONYMOUS)).get(Columns.NETWORK_ID)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"sessionId\":\"s\",\"sessionIndex\":7,\"eventIndex\":1}                    | s | 7 | true",
                "{\"sessionId\":\"s\",\"sessionIndex\":\"7\",\"eventIndex\":2}                | s | 7 | false",
                "{\"sessionId\":\"s\",\"firstEventId\":\"D5EFFC30-c58d-43ed-868d-6a8a31af0cdc\"} | s |   | true",
                "{\"firstEventId\":\"e1a5f2c4-1111-4222-8333-944455556666\"}                  |   |   | false",
                "{}                                                                          |   |   |",
                "[]                                                                          |   |   |",
            })
    void session_isReadFromTheEntity(
            String data, @Nullable String id, @Nullable Integer index, @Nullable Boolean first) {
        Row row = row(get("e=pv&eid=" + EID + "&cx=" + base64Url(entities(SESSION, data))));
        assertThat(row.get(Columns.SESSION_ID)).isEqualTo(id);
        assertThat(row.get(Columns.SESSION_INDEX)).isEqualTo(index);
        assertThat(row.get(Columns.IS_FIRST_IN_SESSION)).isEqualTo(first);
    }

    @Test
    void session_parametersWinOverTheEntity() {
        String cx = base64Url(entities(SESSION, "{\"sessionId\":\"entity\",\"sessionIndex\":7}"));
        Row row = row(get("e=pv&sid=param&vid=3&cx=" + cx));
        assertThat(row.get(Columns.SESSION_ID)).isEqualTo("param");
        assertThat(row.get(Columns.SESSION_INDEX)).isEqualTo(3);
        assertThat(row(get("e=pv&vid=99999999999")).get(Columns.SESSION_INDEX)).isNull();
    }

    // ---- time

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ttm=1795385100000                   | 2026-11-22T22:05:00Z",
                "ttm=4102444800000                   | 2026-11-22T22:06:05.751123Z",
                "ttm=1795385100000&dtm=1&stm=2       | 2026-11-22T22:05:00Z",
                "dtm=1795385165737&stm=1795385165751 | 2026-11-22T22:06:05.737123Z",
                "dtm=1000&stm=61000                  | 2026-11-22T22:05:05.751123Z",
                "dtm=5&stm=5                         | 2026-11-22T22:06:05.751123Z",
                "dtm=6&stm=5                         | 2026-11-22T22:06:05.751123Z",
                "dtm=6                               | 2026-11-22T22:06:05.751123Z",
                "stm=6                               | 2026-11-22T22:06:05.751123Z",
                "dtm=0&stm=253402300799999           | 2026-11-22T22:06:05.751123Z",
                "ttm=nope&dtm=0&stm=1000             | 2026-11-22T22:06:04.751123Z",
                "x=1                                 | 2026-11-22T22:06:05.751123Z",
            })
    void occurredAt_believesIntervalsAndTheTrueTime_neverTheFuture(String query, Instant expected) {
        assertThat(row(get("e=pv&" + query)).get(Columns.OCCURRED_AT)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-1", "253402300800000", "99999999999999999999999", "1e3", "NaN", "1.2.3"})
    void clientTimes_thatNoCalendarHolds_areNullAndNoted(String time) {
        Row row = row(get("e=pv&dtm=" + time));
        assertThat(row.get(Columns.CLIENT_CREATED_AT)).isNull();
        assertThat(row.get(Columns.CONTEXT)).isEqualTo("{\"invalid\":{\"dtm\":\"" + time + "\"}}");
    }

    // ---- page

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "https://Shop.Example.COM:8443/a/b?x=1&y=/?#top | shop.example.com | /a/b | x=1&y=/? | top",
                "http://example.com                | example.com | / | - | -",
                "http://example.com?q=http://a/b   | example.com | / | q=http://a/b | -",
                "http://example.com#a?b            | example.com | / | - | a?b",
                "http://user:pw@example.com/       | example.com | / | - | -",
                "http://[2001:db8::1]:80/x         | [2001:db8::1] | /x | - | -",
                "//cdn.example.com/x               | cdn.example.com | /x | - | -",
                "/only/a/path?q                    | - | /only/a/path | q | -",
                "path//with//slashes               | - | path//with//slashes | - | -",
                "file:///C:/x y.html               | - | /C:/x y.html | - | -",
                "about:blank                       | - | about:blank | - | -",
                "http://bücher.example/ä b?ö#ü     | bücher.example | /ä b | ö | ü",
                "http://exa mple.com:port/%zz      | exa mple.com | /%zz | - | -",
                "http:///x                         | - | /x | - | -",
                "http://?#                         | - | - | - | -",
                "android-app://com.google.android  | com.google.android | / | - | -",
                "1http://x/y                       | - | 1http://x/y | - | -",
            })
    void pageUrl_isSplitLeniently(
            String url,
            @Nullable String host,
            @Nullable String path,
            @Nullable String query,
            @Nullable String fragment) {
        Row row = row(get("e=pv&url=" + URLEncoder.encode(url, StandardCharsets.UTF_8)));
        assertThat(row.get(Columns.PAGE_URL)).isEqualTo(url);
        assertThat(row.get(Columns.PAGE_HOST)).isEqualTo(host);
        assertThat(row.get(Columns.PAGE_PATH)).isEqualTo(path);
        assertThat(row.get(Columns.PAGE_QUERY)).isEqualTo(query);
        assertThat(row.get(Columns.PAGE_FRAGMENT)).isEqualTo(fragment);
    }

    @Test
    void pageUrl_isTheRefererOfAPixel_onlyWhenNoneWasSent() {
        var referer = Map.of("referer", "https://a.example/from-header");
        assertThat(row(get("e=pv", referer)).get(Columns.PAGE_PATH)).isEqualTo("/from-header");
        assertThat(row(get("e=pv&url=https://a.example/sent", referer)).get(Columns.PAGE_PATH))
                .isEqualTo("/sent");
        RawHit post = post(payload("{\"e\":\"pv\"}"));
        var withReferer = new RawHit(
                post.receivedAt(), post.visitor(), post.method(), post.path(), post.query(), referer, post.body());
        assertThat(row(withReferer).get(Columns.PAGE_URL)).isNull();
    }

    @Test
    void page_ofAnEventKeepsItsColumns() {
        Row row = row(get("e=pp&url=https://a.example/x?utm_source=s&page=T&refr=https://b.example/"));
        assertThat(row.table()).isEqualTo(Table.EVENTS);
        assertThat(row.get(Columns.PAGE_HOST)).isEqualTo("a.example");
        assertThat(row.get(Columns.PAGE_TITLE)).isEqualTo("T");
        assertThat(row.get(Columns.REFERRER_URL)).isEqualTo("https://b.example/");
    }

    // ---- campaign

    @Test
    void campaign_isDecoded_inAnyCase_firstOneWins() {
        String url = "https://a.example/?utm_source=news+letter&UTM_Medium=e%2Dmail&utm_campaign=&utm_campaign=f%C3%BCr"
                + "&utm_campaign=second&utm_term=a%26b&utm_content=%E2%9C%93&utm_id=1#utm_source=no";
        Row row = row(get("e=pv&url=" + URLEncoder.encode(url, StandardCharsets.UTF_8)));
        assertThat(row.get(Columns.UTM_SOURCE)).isEqualTo("news letter");
        assertThat(row.get(Columns.UTM_MEDIUM)).isEqualTo("e-mail");
        assertThat(row.get(Columns.UTM_CAMPAIGN)).isEqualTo("für");
        assertThat(row.get(Columns.UTM_TERM)).isEqualTo("a&b");
        assertThat(row.get(Columns.UTM_CONTENT)).isEqualTo("✓");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "gclid=abc, abc, Google",
                "wbraid=abc, abc, Google",
                "gbraid=abc, abc, Google",
                "dclid=abc, abc, DoubleClick",
                "msclkid=abc, abc, Microsoft",
                "fbclid=IwAR0_x-y, IwAR0_x-y, Facebook",
                "ttclid=abc, abc, TikTok",
                "twclid=abc, abc, Twitter",
                "li_fat_id=abc, abc, LinkedIn",
                "ScCid=abc, abc, Snapchat",
                "fbclid=f&gclid=g, f, Facebook",
                "gclid=&fbclid=f, f, Facebook",
                "clid=x, -, -",
            })
    void clickId_namesItsNetwork(String query, @Nullable String id, @Nullable String network) {
        Row row = row(get("e=pv&url=" + URLEncoder.encode("https://a.example/?" + query, StandardCharsets.UTF_8)));
        assertThat(row.get(Columns.CLICK_ID)).isEqualTo(id);
        assertThat(row.get(Columns.CLICK_NETWORK)).isEqualTo(network);
    }

    @Test
    void campaign_isFoundBehindWhatPageQueryHolds() {
        Row row = row(post(
                payload("{\"e\":\"pv\",\"url\":\"https://a.example/?x=" + "y".repeat(5_000) + "&utm_source=far\"}")));
        assertThat(row.get(Columns.UTM_SOURCE)).isEqualTo("far");
        assertThat(row.get(Columns.PAGE_QUERY)).hasSize(2048);
        assertThat(row.get(Columns.PAGE_URL)).hasSize(4096);
        assertThat(row.get(Columns.IS_TRUNCATED)).isTrue();
        assertThat(row.get(Columns.CONTEXT)).isEqualTo("{\"truncated\":[\"page_query\",\"page_url\"]}");
    }

    // ---- device

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "lang=de-AT | en   | de-AT",
                "x=1        | de-DE,de;q=0.9,en;q=0.8 | de-DE",
                "x=1        | fr;q=0.5 | fr",
                "x=1        | *    | -",
                "x=1        | ''   | -",
            })
    void language_isTheTrackers_elseTheFirstOfTheHeader(String query, String header, @Nullable String expected) {
        Row row = row(get("e=pv&" + query, Map.of("accept-language", header)));
        assertThat(row.get(Columns.BROWSER_LANGUAGE)).isEqualTo(expected);
    }

    @Test
    void userAgent_isTheHeaders_whateverTheClientClaims() {
        Row row = row(get("e=pv&ua=Claimed/1.0&ip=1.2.3.4", Map.of("user-agent", "Mozilla/5.0 (X11)")));
        assertThat(row.get(Columns.USER_AGENT)).isEqualTo("Mozilla/5.0 (X11)");
        assertThat(row.get(Columns.IP_ADDRESS)).isEqualTo("203.0.113.0");
        assertThat(row.get(Columns.CONTEXT)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "1024x768, 1024, 768",
                "0x0, 0, 0",
                "1024.5x768.25, 1024, 768",
                "2147483647x1, 2147483647, 1",
                "2147483648x1, -, -",
                "-1x5, -, -",
                "1024, -, -",
                "x, -, -",
                "1x2x3, -, -",
                "axb, -, -",
                "٣x٣, -, -",
            })
    void sizes_areReadOrNoted(String size, @Nullable Integer width, @Nullable Integer height) {
        Row row = row(get("e=pv&vp=" + size + "&res=" + size));
        assertThat(row.get(Columns.VIEWPORT_WIDTH)).isEqualTo(width);
        assertThat(row.get(Columns.VIEWPORT_HEIGHT)).isEqualTo(height);
        assertThat(row.get(Columns.SCREEN_WIDTH)).isEqualTo(width);
        assertThat(row.get(Columns.SCREEN_HEIGHT)).isEqualTo(height);
        assertThat(row.get(Columns.CONTEXT) == null).isEqualTo(width != null);
    }

    // ---- privacy

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "203.0.113.77, 203.0.113.0",
                "255.255.255.255, 255.255.255.0",
                "2001:db8:85a3:8d3:1319:8a2e:370:7348, 2001:db8:85a3::",
                "2001:DB8::1, 2001:db8::",
                "2001:0:5::1, 2001:0:5::",
                "::1, ::",
                "fe80::1%1, fe80::",
                "::ffff:203.0.113.77, 203.0.113.0",
                "'', -",
                "unknown, -",
                "localhost, -",
                "203.0.113, -",
                "203.0.113.77:80, -",
            })
    void ipAddress_isCutToItsNetwork(String ip, @Nullable String expected) {
        var visitor = new RawHit.Visitor(ip, NETWORK_ID, false, PrivacySignal.DNT);
        Row row = row(get("e=pv", visitor));
        assertThat(row.get(Columns.IP_ADDRESS)).isEqualTo(expected);
        assertThat(row.get(Columns.PRIVACY_SIGNAL)).isEqualTo("dnt");
        assertThat(row.get(Columns.IS_ANONYMOUS)).isFalse();
    }

    @Test
    void anonymous_keepsNoAddress() {
        Row row = row(get("e=pv", TestHits.ANONYMOUS));
        assertThat(row.get(Columns.IP_ADDRESS)).isNull();
        assertThat(row.get(Columns.IS_ANONYMOUS)).isTrue();
        assertThat(row.get(Columns.PRIVACY_SIGNAL)).isEqualTo("gpc");
    }

    // ---- fields of events

    @Test
    void ping_readsMissingOffsetsAsZero() {
        Row row = row(get("e=pp&pp_may=1200&pp_miy=12.7&pp_max=nope"));
        assertThat(row.get(Columns.EVENT_TYPE)).isEqualTo("page_ping");
        assertThat(row.get(Columns.PING_MIN_X)).isZero();
        assertThat(row.get(Columns.PING_MAX_X)).isNull();
        assertThat(row.get(Columns.PING_MIN_Y)).isEqualTo(12);
        assertThat(row.get(Columns.PING_MAX_Y)).isEqualTo(1200);
        assertThat(row.get(Columns.CONTEXT)).isEqualTo("{\"invalid\":{\"pp_max\":\"nope\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "9.99, 9.99",
                "-3, -3",
                "1e3, 1000",
                "1e400, -",
                "-1e400, -",
                "1e-400, 0",
                "4.9E-324, 0",
                "NaN, -",
                "Infinity, -",
                "0x1p3, -",
                "1d, -",
                "abc, -",
                "1.2.3, -",
                "-0, 0"
            })
    void struct_hasItsFields(String value, @Nullable Double expected) {
        Row row = row(get("e=se&se_ca=shop&se_ac=buy&se_la=l&se_pr=p&se_va=" + value));
        assertThat(row.get(Columns.EVENT_TYPE)).isEqualTo("struct");
        assertThat(row.get(Columns.CATEGORY)).isEqualTo("shop");
        assertThat(row.get(Columns.ACTION)).isEqualTo("buy");
        assertThat(row.get(Columns.LABEL)).isEqualTo("l");
        assertThat(row.get(Columns.PROPERTY)).isEqualTo("p");
        assertThat(row.get(Columns.VALUE)).isEqualTo(expected);
    }

    @Test
    void selfDescribing_keepsItsSchemaAndData() {
        String json = "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0\",\"data\":"
                + "{\"schema\":\"iglu:com.acme/add_to_cart/jsonschema/2-0-1\",\"data\":{\"sku\":\"a\\u0000b\",\"price\":9.90}}}";
        Row row = row(get("e=ue&ue_px=" + base64Url(json)));
        assertThat(row.get(Columns.EVENT_TYPE)).isEqualTo("unstruct");
        assertThat(row.get(Columns.SCHEMA_VENDOR)).isEqualTo("com.acme");
        assertThat(row.get(Columns.SCHEMA_NAME)).isEqualTo("add_to_cart");
        assertThat(row.get(Columns.SCHEMA_VERSION)).isEqualTo("2-0-1");
        assertThat(row.get(Columns.DATA)).isEqualTo("{\"sku\":\"a\uFFFDb\",\"price\":9.90}");
        assertThat(row.get(Columns.CONTEXT)).isNull();
    }

    @Test
    void context_keepsWhatHasNoColumnHere() {
        Row row = row(get("e=pp&vp=1x2&se_ca=stray&new=x&ds=3x4"));
        assertThat(row.get(Columns.CONTEXT))
                .isEqualTo("{\"fields\":{\"ds\":\"3x4\",\"new\":\"x\",\"se_ca\":\"stray\",\"vp\":\"1x2\"}}");
    }

    @Test
    void context_groupsEntitiesByTheirName() {
        String cx = base64Url(entities(
                "com.acme/product/jsonschema/1-0-0", "{\"sku\":1}",
                "com.snowplowanalytics.snowplow/web_page/jsonschema/1-0-0", "{\"id\":\"p\"}",
                "com.acme/user/jsonschema/1-0-0", "[]",
                "com.acme/product/jsonschema/1-0-1", "{\"sku\":2}"));
        assertThat(row(get("e=pv&cx=" + cx)).get(Columns.CONTEXT))
                .isEqualTo("{\"entities\":{\"com.acme/product\":[{\"version\":\"1-0-0\",\"data\":{\"sku\":1}},"
                        + "{\"version\":\"1-0-1\",\"data\":{\"sku\":2}}],"
                        + "\"com.acme/user\":[{\"version\":\"1-0-0\",\"data\":[]}]}}");
    }

    @Test
    void context_dropsWhatWouldMakeItTooLarge_andSaysSo() {
        String huge = "[" + "\"" + "x".repeat(60_000) + "\"" + (",\"" + "x".repeat(60_000) + "\"").repeat(19) + "]";
        Row row = row(post(payload("{\"e\":\"pv\",\"huge\":" + huge + ",\"small\":1}")));
        assertThat(row.get(Columns.CONTEXT)).isEqualTo("{\"fields\":{\"small\":1},\"dropped\":[\"fields.huge\"]}");
        assertThat(row.get(Columns.IS_TRUNCATED)).isTrue();
    }

    @Test
    void data_thatIsTooLarge_isLeftOutAndNoted() {
        String huge = "[" + "\"" + "x".repeat(60_000) + "\"" + (",\"" + "x".repeat(60_000) + "\"").repeat(19) + "]";
        String event =
                "{\"e\":\"ue\",\"ue_pr\":{\"data\":{\"schema\":\"iglu:a/b/jsonschema/1-0-0\",\"data\":" + huge + "}}}";
        Row row = row(post(payload(event)));
        assertThat(row.get(Columns.DATA)).isNull();
        assertThat(row.get(Columns.IS_TRUNCATED)).isTrue();
        assertThat(row.get(Columns.CONTEXT)).isEqualTo("{\"truncated\":[\"data\"]}");
    }

    // ---- fingerprint

    @Test
    void fingerprint_isTheSame_whenTheEventIsSentAgain() {
        String contexts = entities("com.acme/product/jsonschema/1-0-0", "{\"sku\":\"1\"}");
        String event = "\"e\":\"pv\",\"url\":\"https://a.example/ä\",\"dtm\":\"5\",\"eid\":\"" + EID + "\",\"co\":"
                + "\"" + contexts.replace("\"", "\\\"") + "\"";
        String first = fingerprint(post(payload("{" + event + ",\"stm\":\"6\"}")));
        // Later, in another batch, in another order, from another network, by GET with its entities as base64.
        assertThat(rows(post(payload("{\"e\":\"pp\"}", "{\"stm\":\"999\"," + event + "}")))
                        .get(1)
                        .get(Columns.EVENT_FINGERPRINT))
                .isEqualTo(first);
        assertThat(fingerprint(get(
                        "stm=7&e=pv&dtm=5&nuid=x&tnuid=y&ip=1.1.1.1&ua=z&eid=" + EID
                                + "&url=https%3A%2F%2Fa.example%2F%C3%A4&cx=" + base64Url(contexts),
                        Map.of("user-agent", "other", "referer", "https://a.example/"))))
                .isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"e=pv&page=b", "e=pp&page=a", "e=pv&page=a&dtm=1", "e=pv&page=a&x=1", "e=pv&uid=a", "e=pv&pag=ea"
            })
    void fingerprint_differs_whenTheEventSaysSomethingElse(String query) {
        assertThat(fingerprint(get(query))).isNotEqualTo(fingerprint(get("e=pv&page=a")));
    }

    private static String fingerprint(RawHit hit) {
        return Objects.requireNonNull(row(hit).get(Columns.EVENT_FINGERPRINT));
    }
}
