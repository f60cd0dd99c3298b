package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The status matrix of the tracker protocol, against the real application. */
@Timeout(120)
class CollectorIT {
    private static final String ORIGIN = "https://shop.example.com";
    private static final String NONE = "00000000-0000-0000-0000-000000000000";

    private static RunningCollector collector;

    @BeforeAll
    static void start() {
        collector = new RunningCollector(
                "--sluice.ingest.opt-out-cookie=nope",
                "--sluice.ingest.aliases=/collect/events",
                "--sluice.ingest.cookie.domains=example.com");
    }

    @AfterAll
    static void stop() {
        collector.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/i", "/ice.png", RunningCollector.TRACKER, "/collect/events"})
    void get_isAPixel_andAHit(String path) throws Exception {
        String mark = "get" + path.hashCode();
        HttpResponse<byte[]> answer = collector.get(path + "?e=pv&mark=" + mark);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("image/gif");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-cache, no-store, must-revalidate");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("Server")).isEmpty();
        assertThat(answer.body()).hasSize(43).startsWith("GIF89a".getBytes(StandardCharsets.US_ASCII));
        RawHit hit = hit(h -> h.query().contains(mark));
        assertThat(hit.method()).isEqualTo(RawHit.Method.GET);
        assertThat(hit.path()).isEqualTo(path);
        assertThat(hit.body()).isEmpty();
        assertThat(hit.visitor().ip()).isEqualTo("127.0.0.1");
    }

    @Test
    void head_answersAsGetWithoutABody_andIsAHit() throws Exception {
        var answer = collector.request("HEAD", "/i?mark=head", HttpRequest.BodyPublishers.noBody());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Length")).hasValue("43");
        assertThat(answer.body()).isEmpty();
        assertThat(hit(h -> h.query().equals("mark=head")).method()).isEqualTo(RawHit.Method.HEAD);
    }

    @Test
    void post_isOk_andKeepsBodyAndHeaders() throws Exception {
        String body = "{\"mark\":\"post NUL \0 emoji \uD83D\uDE00\"}";
        var answer = collector.post(
                body,
                "Content-Type",
                "application/json; charset=UTF-8",
                "User-Agent",
                "test agent",
                "Referer",
                "https://shop.example.com/p/1",
                "Accept-Language",
                "de",
                "Sec-CH-UA-Mobile",
                "?0",
                "Cookie",
                "secret=1",
                "X-Forwarded-For",
                "6.6.6.6, 198.51.100.7",
                "DNT",
                "0");
        assertOk(answer);
        RawHit hit = hit(h -> new String(h.body(), StandardCharsets.UTF_8).equals(body));
        assertThat(hit.visitor().ip()).isEqualTo("198.51.100.7");
        assertThat(hit.visitor().privacySignal()).isEqualTo(PrivacySignal.NONE);
        assertThat(hit.headers())
                .containsOnlyKeys(
                        "accept-language", "content-type", "dnt", "host", "referer", "sec-ch-ua-mobile", "user-agent")
                .containsEntry("user-agent", "test agent");
    }

    /** Never any row, but never anybody's fault either: it becomes a bad row. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "[]",
                "{\"schema\":\"iglu:wrong\"}",
                "\0\0\0",
                "{\"data\":[{\"e\":\"\uD83D\uDE00\"}]}"
            })
    void post_ofAnything_isAccepted(String body) throws Exception {
        assertOk(collector.post(body, "Content-Type", "text/plain"));
        assertOk(collector.post(body, "Content-Type", "application/x-www-form-urlencoded"));
        assertOk(collector.post(body, "Content-Type", "multipart/form-data; boundary=x"));
        assertOk(collector.post(body));
    }

    @Test
    void cors_echoesTheOrigin_onEveryAnswerToATracker() throws Exception {
        var big = HttpRequest.BodyPublishers.ofByteArray(new byte[1_000_001]);
        var answers = List.of(
                collector.get("/i", "Origin", ORIGIN),
                collector.post("{}", "Origin", ORIGIN),
                collector.request("POST", RunningCollector.TRACKER, big, "Origin", ORIGIN),
                collector.request("DELETE", "/i", HttpRequest.BodyPublishers.noBody(), "Origin", ORIGIN));
        assertThat(answers).extracting(HttpResponse::statusCode).containsExactly(200, 200, 422, 405);
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .hasValue(ORIGIN);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials"))
                    .hasValue("true");
            assertThat(answer.headers().firstValue("Vary")).hasValue("Origin");
        });
        var stranger = collector.get("/i").headers();
        assertThat(stranger.firstValue("Access-Control-Allow-Origin")).hasValue("*");
        assertThat(stranger.firstValue("Access-Control-Allow-Credentials")).isEmpty();
    }

    @Test
    void preflight_allowsWhatTheTrackerSends() throws Exception {
        var answer = collector.request(
                "OPTIONS",
                RunningCollector.TRACKER,
                HttpRequest.BodyPublishers.noBody(),
                "Origin",
                ORIGIN,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "content-type,sp-anonymous");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue(ORIGIN);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials"))
                .hasValue("true");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Headers")).hasValue("Content-Type, SP-Anonymous");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Methods")).hasValue("GET, POST, HEAD");
        assertThat(answer.headers().firstValue("Access-Control-Max-Age")).hasValue("3600");
    }

    @Test
    void cookie_isSetAndComesBack() throws Exception {
        var first = collector.post("{\"mark\":\"cookie-1\"}", "Origin", ORIGIN);
        String cookie = first.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie)
                .matches("sp=[0-9a-f-]{36}; Max-Age=31536000; Path=/; Domain=example.com; HttpOnly; SameSite=Lax");
        String pair = cookie.substring(0, cookie.indexOf(';'));
        var second = collector.post("{\"mark\":\"cookie-2\"}", "Cookie", "x=1; " + pair + "; broken\"=");
        assertThat(second.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith(pair + ";")
                .doesNotContain("Domain");
        assertThat(hitOf("cookie-1").visitor().networkId())
                .isEqualTo(hitOf("cookie-2").visitor().networkId())
                .isEqualTo(pair.substring(3));
        collector.get("/i?mark=cookie-3&nuid=wanted", "Cookie", pair);
        assertThat(hit(h -> h.query().contains("cookie-3")).visitor().networkId())
                .isEqualTo("wanted");
    }

    @Test
    void anonymous_isNobody_andLosesTheCookie() throws Exception {
        var answer = collector.post(
                "{\"mark\":\"anon-1\"}", "SP-Anonymous", "*", "Cookie", "sp=abc", "X-Forwarded-For", "198.51.100.7");
        assertOk(answer);
        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow()).startsWith("sp=; Max-Age=0;");
        assertThat(hitOf("anon-1").visitor()).isEqualTo(new RawHit.Visitor("", NONE, true, PrivacySignal.NONE));
        assertThat(collector
                        .post("{\"mark\":\"anon-2\"}", "SP-Anonymous", "*")
                        .headers()
                        .map())
                .doesNotContainKey("set-cookie");
    }

    /** By default a signal takes the visitor out of the visit. */
    @ParameterizedTest
    @CsvSource({"DNT, DNT", "Sec-GPC, GPC"})
    void aPrivacySignal_isHonoured(String header, PrivacySignal signal) throws Exception {
        String mark = "signal-" + signal;
        var anonymous = collector
                .meters()
                .get("sluice.ingest.anonymous")
                .tag("reason", signal.columnValue())
                .counter();
        double before = anonymous.count();
        var answer = collector.post(
                "{\"mark\":\"" + mark + "\"}",
                header,
                "1",
                "Cookie",
                "sp=abc",
                "X-Forwarded-For",
                "198.51.100.7",
                "User-Agent",
                "kept");
        assertOk(answer);
        assertThat(answer.headers().allValues("Set-Cookie"))
                .singleElement(as(STRING))
                .startsWith("sp=; Max-Age=0;");
        RawHit hit = hitOf(mark);
        assertThat(hit.visitor()).isEqualTo(new RawHit.Visitor("", NONE, true, signal));
        assertThat(hit.header("user-agent")).isEqualTo("kept");
        assertThat(anonymous.count()).isEqualTo(before + 1);
        assertThat(collector.get("/i?mark=x", header, "1").headers().map()).doesNotContainKey("set-cookie");
    }

    @Test
    void optOut_isOk_andKeepsNothing() throws Exception {
        double before = collector.requests("opted_out");
        var post = collector.post("{\"mark\":\"opted-out\"}", "Cookie", "nope=1");
        assertOk(post);
        assertThat(post.headers().map()).doesNotContainKey("set-cookie");
        assertThat(collector.get("/i?mark=opted-out", "Cookie", "nope=1").body())
                .hasSize(43);
        assertOk(collector.post("{\"mark\":\"after-opt-out\"}"));
        hitOf("after-opt-out");
        assertThat(collector.hits()).noneMatch(h -> h.query().contains("opted-out") || text(h).contains("\"opted-out"));
        assertThat(collector.requests("opted_out")).isEqualTo(before + 2);
    }

    @Test
    void body_isTakenUpToTheLimit_announcedOrNot() throws Exception {
        byte[] most = new byte[1_000_000];
        new Random(1).nextBytes(most);
        assertOk(post(HttpRequest.BodyPublishers.ofByteArray(most)));
        assertOk(post(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(most))));
        await().untilAsserted(() -> assertThat(collector.hits().stream().filter(h -> h.body().length == most.length))
                .hasSize(2)
                .allSatisfy(h -> assertThat(h.body()).isEqualTo(most)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000_001, 2_000_000, 3_500_000})
    void body_aboveTheLimit_isRefusedForGood(int size) throws Exception {
        byte[] bytes = new byte[size];
        for (var publisher : List.of(
                HttpRequest.BodyPublishers.ofByteArray(bytes),
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))) {
            var answer = post(publisher);
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("the request is too large\n");
        }
        assertOk(collector.post("{}"));
    }

    @Test
    void body_inGzip_isKeptInflated() throws Exception {
        for (String coding : List.of("gzip", "x-gzip")) {
            String body = "{\"mark\":\"" + coding + "\",\"pad\":\"" + "x".repeat(50_000) + "\"}";
            assertOk(postGzip(gzip(body.getBytes(StandardCharsets.UTF_8)), coding));
            RawHit hit = hitOf(coding);
            assertThat(text(hit)).isEqualTo(body);
            assertThat(hit.headers()).doesNotContainKey("content-encoding");
        }
    }

    @Test
    void body_inGzip_thatIsNone_orABomb_orOfAnotherCoding_isRefusedForGood() throws Exception {
        byte[] bomb = gzip(new byte[10_000_000]);
        assertThat(postGzip(bomb, "gzip").statusCode()).isEqualTo(422);
        assertThat(collector.requestsBecauseOf("bomb")).isPositive();
        byte[] cut = Arrays.copyOf(gzip("{}".getBytes(StandardCharsets.UTF_8)), 12);
        assertThat(postGzip(cut, "gzip").statusCode()).isEqualTo(400);
        assertThat(collector.post("x", "Content-Encoding", "gzip").statusCode()).isEqualTo(400);
        assertThat(collector.post("x", "Content-Encoding", "br").statusCode()).isEqualTo(415);
        assertOk(collector.post("x", "Content-Encoding", "identity"));
    }

    private static HttpResponse<byte[]> postGzip(byte[] body, String coding) throws Exception {
        return collector.request(
                "POST",
                RunningCollector.TRACKER,
                HttpRequest.BodyPublishers.ofByteArray(body),
                "Content-Type",
                "application/json",
                "Content-Encoding",
                coding);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void body_thatBreaksOff_isNotAHit() throws Exception {
        double before = collector.requestsBecauseOf("body_broken");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), collector.port())) {
            socket.getOutputStream().write(head("POST " + RunningCollector.TRACKER, "Content-Length: 100", "half"));
        }
        await().untilAsserted(() ->
                assertThat(collector.requestsBecauseOf("body_broken")).isEqualTo(before + 1));
        assertThat(collector.raw(new String(
                        head("POST " + RunningCollector.TRACKER, "Transfer-Encoding: chunked", "zz\r\nno\r\n"),
                        StandardCharsets.ISO_8859_1)))
                .startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/i/",
                "//i",
                "/I",
                "/x",
                "/i/x",
                "/%69",
                "/com.snowplowanalytics.snowplow/tp1",
                "/actuator",
                "/actuator/health",
                "/actuator/prometheus",
                "/error",
                "/index.html"
            })
    void unknownPaths_are404_withoutAWord(String path) throws Exception {
        assertThat(collector.get(path).statusCode()).isEqualTo(404);
        assertThat(collector.get(path).body()).isEmpty();
        assertThat(collector
                        .request("POST", path, HttpRequest.BodyPublishers.ofString("{}"))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void methods_thatAreNotTheProtocols_are405() throws Exception {
        for (String method : List.of("PUT", "DELETE", "PATCH", "PROPFIND")) {
            var answer = collector.request(method, "/i", HttpRequest.BodyPublishers.ofString("x"));
            assertThat(answer.statusCode()).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
            assertThat(answer.body()).isEmpty();
        }
        assertThat(collector
                        .request("POST", "/i", HttpRequest.BodyPublishers.ofString("x"))
                        .statusCode())
                .isEqualTo(405);
        assertThat(collector.raw("TRACE /i HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ");
    }

    @Test
    void asides_areAnswered() throws Exception {
        assertThat(new String(collector.get("/health").body(), StandardCharsets.UTF_8))
                .isEqualTo("ok");
        assertThat(new String(collector.get("/robots.txt").body(), StandardCharsets.UTF_8))
                .isEqualTo("User-agent: *\nDisallow: /\n");
        assertThat(collector.get("/favicon.ico").statusCode()).isEqualTo(204);
        assertThat(collector
                        .request("POST", "/health", HttpRequest.BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(405);
    }

    @Test
    void management_hasHealthAndMetrics_andNothingElse() throws Exception {
        String base = "http://127.0.0.1:" + collector.managementPort() + "/actuator/";
        var health = collector.send(HttpRequest.newBuilder(URI.create(base + "health")));
        assertThat(health.statusCode()).isEqualTo(200);
        var prometheus = collector.send(HttpRequest.newBuilder(URI.create(base + "prometheus")));
        assertThat(new String(prometheus.body(), StandardCharsets.UTF_8))
                .contains("sluice_ingest_accepted_hits_total", "sluice_ingest_requests_total{")
                .contains("sluice_kinesis_put_records_total{", "sluice_ingest_journal_bytes");
        for (String other : List.of("env", "heapdump", "loggers", "beans", "threaddump", "shutdown", "info")) {
            assertThat(collector
                            .send(HttpRequest.newBuilder(URI.create(base + other)))
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void query_isTakenWithTheRawCharactersOfRealPixels() throws IOException {
        String query = "mark=relaxed&p=\"<>[\\]^`{|}&broken=%zz%&half=%C3&nul=%00&emoji=%F0%9F%98%80";
        assertThat(collector.raw("GET /i?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(hit(h -> h.query().startsWith("mark=relaxed")).query()).isEqualTo(query);
    }

    @Test
    void headers_inUtf8_survive() throws IOException {
        String utf8 = new String(
                "Gr\u00F6\u00DFe \uD83D\uDE00".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(collector.raw("GET /i?mark=utf8 HTTP/1.1\r\nHost: x\r\nUser-Agent: " + utf8
                        + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(hit(h -> h.query().equals("mark=utf8")).header("user-agent"))
                .isEqualTo("Gr\u00F6\u00DFe \uD83D\uDE00");
    }

    /** Nothing that a stranger can send is our fault, and no answer says what server this is. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /i?a=\0 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /i?a=\u00F0\u009F\u0098\u0080 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /i?a=b c HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /i?a=b HTTP/9.9\r\nHost: x\r\n\r\n",
                "GET /i?a=b HTTP/1.1\r\n\r\n",
                "GET /i?a=b HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /..%2f..%2fetc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
                "G\0T /i HTTP/1.1\r\nHost: x\r\n\r\n",
                "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\r\n\r\n",
                "POST /i HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST /i HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "POST /i HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: bogus\r\n\r\n",
                "GET /i HTTP/1.1\r\nHost: x\r\nX: a\0b\r\nConnection: close\r\n\r\n",
            })
    void rubbish_isRefusedWithoutA5xxOrAWordAboutTheServer(String request) throws IOException {
        String answer = collector.raw(request);
        assertThat(answer).startsWith("HTTP/1.1 4");
        assertThat(answer.toLowerCase(Locale.ROOT)).doesNotContain("tomcat", "apache", "exception", "<html");
    }

    @Test
    void requestLine_orHeaders_tooLong_areRefused() throws Exception {
        assertThat(collector.get("/i?a=" + "x".repeat(8_150)).statusCode()).isEqualTo(200);
        var long1 = collector.get("/i?a=" + "x".repeat(8_200));
        assertThat(long1.statusCode()).isEqualTo(400);
        assertThat(new String(long1.body(), StandardCharsets.UTF_8)).isEqualTo("the address is too long\n");
        String tooLong = collector.raw("GET /i?" + "x".repeat(40_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(tooLong).startsWith("HTTP/1.1 4").doesNotContain("<");
        var headers = collector.get("/i", "X-Large", "x".repeat(17_000));
        assertThat(headers.statusCode()).isIn(400, 431);
        assertThat(headers.body()).isEmpty();
    }

    private static byte[] head(String line, String header, String body) {
        return (line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static HttpResponse<byte[]> post(HttpRequest.BodyPublisher body) throws Exception {
        return collector.request("POST", RunningCollector.TRACKER, body, "Content-Type", "application/json");
    }

    private static void assertOk(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("ok");
    }

    private static RawHit hitOf(String mark) {
        return hit(h -> text(h).contains("\"" + mark + "\""));
    }

    private static String text(RawHit hit) {
        return new String(hit.body(), StandardCharsets.UTF_8);
    }

    /** Waits for the one hit in the stream that is meant. */
    private static RawHit hit(Predicate<RawHit> meant) {
        await().untilAsserted(() ->
                assertThat(collector.hits().stream().filter(meant)).hasSize(1));
        return collector.hits().stream().filter(meant).findFirst().orElseThrow();
    }
}
