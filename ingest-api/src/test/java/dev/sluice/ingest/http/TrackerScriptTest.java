package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class TrackerScriptTest {
    private final TrackerScript script = TrackerScript.load(new ScriptProperties("/a/t.js"));

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, false",
                "'', false",
                "gzip, true",
                "'gzip, deflate, br, zstd', true",
                "'br,GZIP;q=0.5', true",
                "'gzip; q=0.001', true",
                "'gzip;q=0', false",
                "'gzip; q=0.000', false",
                "x-gzipped, false",
                "identity, false",
            })
    void takesGzip_readsWhatTheBrowserTakes(@Nullable String header, boolean takes) {
        assertThat(TrackerScript.takesGzip(header)).isEqualTo(takes);
    }

    @Test
    void paths_areNone_whenSwitchedOff() {
        assertThat(TrackerScript.load(new ScriptProperties("")).paths()).isEmpty();
    }

    @Test
    void answer_isTheScript_toBeKeptUnderItsVersion() throws Exception {
        assumeBuilt();
        assertThat(script.paths()).containsExactly("/a/t.js", "/a/t-4.10.1.js");
        var kept = answer("GET", "/a/t-4.10.1.js", null, null);
        assertThat(kept.getStatus()).isEqualTo(200);
        assertThat(kept.getHeader("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(kept.getContentAsString()).contains("Browser tracker for Snowplow v4.10.1", "BSD-3-Clause");
        var asked = answer("GET", "/a/t.js", null, null);
        assertThat(asked.getHeader("Cache-Control")).isEqualTo("public, max-age=3600");
        assertThat(asked.getContentAsByteArray()).isEqualTo(kept.getContentAsByteArray());
        assertThat(asked.getContentType()).isEqualTo("text/javascript;charset=utf-8");
        assertThat(asked.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(asked.getHeader("Cross-Origin-Resource-Policy")).isEqualTo("cross-origin");
        assertThat(asked.getHeader("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(asked.getHeader("Vary")).isEqualTo("Accept-Encoding");
        assertThat(asked.getHeader("Set-Cookie")).isNull();
    }

    @Test
    void answer_isGzip_whereThatIsTaken() throws Exception {
        assumeBuilt();
        var plain = answer("GET", "/a/t.js", null, null);
        var zipped = answer("GET", "/a/t.js", "br, gzip", null);
        assertThat(zipped.getHeader("Content-Encoding")).isEqualTo("gzip");
        assertThat(zipped.getContentAsByteArray()).hasSizeLessThan(plain.getContentAsByteArray().length / 2);
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(zipped.getContentAsByteArray()))) {
            assertThat(gzip.readAllBytes()).isEqualTo(plain.getContentAsByteArray());
        }
        assertThat(zipped.getHeader("ETag")).isNotEqualTo(plain.getHeader("ETag"));
        var head = answer("HEAD", "/a/t.js", "gzip", null);
        assertThat(head.getContentAsByteArray()).isEmpty();
        assertThat(head.getContentLength()).isEqualTo(zipped.getContentAsByteArray().length);
    }

    @Test
    void answer_is304_toWhoHasIt() throws Exception {
        assumeBuilt();
        String tag = answer("GET", "/a/t.js", "gzip", null).getHeader("ETag");
        for (String known : new String[] {tag, "W/" + tag, "\"x\", " + tag, "*"}) {
            var answer = answer("GET", "/a/t.js", "gzip", known);
            assertThat(answer.getStatus()).isEqualTo(304);
            assertThat(answer.getContentAsByteArray()).isEmpty();
            assertThat(answer.getHeader("ETag")).isEqualTo(tag);
            assertThat(answer.getHeader("Cache-Control")).isEqualTo("public, max-age=3600");
        }
        assertThat(answer("GET", "/a/t.js", "gzip", "\"x\"").getStatus()).isEqualTo(200);
    }

    private MockHttpServletResponse answer(
            String method, String path, @Nullable String acceptEncoding, @Nullable String ifNoneMatch)
            throws Exception {
        var request = new MockHttpServletRequest(method, path);
        if (acceptEncoding != null) {
            request.addHeader("Accept-Encoding", acceptEncoding);
        }
        if (ifNoneMatch != null) {
            request.addHeader("If-None-Match", ifNoneMatch);
        }
        var response = new MockHttpServletResponse();
        script.answer(request, response);
        return response;
    }

    private void assumeBuilt() {
        boolean built = !script.paths().isEmpty();
        if (!built) {
            System.out.println("SKIPPED: this build could not get the browser tracker from npm");
        }
        Assumptions.assumeTrue(built, "built without npm");
    }
}
