package dev.sluice.cli.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.common.Frame;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.processor.EnrichmentPipeline;
import dev.sluice.processor.WorkerPool;
import dev.sluice.processor.WorkerPoolSettings;
import dev.sluice.processor.enrich.StandardEnrichers;
import dev.sluice.processor.geo.GeoDatabases;
import dev.sluice.processor.useragent.CachedUserAgents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What becomes of 10,000 real requests, column by column: compared with a summary that was checked by hand against lines of the
 * log. A release of the data (user agents, crawlers, referrers, countries) may change it; then the differences are to be looked
 * at before the summary is replaced by the one the failure prints.
 */
class AccessLogRowsTest {
    private static final Path ROOT =
            Path.of(System.getProperty("sluice.root", "..")).toAbsolutePath().normalize();
    private static final Path LOG =
            ROOT.resolve("../shared/data/apache_logs.gz").normalize();
    private static final Path COUNTRIES = ROOT.resolve("cli/target/geo/country.mmdb");
    private static final int FRAME_HITS = 97;
    private static final UUID EPOCH = new UUID(1, 2);

    private static final SimpleMeterRegistry REGISTRY = new SimpleMeterRegistry();
    private static List<Frame> frames = List.of();
    private static @Nullable CachedUserAgents agents;
    private static @Nullable GeoDatabases places;

    @BeforeAll
    static void readTheLog() throws Exception {
        assumeTrue(
                Files.exists(LOG),
                "SKIPPED: the sample of 10,000 real requests is not here: ../shared/data/apache_logs.gz");
        var hits = new ArrayList<RawHit>();
        var options = new AccessLogSource.Options("https://www.semicomplete.com", "shop", true);
        try (var source = new AccessLogSource(LOG, options)) {
            for (Event event = source.next(); event != null; event = source.next()) {
                hits.add(hit(event, hits.size()));
            }
        }
        frames = framesOf(hits);
        agents = new CachedUserAgents(10_000, REGISTRY);
        places = new GeoDatabases(
                Files.exists(COUNTRIES) ? COUNTRIES : null,
                null,
                Duration.ofHours(1),
                InstantSource.system(),
                REGISTRY);
        places.start();
    }

    @AfterAll
    static void close() {
        if (agents != null && places != null) {
            agents.close();
            places.close();
        }
    }

    private static RawHit hit(Event event, int number) {
        return new RawHit(
                Instant.parse("2026-11-23T10:00:00Z").plusMillis(number),
                new RawHit.Visitor(event.clientIp(), RawHit.Visitor.NO_NETWORK_ID, false, PrivacySignal.NONE),
                RawHit.Method.POST,
                "/com.snowplowanalytics.snowplow/tp2",
                "",
                Map.of("user-agent", event.userAgent(), "content-type", "application/json"),
                event.body().getBytes(StandardCharsets.UTF_8));
    }

    private static List<Frame> framesOf(List<RawHit> hits) {
        var made = new ArrayList<Frame>();
        for (int from = 0; from < hits.size(); from += FRAME_HITS) {
            made.add(new Frame(EPOCH, from, hits.subList(from, Math.min(hits.size(), from + FRAME_HITS))));
        }
        return List.copyOf(made);
    }

    private static EnrichmentPipeline pipeline(InstantSource clock) {
        var parts = StandardEnrichers.Parts.WITHOUT_DATA.with(
                Objects.requireNonNull(agents), Objects.requireNonNull(places));
        return new EnrichmentPipeline(StandardEnrichers.all(parts), clock);
    }

    @Test
    void theSummary_isTheOneThatWasChecked() throws Exception {
        List<Row> rows = new ArrayList<>();
        EnrichmentPipeline pipeline = pipeline(InstantSource.system());
        frames.forEach(frame -> rows.addAll(pipeline.rows(frame)));
        assertThat(rows)
                .hasSize(9_999)
                .allSatisfy(row -> assertThat(row.table()).isEqualTo(Table.PAGE_VIEWS));

        String checked =
                Files.readString(ROOT.resolve("cli/src/test/resources/dev/sluice/cli/send/access-log-summary.txt"));
        String summary = summary(rows);
        assertThat(Files.exists(COUNTRIES) ? summary : withoutCountries(summary))
                .as("the whole summary:%n%s", summary)
                .isEqualTo(Files.exists(COUNTRIES) ? checked : withoutCountries(checked));
    }

    /** The order in which workers come to a user agent, a referrer or an address must not show. */
    @Test
    void rows_areTheSame_onOneThreadAndOnFour_andWheneverTheyAreMade() throws Exception {
        List<String> one = enriched(1, Instant.parse("2026-11-23T11:00:00Z"));
        List<String> four = enriched(4, Instant.parse("2027-01-01T00:00:00Z"));
        assertThat(four).hasSize(9_999).isEqualTo(one);
    }

    private static List<String> enriched(int threads, Instant at) throws Exception {
        var settings = new WorkerPoolSettings(threads, 64, 64 << 20, Duration.ofSeconds(30));
        var rows = new ArrayList<String>();
        try (var pool = new WorkerPool(pipeline(InstantSource.fixed(at)), settings, REGISTRY)) {
            pool.start();
            var done = new ArrayList<CompletableFuture<List<Row>>>();
            for (Frame frame : frames) {
                done.add(pool.submit("shard-" + frame.firstSeq() % 3, frame));
            }
            for (var future : done) {
                future.get().forEach(row -> rows.add(text(row)));
            }
        }
        return rows;
    }

    private static String text(Row row) {
        return row.table().columns().stream()
                .filter(column -> column != Columns.ENRICHED_AT)
                .map(column -> column + "=" + row.get(column))
                .collect(Collectors.joining("\n"));
    }

    private static String summary(List<Row> rows) {
        return section("browser_name", rows, Columns.BROWSER_NAME)
                + section("os_name", rows, Columns.OS_NAME)
                + section("device_class", rows, Columns.DEVICE_CLASS)
                + section("is_bot", rows, Columns.IS_BOT)
                + section("referrer_medium", rows, Columns.REFERRER_MEDIUM)
                + section("referrer_source", rows, Columns.REFERRER_SOURCE)
                + section("geo_country", rows, Columns.GEO_COUNTRY);
    }

    private static String section(String name, List<Row> rows, Column<?> column) {
        Function<Row, String> value = row -> String.valueOf(row.get(column));
        var counts = new TreeMap<>(rows.stream().collect(Collectors.groupingBy(value, Collectors.counting())));
        var out = new StringBuilder("[" + name + "]\n");
        counts.forEach((text, count) -> out.append(String.format("%6d %s%n", count, text)));
        return out.append('\n').toString();
    }

    private static String withoutCountries(String summary) {
        return summary.substring(0, summary.indexOf("[geo_country]"));
    }
}
