package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoSiteTest {
    private static final URI COLLECTOR = URI.create("http://127.0.0.1:18080");

    @ParameterizedTest
    @ValueSource(strings = {"/", "/boats?utm_source=demo", "/journal"})
    void pages_carryTheCollectorAndThePixel(String path) throws Exception {
        try (var site = DemoSite.start(0, COLLECTOR)) {
            var page = get(site, path, "https://example.com/a&\"<b");

            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
            assertThat(page.body())
                    .contains("<noscript><img src=\"" + COLLECTOR + "/i?e=pv&amp;p=web")
                    .contains("&amp;refr=https%3A%2F%2Fexample.com%2Fa%26%22%3Cb")
                    .contains("url=http%3A%2F%2F127.0.0.1%3A" + site.address().getPort())
                    .contains("./sluice query")
                    .doesNotContain("{{");
        }
    }

    /** The build may have no npm: then the pages say so, and nothing else is missing. */
    @Test
    void pages_haveTheTrackerOrSayWhyNot() throws Exception {
        boolean built = DemoSite.class.getResource("/dev/sluice/ingest/tracker/sp.js") != null;
        try (var site = DemoSite.start(0, COLLECTOR)) {
            String page = get(site, "/", "").body();

            assertThat(page.contains("<script src=\"/views.js\" data-collector=\"" + COLLECTOR + "\">"))
                    .isEqualTo(built);
            assertThat(page.contains("tracker is missing")).isEqualTo(!built);
            assertThat(page.contains("<script src=\"" + COLLECTOR + "/sp.js\">"))
                    .isEqualTo(built);
            assertThat(get(site, "/tracker-license.txt", "").statusCode()).isEqualTo(built ? 200 : 404);
            if (built) {
                assertThat(get(site, "/tracker-license.txt", "").body()).contains("BSD 3-Clause");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/../application.yml", "/demo/index.html", "/%00"})
    void others_areNotFound(String path) throws Exception {
        try (var site = DemoSite.start(0, COLLECTOR)) {
            assertThat(get(site, path, "").statusCode()).isEqualTo(404);
        }
    }

    private static HttpResponse<String> get(DemoSite site, String path, String referrer) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(site.address() + path));
        if (!referrer.isEmpty()) {
            request.header("Referer", referrer);
        }
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.ofString());
        }
    }
}
