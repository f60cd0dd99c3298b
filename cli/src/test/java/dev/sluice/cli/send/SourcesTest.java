package dev.sluice.cli.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

class SourcesTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PAGE = "203.0.113.9 - - [17/May/2015:10:05:03 +0000] \"GET /a?q=1 HTTP/1.1\" 200 1"
            + " \"http://example.com/\" \"Agent\u00e9\"\n";
    private static final String IMAGE =
            "host.example - - [17/May/2015:10:05:03 +0000] \"GET /a.png HTTP/1.1\" 200 1 \"-\" \"-\"\n";

    @TempDir
    Path directory;

    @Test
    void accessLog_givesPageViewsWithTheLinesFields() throws IOException {
        try (var source = accessLog(PAGE + "garbage\n" + IMAGE, false)) {
            Event event = all(source).getFirst();

            assertThat(event.clientIp()).isEqualTo("203.0.113.9");
            assertThat(event.userAgent()).isEqualTo("Agent?");
            assertThat(fields(event))
                    .containsEntry("e", "pv")
                    .containsEntry("p", "web")
                    .containsEntry("eid", event.id())
                    .containsEntry("aid", "site")
                    .containsEntry("url", "http://localhost/a?q=1")
                    .containsEntry("refr", "http://example.com/")
                    .containsEntry("ttm", "1431857103000")
                    // Times of sending would make a repeat another event.
                    .doesNotContainKeys("dtm", "stm");
            assertThat(source.leftOut()).isEqualTo("1 are not page views, 1 line is not well formed");
            assertThat(source.progress()).isEqualTo(1);
        }
    }

    @Test
    void accessLog_givesEveryWellFormedLineWhenAsked() throws IOException {
        try (var source = accessLog(PAGE + "garbage\n" + IMAGE, true)) {
            var events = all(source);

            assertThat(events).hasSize(2);
            assertThat(fields(events.get(1))).doesNotContainKey("refr");
            assertThat(events.get(1).clientIp()).as("a host name is no address").isEmpty();
            assertThat(source.leftOut()).isEqualTo("1 line is not well formed");
        }
    }

    @Test
    void accessLog_givesTheSameEventsTwice() throws IOException {
        try (var first = accessLog(PAGE + PAGE, false);
                var second = accessLog(PAGE + PAGE, false)) {
            var events = all(first);

            assertThat(all(second)).isEqualTo(events);
            assertThat(events.get(0).id())
                    .as("the same line elsewhere")
                    .isNotEqualTo(events.get(1).id());
        }
    }

    @Test
    void accessLog_findsAllOfARealFile() throws IOException {
        Path real = Path.of(System.getProperty("sluice.root", "."), "../shared/data/apache_logs.gz");
        if (!Files.exists(real)) {
            System.out.println("SKIPPED: " + real + " is not here");
        }
        assumeTrue(Files.exists(real), () -> real + " is not here");

        try (var all = new AccessLogSource(real, new AccessLogSource.Options("http://localhost", "site", true));
                var pageViews =
                        new AccessLogSource(real, new AccessLogSource.Options("http://localhost", "site", false))) {
            var events = all(all);

            assertThat(events).hasSize(9_999);
            assertThat(all.malformed()).isEqualTo(1);
            assertThat(events.stream().map(Event::id).distinct()).hasSize(9_999);
            assertThat(all(pageViews)).hasSize(3_853);
            assertThat(pageViews.notPageViews()).isEqualTo(9_999 - 3_853);
            assertThat(pageViews.malformed()).isEqualTo(1);
        }
    }

    @Test
    void generated_isTheSameForTheSameSeedAndVarious() {
        try (var first = generated(42);
                var second = generated(42);
                var other = generated(43)) {
            var events = all(first);
            var ids = new HashSet<>(events.stream().map(Event::id).toList());

            assertThat(all(second)).isEqualTo(events);
            assertThat(ids).hasSize(1_000);
            assertThat(all(other).stream().map(Event::id)).doesNotContainAnyElementsOf(ids);
            assertThat(events.stream()
                            .map(event -> fields(event).get("url"))
                            .distinct()
                            .count())
                    .isGreaterThan(200);
            assertThat(events.stream().map(Event::userAgent).distinct().count()).isGreaterThan(20);
            assertThat(events.stream().map(Event::clientIp))
                    .allMatch(ip -> ip.startsWith("198.18.") || ip.startsWith("198.19."));
            assertThat(events.stream().map(SourcesTest::fields))
                    .allSatisfy(fields -> assertThat(fields)
                            .containsKeys("url", "page", "duid", "co")
                            .doesNotContainKeys("dtm", "stm", "ttm"));
        }
    }

    private EventSource accessLog(String text, boolean all) throws IOException {
        Path file = Files.writeString(directory.resolve("access.log"), text);
        return new AccessLogSource(file, new AccessLogSource.Options("http://localhost", "site", all));
    }

    private static GeneratedSource generated(long seed) {
        return new GeneratedSource(1_000, seed, "https://shop.example", "site");
    }

    private static List<Event> all(EventSource source) throws IOException {
        var events = new ArrayList<Event>();
        for (Event event = source.next(); event != null; event = source.next()) {
            events.add(event);
        }
        return events;
    }

    private static List<Event> all(GeneratedSource source) {
        var events = new ArrayList<Event>();
        for (Event event = source.next(); event != null; event = source.next()) {
            events.add(event);
        }
        return events;
    }

    private static Map<String, String> fields(Event event) {
        return JSON.convertValue(
                JSON.readTree(event.body()).get("data").get(0), new TypeReference<Map<String, String>>() {});
    }
}
