package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person opens the demo site in a real browser, with the tracker as it is published. */
class BrowserIT {
    private static final Duration LANDED = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void pageViewsOfTheDemoSite_areRows() throws Exception {
        Optional<Path> chromium = Chromium.executable();
        if (chromium.isEmpty()) {
            System.out.println(
                    "SKIPPED: no Chromium here; install Debian's package 'chromium' to run the browser test");
        }
        Assumptions.assumeTrue(chromium.isPresent(), "no Chromium here");
        Path profile = Files.createDirectory(folder.resolve("profile"));
        try (Line line = Line.up(folder.resolve("data"));
                Chromium browser = Chromium.start(chromium.get(), profile, 1024, 768)) {
            URI home = URI.create("http://127.0.0.1:" + line.ports().site() + "/");
            browser.open(home);
            String title = browser.evaluate("document.title");
            String viewport = browser.evaluate("innerWidth + 'x' + innerHeight");
            line.awaitCount("select count(*) from page_views", 1, LANDED);

            List<String> first = line.query("select page_url, page_title, viewport_width || 'x' || viewport_height,"
                            + " tracker_version, referrer_url, user_agent, page_view_id, visitor_id from page_views")
                    .getFirst();
            assertThat(first.subList(0, 3)).containsExactly(home.toString(), title, viewport);
            assertThat(first.get(3)).startsWith("js-4.");
            assertThat(first.get(4)).isEqualTo("null");
            assertThat(first.get(5)).contains("Chrome");
            assertThat(first.get(6)).hasSize(36);
            assertThat(first.get(7)).hasSize(36);

            browser.evaluate("document.querySelector('nav a[href=\"/boats\"]').click()");
            browser.waitFor("location.href !== '" + home + "' && document.readyState === 'complete'");
            String second = browser.evaluate("location.href");
            line.awaitCount("select count(*) from page_views", 2, LANDED);
            assertThat(line.query("select referrer_url, referrer_host, visitor_id from page_views where page_url = '"
                            + second + "'"))
                    .containsExactly(List.of(home.toString(), "127.0.0.1", first.get(7)));
        }
    }
}
