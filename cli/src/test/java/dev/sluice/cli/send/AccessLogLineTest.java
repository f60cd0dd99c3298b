package dev.sluice.cli.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLogLineTest {
    private static final String LINE =
            "203.0.113.9 - - [17/May/2015:10:05:03 +0200] \"GET /a/b.html?q=1 HTTP/1.1\" 200 203023"
                    + " \"http://example.com/from\" \"Mozilla/5.0 (X11)\"";

    @Test
    void parse_readsEachField() {
        var line = AccessLogLine.parse(7, LINE).orElseThrow();

        assertThat(line)
                .isEqualTo(new AccessLogLine(
                        7,
                        LINE,
                        "203.0.113.9",
                        Instant.parse("2015-05-17T08:05:03Z"),
                        "GET",
                        "/a/b.html?q=1",
                        200,
                        "http://example.com/from",
                        "Mozilla/5.0 (X11)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not a log line",
                // No quote at the end.
                "203.0.113.9 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"Mozilla/5.0 (+http://bot",
                // Common format: neither referrer nor user agent.
                "203.0.113.9 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1",
                // No such month, no such day.
                "203.0.113.9 - - [17/Foo/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"-\"",
                "203.0.113.9 - - [47/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"-\"",
                "203.0.113.9 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" abc 1 \"-\" \"-\"",
            })
    void parse_refusesWhatIsNotCombined(String text) {
        assertThat(AccessLogLine.parse(1, text)).isEmpty();
    }

    @Test
    void parse_takesDashForNothing() {
        var line = AccessLogLine.parse(1, "host.example - frank [17/May/2015:10:05:03 +0000] \"-\" 408 - \"-\" \"-\"")
                .orElseThrow();

        assertThat(line.method()).isEmpty();
        assertThat(line.target()).isEmpty();
        assertThat(line.referrer()).isEmpty();
        assertThat(line.userAgent()).isEmpty();
        assertThat(line.isPageView()).isFalse();
    }

    @Test
    void parse_undoesTheQuotingAndNothingElse() {
        var line = AccessLogLine.parse(
                        1,
                        "::1 - - [17/May/2015:10:05:03 +0000] \"GET /\\\"x\\\" HTTP/1.1\" 200 1 \"http://\\xe4/\" \"a \\\\ b\"")
                .orElseThrow();

        assertThat(line.target()).isEqualTo("/\"x\"");
        assertThat(line.referrer()).isEqualTo("http://\\xe4/");
        assertThat(line.userAgent()).isEqualTo("a \\ b");
    }

    @Test
    void parse_endsOnALineThatNeverCloses() {
        String endless = "1.2.3.4 - - " + "[a] \"".repeat(20_000) + "\\\\".repeat(50_000);

        assertThat(AccessLogLine.parse(1, endless)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, 200, true",
        "GET, /page, 200, true",
        "GET, /feed.html?x=a.css, 200, true",
        "GET, /css, 200, true",
        "GET, /a.css/b, 200, true",
        "GET, /robots.txt, 200, false",
        "GET, /style.CSS?v=3, 200, false",
        "GET, /a/b.Js, 200, false",
        "GET, /x.woff2, 200, false",
        "GET, /x.SWF, 200, false",
        "GET, /x.tar.gz, 200, false",
        "GET, /, 304, false",
        "GET, /, 404, false",
        "HEAD, /, 200, false",
        "POST, /, 200, false",
        "get, /, 200, false",
    })
    void isPageView_followsMethodStatusAndExtension(String method, String target, int status, boolean expected) {
        var line = AccessLogLine.parse(
                1,
                "1.2.3.4 - - [17/May/2015:10:05:03 +0000] \"%s %s HTTP/1.1\" %d 1 \"-\" \"-\""
                        .formatted(method, target, status));

        assertThat(line.orElseThrow().isPageView()).isEqualTo(expected);
    }

    @Test
    void eventId_isOfTheLineAndItsPlace() {
        var line = AccessLogLine.parse(1, LINE).orElseThrow();

        assertThat(AccessLogLine.parse(1, LINE).orElseThrow().eventId()).isEqualTo(line.eventId());
        assertThat(AccessLogLine.parse(2, LINE).orElseThrow().eventId()).isNotEqualTo(line.eventId());
        assertThat(AccessLogLine.parse(1, LINE.replace("X11", "X12"))
                        .orElseThrow()
                        .eventId())
                .isNotEqualTo(line.eventId());
    }

    /** A released id never changes: a file sent by the next release must still be the same events. */
    @Test
    void eventId_staysWhatItWas() {
        assertThat(AccessLogLine.parse(1, LINE).orElseThrow().eventId())
                .hasToString("62829f75-9b12-3782-8517-35900f0f377a");
    }
}
