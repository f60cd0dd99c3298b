package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * The tracker as it is published, in a real browser, on pages of other origins than the collector's, down to the warehouse's rows.
 * Each test has a host name and a site id of its own, and so its own rows.
 */
class BrowserIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    /** What others than the tracker know; each has tests of its own where it is made. */
    private static final Set<String> NOT_OF_THE_TRACKER = Set.of(
            "referrer_medium",
            "referrer_source",
            "referrer_term",
            "browser_name",
            "browser_version",
            "os_name",
            "os_version",
            "device_class",
            "is_bot",
            "geo_country",
            "geo_region",
            "geo_city",
            "event_fingerprint",
            "enriched_at",
            "loaded_at",
            "ingest_epoch",
            "ingest_seq",
            "enrich_version",
            "load_id");

    @RegisterExtension
    static final BrowserStage stage = new BrowserStage();

    /** Opens a page on a host of its own and starts a tracker in it. */
    private static URI open(String siteId, String pathAndQuery, String options) throws Exception {
        URI page = stage.site().page(siteId + ".localhost", pathAndQuery);
        stage.browser().open(page);
        start(siteId, options);
        return page;
    }

    private static void start(String siteId, String options) throws Exception {
        stage.browser().evaluate("track('%s', '%s', %s)".formatted(stage.collector(), siteId, options));
    }

    private static List<EventRow> rows(String table, String siteId, int expected) throws Exception {
        return EventRow.of(stage.line(), table, siteId, expected);
    }

    /** The tracker's own cookie: visitor id, then more. */
    private static String visitorId() throws Exception {
        return stage.browser().evaluate("document.cookie.match(/_sp_id\\.[^=]*=([^.]+)/)[1]");
    }

    @Test
    void pageViewsOfTheDemoSite_areRows() throws Exception {
        URI home = URI.create("http://127.0.0.1:" + stage.line().ports().site() + "/");
        stage.browser().open(home);
        String title = stage.browser().evaluate("document.title");
        String viewport = stage.browser().evaluate("innerWidth + 'x' + innerHeight");
        EventRow first = rows("page_views", "demo", 1).getFirst();
        assertThat(first.cells())
                .containsEntry("page_url", home.toString())
                .containsEntry("page_title", title)
                .containsEntry("referrer_url", "null");
        assertThat(first.text("viewport_width") + "x" + first.text("viewport_height"))
                .isEqualTo(viewport);
        assertThat(first.text("tracker_version")).startsWith("js-4.");
        assertThat(first.text("user_agent")).contains("Chrome");
        assertThat(first.text("page_view_id")).matches(UUID);
        assertThat(first.text("visitor_id")).matches(UUID);

        stage.browser().evaluate("document.querySelector('nav a[href=\"/boats\"]').click()");
        stage.browser().waitFor("location.href !== '" + home + "' && document.readyState === 'complete'");
        assertThat(rows("page_views", "demo", 2).getLast().cells())
                .containsEntry("page_url", stage.browser().evaluate("location.href"))
                .containsEntry("referrer_url", home.toString())
                .containsEntry("referrer_host", "127.0.0.1")
                .containsEntry("visitor_id", first.text("visitor_id"));
    }

    @Test
    void pageView_fillsEveryColumn() throws Exception {
        String title = "Boote & Ärger – 日本 \uD83C\uDF0A";
        stage.site().title("/wares", title);
        URI from = stage.site().page("view.localhost", "/from?x=1");
        stage.browser().open(from);
        URI page = stage.site()
                .page(
                        "view.localhost",
                        "/wares?utm_source=news&utm_medium=mail&utm_campaign=sommer&utm_term=boat&utm_content=b%201&gclid=g-1&q=%C3%A4#top");
        stage.browser().evaluate("location.href = '" + page + "'");
        stage.browser().waitFor("location.pathname === '/wares' && document.readyState === 'complete'");
        Instant before = Instant.now();
        start("view", "{ platform: 'mob', contexts: { webPage: true, session: true, browser: true } }");
        stage.browser().evaluate("sp.setUserId('käufer-7')");
        stage.browser()
                .evaluate("sp.trackPageView({ context: [{ schema: 'iglu:com.acme/product/jsonschema/1-2-3',"
                        + " data: { sku: 'ä1', price: 12.5, tags: ['a', null] } }] })");

        EventRow row = rows("page_views", "view", 1).getFirst();
        Map<String, String> expected = Map.ofEntries(
                Map.entry("event_type", "page_view"),
                Map.entry("site_id", "view"),
                Map.entry("platform", "mob"),
                Map.entry("tracker_name", "sp"),
                Map.entry("tracker_version", "js-4.10.1"),
                Map.entry(
                        "client_timezone",
                        stage.browser().evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")),
                Map.entry("visitor_id", visitorId()),
                Map.entry("network_id", networkCookie().path("value").asString()),
                Map.entry("user_id", "käufer-7"),
                Map.entry("session_index", "1"),
                Map.entry("is_first_in_session", "t"),
                Map.entry("is_anonymous", "f"),
                Map.entry("privacy_signal", "none"),
                Map.entry("page_url", page.toString()),
                Map.entry("page_host", "view.localhost"),
                Map.entry("page_path", "/wares"),
                Map.entry("page_query", page.getRawQuery()),
                Map.entry("page_fragment", "top"),
                Map.entry("page_title", title),
                Map.entry("referrer_url", from.toString()),
                Map.entry("referrer_host", "view.localhost"),
                Map.entry("utm_source", "news"),
                Map.entry("utm_medium", "mail"),
                Map.entry("utm_campaign", "sommer"),
                Map.entry("utm_term", "boat"),
                Map.entry("utm_content", "b 1"),
                Map.entry("click_id", "g-1"),
                Map.entry("click_network", "Google"),
                Map.entry("user_agent", stage.browser().evaluate("navigator.userAgent")),
                Map.entry("browser_language", stage.browser().evaluate("navigator.language")),
                Map.entry("viewport_width", stage.browser().evaluate("String(innerWidth)")),
                Map.entry("viewport_height", stage.browser().evaluate("String(innerHeight)")),
                Map.entry("screen_width", stage.browser().evaluate("String(screen.width)")),
                Map.entry("screen_height", stage.browser().evaluate("String(screen.height)")),
                Map.entry("ip_address", "127.0.0.0"),
                Map.entry("is_truncated", "f"),
                Map.entry("ingest_index", "0"));
        assertThat(row.cells()).containsAllEntriesOf(expected);
        assertThat(row.text("event_id")).matches(UUID);
        assertThat(row.text("page_view_id")).matches(UUID);
        assertThat(row.text("session_id")).matches(UUID);
        // One clock, the machine's: what the client says is in whole milliseconds.
        assertThat(row.time("client_created_at"))
                .isBetween(before.truncatedTo(ChronoUnit.MILLIS), row.time("client_sent_at"));
        assertThat(row.time("client_sent_at")).isBeforeOrEqualTo(row.time("received_at"));
        assertThat(row.time("received_at")).isBefore(Instant.now());
        assertThat(row.time("occurred_at"))
                .isEqualTo(row.time("received_at")
                        .minus(Duration.between(row.time("client_created_at"), row.time("client_sent_at"))));
        JsonNode context = row.json("context");
        assertThat(context.at("/entities/com.acme~1product"))
                .isEqualTo(JSON.readTree(
                        "[{\"version\":\"1-2-3\",\"data\":{\"sku\":\"ä1\",\"price\":12.5,\"tags\":[\"a\",null]}}]"));
        assertThat(context.at("/entities/com.snowplowanalytics.snowplow~1client_session/0/data/sessionId")
                        .asString())
                .isEqualTo(row.text("session_id"));
        assertThat(context.at("/entities/com.snowplowanalytics.snowplow~1browser_context/0/data/viewport")
                        .asString())
                .isEqualTo(stage.browser().evaluate("innerWidth + 'x' + innerHeight"));
        assertThat(context.at("/fields"))
                .isEqualTo(JSON.readTree("{\"cd\":\"%s\",\"cookie\":\"1\",\"cs\":\"UTF-8\",\"ds\":\"%s\"}"
                        .formatted(
                                stage.browser().evaluate("String(screen.colorDepth)"),
                                context.at(
                                                "/entities/com.snowplowanalytics.snowplow~1browser_context/0/data/documentSize")
                                        .asString())));

        var looked = new HashSet<>(expected.keySet());
        looked.addAll(NOT_OF_THE_TRACKER);
        looked.addAll(Set.of("event_id", "page_view_id", "session_id", "context"));
        looked.addAll(Set.of("client_created_at", "client_sent_at", "received_at", "occurred_at"));
        assertThat(looked).isEqualTo(row.cells().keySet());
    }

    @Test
    void pagePings_sayHowFarSomebodyRead() throws Exception {
        URI page = open("ping", "/long", "{}");
        stage.browser().evaluate("sp.enableActivityTracking({ minimumVisitLength: 1, heartbeatDelay: 1 })");
        stage.browser().evaluate("sp.trackPageView()");
        // Somebody who moves the mouse now and then: without it the tracker sends no ping.
        stage.browser()
                .evaluate(
                        "globalThis.reader = setInterval(() => document.dispatchEvent(new MouseEvent('mousemove')), 100),"
                                + " ''");
        awaitAnswers(2);
        stage.browser().evaluate("scrollTo(120, 700)");
        stage.browser().waitFor("scrollX === 120 && scrollY === 700");
        String scrolled = stage.browser().evaluate("String(answers.length)");
        awaitAnswers(Integer.parseInt(scrolled) + 2);
        stage.browser().evaluate("sp.disableActivityTracking()");
        awaitEmptyQueue();

        EventRow view = rows("page_views", "ping", 1).getFirst();
        List<EventRow> pings = rows("events", "ping", posted().size() - 1);
        assertThat(pings)
                .allSatisfy(ping -> assertThat(ping.cells())
                        .containsEntry("event_type", "page_ping")
                        .containsEntry("page_url", page.toString())
                        .containsEntry("page_title", "Untitled")
                        .containsEntry("page_view_id", view.text("page_view_id"))
                        .containsEntry("visitor_id", view.text("visitor_id"))
                        .containsEntry("session_id", view.text("session_id")));
        // The tracker leaves zeros out.
        assertThat(pings.getFirst().cells())
                .containsEntry("ping_min_x", "0")
                .containsEntry("ping_max_x", "0")
                .containsEntry("ping_min_y", "0")
                .containsEntry("ping_max_y", "0");
        assertThat(pings.stream()
                        .filter(ping -> ping.text("ping_max_y").equals("700"))
                        .findFirst()
                        .orElseThrow()
                        .cells())
                .containsEntry("ping_min_x", "0")
                .containsEntry("ping_max_x", "120")
                .containsEntry("ping_min_y", "0");
    }

    /** Waits until the tracker was told 200 this often, and nothing else. */
    private static void awaitAnswers(int atLeast) throws Exception {
        stage.browser().waitFor("answers.length >= " + atLeast);
        assertThat(stage.browser().evaluate("[...new Set(answers)].join()")).isEqualTo("200");
    }

    /** Waits until the tracker has nothing left to send. */
    private static void awaitEmptyQueue() {
        stage.browser().waitFor("localStorage.getItem('snowplowOutQueue_sp') === '[]'");
    }

    /** All events that this page has posted. */
    private static List<SentEvent> posted() throws Exception {
        var sent = new ArrayList<SentEvent>();
        for (NetworkLog.Sent request : stage.browser().network().sent("POST", stage.collector())) {
            sent.addAll(SentEvent.posted(stage.browser().bodyOf(request)));
        }
        return sent;
    }

    private static final String STRUCT = "sp.trackStructEvent({ category: 'cart', action: 'add', label: 'Boot „Ä“',"
            + " property: 'a,b;\"c\"\\n=d', value: 1234.5 })";

    private static final String SELF_DESCRIBING =
            "sp.trackSelfDescribingEvent({ event: { schema: 'iglu:com.acme.shop/checkout_step/jsonschema/2-0-1',"
                    + " data: { step: 3, 'größe': 'ü', nested: { deep: [true, null] } } },"
                    + " context: [{ schema: 'iglu:com.acme/product/jsonschema/1-0-0', data: { sku: 'a' } },"
                    + " { schema: 'iglu:com.acme/product/jsonschema/1-0-0', data: { sku: 'b' } }] })";

    private static void assertStruct(EventRow row) {
        assertThat(row.cells())
                .containsEntry("event_type", "struct")
                .containsEntry("category", "cart")
                .containsEntry("action", "add")
                .containsEntry("label", "Boot „Ä“")
                .containsEntry("property", "a,b;\"c\"\n=d")
                .containsEntry("schema_name", "null")
                .containsEntry("ping_max_y", "null");
        assertThat(Double.parseDouble(row.text("value"))).isEqualTo(1234.5);
    }

    private static void assertSelfDescribing(EventRow row) {
        assertThat(row.cells())
                .containsEntry("event_type", "unstruct")
                .containsEntry("schema_vendor", "com.acme.shop")
                .containsEntry("schema_name", "checkout_step")
                .containsEntry("schema_version", "2-0-1")
                .containsEntry("category", "null");
        assertThat(row.json("data"))
                .isEqualTo(JSON.readTree("{\"step\":3,\"größe\":\"ü\",\"nested\":{\"deep\":[true,null]}}"));
        assertThat(row.json("context").at("/entities/com.acme~1product"))
                .isEqualTo(
                        JSON.readTree(
                                "[{\"version\":\"1-0-0\",\"data\":{\"sku\":\"a\"}},{\"version\":\"1-0-0\",\"data\":{\"sku\":\"b\"}}]"));
    }

    @Test
    void otherEvents_areRowsOfEvents() throws Exception {
        open("others", "/", "{}");
        stage.browser().evaluate(STRUCT);
        awaitAnswers(1);
        stage.browser().evaluate(SELF_DESCRIBING);
        List<EventRow> rows = rows("events", "others", 2);
        assertStruct(rows.getFirst());
        assertSelfDescribing(rows.getLast());
        assertThat(rows)
                .extracting(row -> row.text("visitor_id"), row -> row.text("page_host"))
                .containsOnly(tuple(visitorId(), "others.localhost"));
    }

    @Test
    void byGet_theSameRows() throws Exception {
        String title = "Größe 9½ & mehr – 日本 \uD83C\uDF0A +%26";
        stage.site().title("/get", title);
        URI page = open("get", "/get?a=1&b=%26#x", "{ eventMethod: 'get' }");
        stage.browser().evaluate("sp.trackPageView()");
        awaitAnswers(1);
        stage.browser().evaluate(STRUCT);
        awaitAnswers(2);
        stage.browser().evaluate(SELF_DESCRIBING);
        EventRow view = rows("page_views", "get", 1).getFirst();
        assertThat(view.cells())
                .containsEntry("page_title", title)
                .containsEntry("page_url", page.toString())
                .containsEntry("visitor_id", visitorId());
        assertThat(view.text("page_view_id")).matches(UUID);
        List<EventRow> events = rows("events", "get", 2);
        assertStruct(events.getFirst());
        assertSelfDescribing(events.getLast());
        assertThat(stage.browser().network().sent("GET", stage.collector() + "/i?"))
                .hasSize(3)
                .allMatch(request -> request.url().contains("&cx="));
    }

    @Test
    void anonymous_leavesNoTrace() throws Exception {
        open("known", "/", "{}");
        stage.browser().evaluate("sp.trackPageView()");
        awaitAnswers(1);
        assertThat(networkCookie().isMissingNode()).isFalse();
        String sessions = "contexts: { webPage: true, session: true, browser: true }";
        String options = "{ anonymousTracking: { withServerAnonymisation: true }, %s }".formatted(sessions);
        open("anonymous", "/secret", options);
        stage.browser().evaluate("sp.setUserId('somebody')");
        stage.browser().evaluate("sp.trackPageView()");
        awaitAnswers(1);
        stage.browser().evaluate(STRUCT);
        awaitAnswers(2);
        assertThat(networkCookie().isMissingNode())
                .as("the cookie that was there is taken away")
                .isTrue();
        assertThat(stage.browser().evaluate("document.cookie")).isEmpty();

        var rows = new ArrayList<EventRow>(rows("page_views", "anonymous", 1));
        rows.addAll(rows("events", "anonymous", 1));
        assertThat(rows).allSatisfy(row -> {
            assertAnonymous(row);
            assertThat(row.text("page_host")).isEqualTo("anonymous.localhost");
            assertThat(row.text("context")).doesNotContain("client_session", "userId");
        });
    }

    private static void assertAnonymous(EventRow row) {
        assertThat(row.cells())
                .containsEntry("is_anonymous", "t")
                .containsEntry("visitor_id", "null")
                .containsEntry("network_id", "null")
                .containsEntry("user_id", "null")
                .containsEntry("session_id", "null")
                .containsEntry("session_index", "null")
                .containsEntry("ip_address", "null");
    }

    @Test
    void anonymousByGet_leavesNoTrace() throws Exception {
        open("anonymous-get", "/", "{ eventMethod: 'get', anonymousTracking: { withServerAnonymisation: true } }");
        stage.browser().evaluate("sp.trackPageView()");
        awaitAnswers(1);
        assertThat(networkCookie().isMissingNode()).isTrue();
        assertAnonymous(rows("page_views", "anonymous-get", 1).getFirst());
    }

    /** The collector's cookie as the browser keeps it; missing when it keeps none. */
    private static JsonNode networkCookie() throws Exception {
        return networkCookie(stage.collector());
    }

    private static JsonNode networkCookie(String address) throws Exception {
        JsonNode cookies = stage.browser()
                .call("Network.getCookies", Map.of("urls", List.of(address)))
                .path("cookies");
        return cookies.valueStream()
                .filter(cookie -> cookie.path("name").asString().equals("sp"))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    @Test
    void cookie_isKeptForPagesOfOtherSites() throws Exception {
        open("cookie", "/one", "{}");
        stage.browser().evaluate("sp.trackPageView()");
        awaitAnswers(1);
        JsonNode cookie = networkCookie();
        assertThat(cookie.path("name").asString()).isEqualTo("sp");
        assertThat(cookie.path("value").asString()).matches(UUID);
        assertThat(cookie.path("domain").asString()).isEqualTo("collector.localhost");
        assertThat(cookie.path("path").asString()).isEqualTo("/");
        assertThat(cookie.path("secure").asBoolean()).isTrue();
        assertThat(cookie.path("httpOnly").asBoolean()).isTrue();
        assertThat(cookie.path("sameSite").asString()).isEqualTo("None");
        assertThat(Duration.between(
                        Instant.now(),
                        Instant.ofEpochSecond(cookie.path("expires").asLong())))
                .isBetween(Duration.ofDays(365).minusMinutes(5), Duration.ofDays(365));

        // Another site, the same visitor.
        stage.browser().open(stage.site().page("cookie-too.localhost", "/two"));
        start("cookie", "{}");
        stage.browser().evaluate("sp.trackPageView()");
        awaitAnswers(1);
        assertThat(rows("page_views", "cookie", 2))
                .extracting(row -> row.text("network_id"))
                .containsOnly(cookie.path("value").asString());
        assertThat(networkCookie().path("value")).isEqualTo(cookie.path("value"));
    }

    @Test
    void cookieOfAConfiguredDomain_isForAllItsHosts() throws Exception {
        String ours = "http://collector.shop.localhost:" + stage.line().ports().ingest();
        stage.browser().open(stage.site().page("www.shop.localhost", "/"));
        stage.browser().evaluate("track('" + ours + "', 'domain', {})");
        stage.browser().evaluate("sp.trackPageView()");
        awaitAnswers(1);
        JsonNode cookie = networkCookie(ours);
        assertThat(cookie.path("domain").asString()).isEqualTo(".shop.localhost");
        assertThat(rows("page_views", "domain", 1).getFirst().cells())
                .containsEntry("network_id", cookie.path("value").asString());
    }

    @Test
    void preflight_isAnsweredAsTheBrowserDemands() throws Exception {
        URI page = open("preflight", "/", "{ customHeaders: { 'X-Shop': '1' } }");
        String origin = "http://" + page.getAuthority();
        stage.browser().evaluate("sp.trackPageView()");
        awaitAnswers(1);
        rows("page_views", "preflight", 1);
        NetworkLog.Sent preflight =
                stage.browser().network().sent("OPTIONS", stage.collector()).getFirst();
        Awaitility.await("the answer to the preflight")
                .until(() -> !stage.browser().network().answerTo(preflight).isMissingNode());
        JsonNode headers = stage.browser().network().answerTo(preflight).path("headers");
        assertThat(headers.path("Access-Control-Allow-Origin").asString()).isEqualTo(origin);
        assertThat(headers.path("Access-Control-Allow-Credentials").asString()).isEqualTo("true");
        assertThat(headers.path("Access-Control-Allow-Headers").asString()).contains("Content-Type", "X-Shop");
        assertThat(headers.path("Vary").asString()).isEqualTo("Origin");

        // What is not allowed does not get past the browser: the answers above are not for show.
        assertThatThrownBy(() -> stage.browser()
                        .evaluate("fetch('" + stage.collector()
                                + "/com.snowplowanalytics.snowplow/tp2', { method: 'POST', credentials: 'include',"
                                + " headers: { 'X-Other': '1' }, body: 'x' }).then(r => String(r.status))"))
                .hasMessageContaining("Failed to fetch");
    }

    @Test
    void wishForPrivacy_isHonoured_thoughTheTrackerKnowsTheVisitor() throws Exception {
        open("signal", "/", "{ contexts: { webPage: true, session: true, browser: true } }");
        stage.browser().evaluate("sp.setUserId('somebody')");
        stage.browser().call("Network.setExtraHTTPHeaders", Map.of("headers", Map.of("Sec-GPC", "1")));
        stage.browser().evaluate("sp.trackPageView()");
        awaitAnswers(1);
        stage.browser().call("Network.setExtraHTTPHeaders", Map.of("headers", Map.of("DNT", "1")));
        stage.browser().evaluate("sp.trackPageView()");
        awaitAnswers(2);
        assertThat(networkCookie().isMissingNode()).isTrue();
        List<EventRow> rows = rows("page_views", "signal", 2);
        assertThat(rows).extracting(row -> row.text("privacy_signal")).containsExactly("gpc", "dnt");
        String visitor = visitorId();
        assertThat(rows).allSatisfy(row -> {
            assertAnonymous(row);
            assertThat(row.text("context")).doesNotContain(visitor, "sessionId", "userId", "tabId");
        });
    }

    @Test
    void whateverIsSent_isInItsColumnOrInContext() throws Exception {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        System.out.println("whateverIsSent_isInItsColumnOrInContext: -Dsluice.seed=" + seed);
        var random = new RandomEvents(new Random(seed));
        String options = "contexts: { webPage: true, session: true, browser: true }";
        open("wire", "/", "{ " + options + " }");
        for (int i = 0; i < 20; i++) {
            stage.browser().evaluate(random.next());
        }
        awaitAnswers(1);
        awaitEmptyQueue();
        List<SentEvent> sent = posted();
        open("wire", "/by-get", "{ eventMethod: 'get', " + options + " }");
        for (int i = 0; i < 20; i++) {
            stage.browser().evaluate(random.next());
        }
        awaitAnswers(20);

        stage.browser()
                .network()
                .sent("GET", stage.collector())
                .forEach(request -> sent.add(SentEvent.gotten(request.url())));
        assertThat(sent).hasSize(40);
        int views = (int) sent.stream().filter(SentEvent::isPageView).count();
        var rows = new HashMap<String, EventRow>();
        rows("page_views", "wire", views).forEach(row -> rows.put(row.text("event_id"), row));
        rows("events", "wire", 40 - views).forEach(row -> rows.put(row.text("event_id"), row));
        for (SentEvent event : sent) {
            EventRow row = rows.get(event.id());
            assertThat(row).as("%s", event).isNotNull();
            event.assertIsIn(Objects.requireNonNull(row));
        }
    }
}
