package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A collector with every guard switched on: what each request is answered by, and counted as. */
@Timeout(120)
class GuardedCollectorIT {
    private static final String SHOP = "https://shop.example.com";

    private static RunningCollector collector;

    @BeforeAll
    static void start() {
        collector = new RunningCollector(
                "--sluice.ingest.origins=https://shop.example.com,https://*.example.net",
                "--sluice.ingest.site-ids=shop",
                "--sluice.ingest.opt-out-cookie=nope",
                "--sluice.ingest.privacy.dnt=refuse",
                "--sluice.ingest.privacy.gpc=ignore",
                "--sluice.ingest.redirect.enabled=true",
                "--sluice.ingest.redirect.domains=example.com",
                "--sluice.ingest.rate-limit.enabled=true",
                "--sluice.ingest.rate-limit.per-second=1",
                "--sluice.ingest.rate-limit.burst=1000",
                "--sluice.ingest.cookie.readable-name=seen",
                "--sluice.ingest.max-parameters=10",
                "--sluice.ingest.header-timeout=1s",
                "--sluice.ingest.script.path=/js/t.js",
                "--sluice.ingest.aliases=/ours",
                "--sluice.ingest.record-head=false");
    }

    @AfterAll
    static void stop() {
        collector.close();
    }

    /** Each line is one request and all that became of it. {@code ~} stands for nothing, {@code *} for anything. */
    @ParameterizedTest(name = "{0} {1} {2} {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # method | path and query | headers | body | status | outcome | reason | Access-Control-Allow-Origin
            GET     | /i?e=pv&aid=shop                  | ~ | ~ | 200 | accepted | none | *
            GET     | /ice.png?aid=shop                 | Origin: https://shop.example.com | ~ | 200 | accepted | none | https://shop.example.com
            GET     | /i?aid=shop                       | Origin: https://a.b.example.net  | ~ | 200 | accepted | none | https://a.b.example.net
            GET     | /i?aid=shop                       | Origin: https://evil.example     | ~ | 403 | refused  | origin | ~
            GET     | /i?aid=shop                       | Origin: null                     | ~ | 403 | refused  | origin | ~
            OPTIONS | /ours                             | Origin: https://shop.example.com | ~ | 200 | other    | preflight | https://shop.example.com
            OPTIONS | /ours                             | Origin: https://evil.example     | ~ | 403 | refused  | origin | ~
            POST    | /ours                             | Origin: https://evil.example     | {} | 403 | refused | origin | ~
            GET     | /i?aid=blog                       | ~ | ~ | 403 | refused  | site | *
            GET     | /i?e=pv                           | ~ | ~ | 403 | refused  | site | *
            POST    | /ours                             | ~ | {"data":[{"aid":"shop"}]} | 200 | accepted | none | *
            POST    | /ours                             | ~ | {"data":[{"aid":"blog"},{"aid":"shop"}]} | 200 | accepted | none | *
            POST    | /ours                             | Origin: https://shop.example.com | {"data":[{"aid":"blog"}]} | 403 | refused | site | https://shop.example.com
            POST    | /ours?aid=shop                    | ~ | {"data":[{"aid":"blog"}]} | 200 | accepted | none | *
            POST    | /ours?aid=blog                    | ~ | {"data":[{"aid":"shop"}]} | 403 | refused | site | *
            POST    | /ours                             | ~ | not json | 200 | accepted | none | *
            POST    | /ours?e=pv                        | ~ | ~ | 403 | refused | site | *
            POST    | /com.snowplowanalytics.iglu/v1?schema=x&aid=shop | ~ | {} | 200 | accepted | none | *
            GET     | /com.snowplowanalytics.iglu/v1?schema=x&aid=shop | ~ | ~ | 200 | accepted | none | *
            POST    | /com.snowplowanalytics.iglu/v1?schema=x          | ~ | {"data":[{"aid":"shop"}]} | 403 | refused | site | *
            GET     | /i?aid=shop                       | DNT: 1     | ~ | 200 | opted_out | dnt | *
            POST    | /ours                             | DNT: 1     | {"data":[{"aid":"shop"}]} | 200 | opted_out | dnt | *
            GET     | /i?aid=shop                       | Sec-GPC: 1 | ~ | 200 | accepted  | none | *
            GET     | /i?aid=shop                       | Cookie: nope=1 | ~ | 200 | opted_out | cookie | *
            HEAD    | /i?aid=shop                       | ~ | ~ | 200 | other | head | *
            GET     | /i?aid=shop&a&a&a&a&a&a&a&a&a     | ~ | ~ | 200 | accepted | none | *
            GET     | /i?aid=shop&a&a&a&a&a&a&a&a&a&a   | ~ | ~ | 400 | refused | too_many_parameters | *
            POST    | /ours?a&a&a&a&a&a&a&a&a&a&a       | ~ | {} | 400 | refused | too_many_parameters | *
            GET     | /r/tp2?u=https%3A%2F%2Fwww.example.com%2F&aid=shop | ~ | ~ | 302 | accepted | none | ~
            GET     | /r/tp2?u=https%3A%2F%2Fexample.com&aid=blog | ~ | ~ | 302 | refused | site | ~
            GET     | /r/tp2?u=https%3A%2F%2Fexample.com&aid=shop | DNT: 1 | ~ | 302 | opted_out | dnt | ~
            HEAD    | /r/tp2?u=https%3A%2F%2Fexample.com&aid=shop | ~ | ~ | 302 | other | head | ~
            GET     | /r/tp2?u=%2F%2Fevil.example&aid=shop | ~ | ~ | 400 | refused | bad_target | ~
            GET     | /r/tp2?aid=shop                   | ~ | ~ | 400 | refused | bad_target | ~
            POST    | /r/tp2?u=https%3A%2F%2Fexample.com | ~ | {} | 405 | refused | method | ~
            GET     | /nothing                          | ~ | ~ | 404 | refused | unknown_path | ~
            GET     | /sp.js                            | ~ | ~ | 404 | refused | unknown_path | ~
            POST    | /health                           | ~ | {} | 405 | refused | method | ~
            GET     | /health                           | ~ | ~ | 200 | other | aside | ~
            GET     | /robots.txt                       | ~ | ~ | 200 | other | aside | ~
            PUT     | /ours                             | ~ | {} | 405 | refused | method | *
            POST    | /ours                             | Content-Encoding: br   | {} | 415 | refused | encoding | *
            POST    | /ours                             | Content-Encoding: gzip | {} | 400 | refused | body_broken | *
            """)
    void matrix(
            String method,
            String path,
            String header,
            String body,
            int status,
            String outcome,
            String reason,
            String allowOrigin)
            throws Exception {
        double all = collector.allRequests();
        double before = collector.requests(outcome, reason);
        var publisher =
                body.equals("~") ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        String[] headers = header.equals("~") ? new String[0] : header.split(": ", 2);
        HttpResponse<byte[]> answer = collector.request(method, path, publisher, headers);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                .isEqualTo(allowOrigin.equals("~") ? Optional.empty() : Optional.of(allowOrigin));
        if (!allowOrigin.equals("~") || reason.equals("origin")) {
            assertThat(answer.headers().firstValue("Vary")).hasValue("Origin");
        }
        assertThat(answer.headers().firstValue("Location").isPresent()).isEqualTo(status == 302);
        assertThat(answer.headers().map().containsKey("set-cookie")).isEqualTo(outcome.equals("accepted"));
        assertThat(collector.requests(outcome, reason)).isEqualTo(before + 1);
        assertThat(collector.allRequests()).isEqualTo(all + 1);
    }

    /** Whatever the server itself turns away is counted too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /i?a=\0 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /i HTTP/9.9\r\nHost: x\r\n\r\n",
                "GET /i HTTP/1.1\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "G\0T /i HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /i HTTP/1.1\r\nHost: x\r\nX: a\0b\r\nConnection: close\r\n\r\n",
                "POST /i HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            })
    void whatTheServerRefuses_isCounted(String request) throws IOException {
        double before = collector.requestsBecauseOf("malformed");
        assertThat(collector.raw(request)).startsWith("HTTP/1.1 4");
        await().untilAsserted(() ->
                assertThat(collector.requestsBecauseOf("malformed")).isEqualTo(before + 1));
    }

    @Test
    void tooManyHeaders_orTooLongOnes_areRefused_andCounted() throws IOException {
        double before = collector.requestsBecauseOf("malformed");
        assertThat(collector.raw("GET /health HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n".repeat(101) + "\r\n"))
                .startsWith("HTTP/1.1 4");
        assertThat(collector.raw("GET /health HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(17_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 4");
        assertThat(collector.raw("GET /health?" + "y".repeat(17_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 4");
        await().untilAsserted(() ->
                assertThat(collector.requestsBecauseOf("malformed")).isEqualTo(before + 3));
    }

    /** Each byte comes well within the server's own timeout, which begins anew with every one. */
    @ParameterizedTest
    @ValueSource(strings = {"GET /health?", "GET /health HTTP/1.1\r\nHost: x\r\nX: "})
    void headersThatDrip_areCutOff(String beginning) throws Exception {
        double before = collector.requestsBecauseOf("headers_slow");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), collector.port())) {
            socket.setSoTimeout(300);
            socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
            await().atMost(Duration.ofSeconds(30)).until(() -> isClosedAfterOneMore(socket));
        }
        assertThat(collector.requestsBecauseOf("headers_slow")).isEqualTo(before + 1);
    }

    private static boolean isClosedAfterOneMore(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** A connection that is kept may rest between requests for longer than headers may take. */
    @Test
    void aKeptConnection_isNotCutOff() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), collector.port())) {
            socket.setSoTimeout(20_000);
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream()
                        .write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                var answer = new StringBuilder();
                while (answer.indexOf("\r\n\r\nok") < 0) {
                    answer.append((char) socket.getInputStream().read());
                }
                Thread.sleep(1_200);
            }
        }
    }

    @Test
    void anAddressThatSendsTooMuch_isTold_andOthersAreNot() throws Exception {
        String mine = "198.51.100.7";
        var statuses = new ArrayList<Integer>();
        HttpResponse<byte[]> last;
        do {
            last = collector.get("/i?aid=shop", "X-Forwarded-For", mine);
            statuses.add(last.statusCode());
        } while (last.statusCode() == 200 && statuses.size() < 3_000);
        assertThat(statuses.size()).isGreaterThan(1_000);
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(collector.requestsBecauseOf("rate")).isPositive();
        // Nobody is an address too.
        assertThat(collector
                        .get("/i?aid=shop", "X-Forwarded-For", mine, "SP-Anonymous", "*")
                        .statusCode())
                .isEqualTo(429);
        assertThat(collector
                        .get("/r/tp2?u=https%3A%2F%2Fexample.com&aid=shop", "X-Forwarded-For", mine)
                        .statusCode())
                .isEqualTo(302);
        assertThat(collector
                        .get("/i?aid=shop", "X-Forwarded-For", "198.51.100.8")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aClick_isSentOn_andIsAHit() throws Exception {
        String target = "https://www.example.com/p?a=1#top";
        var answer = collector.get("/r/tp2?aid=shop&mark=click&u=https%3A%2F%2Fwww.example.com%2Fp%3Fa%3D1%23top");
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location")).hasValue(target);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.body()).isEmpty();
        await().untilAsserted(() -> assertThat(collector.hits()).anySatisfy(hit -> {
            assertThat(hit.path()).isEqualTo("/r/tp2");
            assertThat(hit.query()).contains("mark=click");
        }));
    }

    @Test
    void theScript_isWhereItIsConfigured_orNowhere() throws Exception {
        var script = collector.get("/js/t.js");
        assertThat(script.statusCode()).isIn(200, 404);
        boolean built = script.statusCode() == 200;
        assertThat(collector.get("/js/t-4.10.1.js").statusCode()).isEqualTo(built ? 200 : 404);
        if (built) {
            assertThat(script.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/javascript");
            assertThat(script.headers().firstValue("Cross-Origin-Resource-Policy"))
                    .hasValue("cross-origin");
            assertThat(script.headers().allValues("Vary")).containsExactly("Accept-Encoding");
            String tag = script.headers().firstValue("ETag").orElseThrow();
            assertThat(collector.get("/js/t.js", "If-None-Match", tag).statusCode())
                    .isEqualTo(304);
            assertThat(collector
                            .get("/js/t.js", "Accept-Encoding", "gzip")
                            .headers()
                            .firstValue("Content-Encoding"))
                    .hasValue("gzip");
        }
    }

    @Test
    void bothCookies_areSet() throws Exception {
        assertThat(collector.get("/i?aid=shop").headers().allValues("Set-Cookie"))
                .hasSize(2)
                .anySatisfy(cookie -> assertThat(cookie).startsWith("sp=").contains("HttpOnly"))
                .anySatisfy(cookie -> assertThat(cookie).startsWith("seen=").doesNotContain("HttpOnly"));
    }

    @Test
    void theSite_isLookedForInInflatedBodies() throws Exception {
        for (String site : List.of("shop", "blog")) {
            var body = new ByteArrayOutputStream();
            try (var gzip = new GZIPOutputStream(body)) {
                gzip.write(("{\"data\":[{\"aid\":\"" + site + "\"}]}").getBytes(StandardCharsets.UTF_8));
            }
            var answer = collector.request(
                    "POST",
                    "/ours",
                    HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()),
                    "Content-Encoding",
                    "gzip",
                    "Origin",
                    SHOP);
            assertThat(answer.statusCode()).isEqualTo(site.equals("shop") ? 200 : 403);
        }
    }
}
