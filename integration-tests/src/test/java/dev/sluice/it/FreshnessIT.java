package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * How soon a page view can be queried while the warehouse gets larger, what a load then costs, and how the line comes back after the
 * warehouse was away. The services are processes of their own. By {@code ./sluice trial freshness} with ten million rows, for ten
 * minutes each; times are judged there alone.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FreshnessIT {
    /** 100,000 a minute, and a little more. */
    private static final int RATE = 1_700;

    private static final int RATE_WHILE_AWAY = 500;

    private static final long SMALL = Trial.fullOrShort(1_000_000, 10_000);
    private static final long LARGE = Trial.fullOrShort(10_000_000, 50_000);
    private static final Duration ON_SMALL = Duration.ofSeconds(Trial.fullOrShort(180, 5));
    private static final Duration ON_LARGE = Duration.ofSeconds(Trial.fullOrShort(600, 5));
    private static final Duration AWAY = Duration.ofSeconds(Trial.fullOrShort(600, 8));
    private static final Duration CAUGHT_UP = Duration.ofMinutes(3);
    private static final int CHUNK = 500_000;
    private static final SplittableRandom RANDOM = Trial.random("freshness");

    @TempDir
    static Path data;

    private static final List<AutoCloseable> PARTS = new ArrayList<>();
    private static Line cloud;
    private static IngestNode ingest;
    private static FaultyPort warehouse;
    private static ServiceNode loader;

    @BeforeAll
    static void start() throws Exception {
        Line.Ports ports = Line.Ports.free();
        cloud = part(Line.cloud(data, ports));
        warehouse = part(FaultyPort.to(ports.redshift()));
        Path logs = data.resolve("test-logs");
        String s3 = "--sluice.aws.endpoint.s3=http://127.0.0.1:" + ports.s3();
        loader = part(ServiceNode.start(
                "redshift-loader",
                logs,
                List.of(
                        s3,
                        "--sluice.loader.jdbc-url=jdbc:redshift://127.0.0.1:"
                                + warehouse.address().getPort() + "/dev?ssl=false",
                        // As in production: what is older than a day is not looked through for browsers' repeats.
                        "--sluice.loader.dedup-window=1d")));
        loader.awaitUp();
        ServiceNode consumer = part(ServiceNode.start(
                "stream-consumer",
                logs,
                List.of(
                        "--sluice.aws.endpoint.kinesis=" + cloud.kinesis(),
                        "--sluice.aws.endpoint.dynamodb=http://127.0.0.1:" + ports.dynamodb(),
                        s3,
                        "--sluice.enrich.user-agent.enabled=false")));
        consumer.awaitUp();
        ingest = part(IngestNode.start(new IngestNode.Setup(logs, cloud.kinesis(), data.resolve("journal"))));
        send("warm-up", RATE, Duration.ofSeconds(Trial.fullOrShort(30, 2)));
    }

    private static <T extends AutoCloseable> T part(T made) {
        PARTS.addFirst(made);
        return made;
    }

    @AfterAll
    static void stop() throws Exception {
        // Not by a kill: its database would still be writing into the folder that is deleted next.
        cloud.process().terminate(Duration.ofMinutes(2));
        for (AutoCloseable part : PARTS) {
            part.close();
        }
    }

    @Test
    @Order(1)
    void aLargerTable_costsALoadNoMore_andRowsAreThereWithinSeconds() throws Exception {
        fill(0, SMALL);
        double small = millisOfLoad("small", ON_SMALL);
        fill(SMALL, LARGE);
        double large = millisOfLoad("large", ON_LARGE);
        List<Double> seconds = freshness("large");
        Trial.say(String.format(
                Locale.ROOT,
                "a load takes %.0f ms with %,d rows there, %.0f ms with %,d: ratio %.2f; accept to SELECT with %,d rows: p50"
                        + " %.1f s, p95 %.1f s, p99 %.1f s, at most %.1f s",
                small,
                SMALL,
                large,
                LARGE,
                large / small,
                LARGE,
                seconds.get(0),
                seconds.get(1),
                seconds.get(2),
                seconds.get(3)));
        if (Trial.full()) {
            assertThat(large / small).isLessThanOrEqualTo(1.3);
            assertThat(seconds.get(1)).as("p95 in seconds").isLessThanOrEqualTo(5);
        }
    }

    @Test
    @Order(2)
    void warehouseAway_losesNothing_andIsCaughtUpSoonAfter() throws Exception {
        Set<String> acknowledged = new HashSet<>();
        try (Driver driver = Driver.start(
                data, ingest.address(), Driver.Load.endless(RATE_WHILE_AWAY), RANDOM.nextInt(1_000_000), "away")) {
            Awaitility.await("some rows").atMost(Duration.ofMinutes(1)).until(() -> landed("away") > RATE_WHILE_AWAY);
            warehouse.away();
            TimeUnit.MILLISECONDS.sleep(AWAY.toMillis());
            assertThat(loader.status("/actuator/health/liveness"))
                    .as("the loader's liveness")
                    .isEqualTo(200);
            long before = driver.acknowledgedSoFar();
            warehouse.back();
            long back = System.nanoTime();
            Awaitility.await("what was acknowledged until it was back")
                    .atMost(CAUGHT_UP)
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> landed("away") >= before);
            Trial.say(String.format(
                    Locale.ROOT,
                    "warehouse away for %d s at %d/s: %,d events behind, caught up %.1f s after its return, %.0f loads",
                    AWAY.toSeconds(),
                    RATE_WHILE_AWAY,
                    before,
                    (System.nanoTime() - back) / 1e9,
                    loader.metric("sluice_load_duration_seconds_count")));
            Driver.Summary summary = driver.stop();
            acknowledged.addAll(driver.acknowledged());
            assertThat(summary.accepted()).isEqualTo(acknowledged.size());
        }
        Awaitility.await("all that was acknowledged")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(250))
                .until(() -> landed("away") >= acknowledged.size());
        assertThat(Ids.inWarehouse(cloud, "away")).isEqualTo(acknowledged);
        Ids.assertEachOnce(cloud, "away");
    }

    /** Sends all the while; the mean of the loads meanwhile. */
    private static double millisOfLoad(String site, Duration time) throws Exception {
        double count = loader.metric("sluice_load_duration_seconds_count");
        double sum = loader.metric("sluice_load_duration_seconds_sum");
        send(site, RATE, time);
        count = loader.metric("sluice_load_duration_seconds_count") - count;
        sum = loader.metric("sluice_load_duration_seconds_sum") - sum;
        assertThat(count).as("loads").isPositive();
        return 1_000 * sum / count;
    }

    /** And waits until they have landed, each once. */
    private static void send(String site, int rate, Duration time) throws Exception {
        var load = Driver.Load.of(time.toSeconds() * rate, rate);
        try (Driver driver = Driver.start(data, ingest.address(), load, RANDOM.nextInt(1_000_000), site)) {
            Driver.Summary summary = driver.await(time.plusMinutes(1));
            assertThat(summary.accepted()).as("%s", summary).isEqualTo(load.events());
        }
        cloud.awaitCount(
                "select count(*) from page_views where site_id = '" + site
                        + "' and received_at > dateadd(day, -1, getdate())",
                load.events(),
                Duration.ofMinutes(1));
        assertThat(landed(site)).isEqualTo(load.events());
    }

    private static long landed(String site) throws Exception {
        return cloud.count("select count(*) from page_views where site_id = '" + site
                + "' and received_at > dateadd(day, -1, getdate())");
    }

    /** From when a hit was received to when its load was about to commit: p50, p95, p99 and the most, in seconds. */
    private static List<Double> freshness(String site) throws Exception {
        String age = "within group (order by datediff(microsecond, received_at, loaded_at))";
        return cloud
                .query("select percentile_cont(0.5) " + age + ", percentile_cont(0.95) " + age
                        + ", percentile_cont(0.99) "
                        + age + ", max(datediff(microsecond, received_at, loaded_at)) from page_views where site_id = '"
                        + site + "' and received_at > dateadd(day, -1, getdate())")
                .getFirst()
                .stream()
                .map(micros -> Double.parseDouble(micros) / 1e6)
                .toList();
    }

    /** Rows of the hundred days that ended two days ago, in the order in which they would have come. */
    private static void fill(long from, long to) throws Exception {
        for (long chunk = from; chunk < to; chunk += CHUNK) {
            cloud.update(
                    "insert into page_views (event_id, event_type, site_id, platform, received_at, occurred_at, enriched_at,"
                            + " visitor_id, session_id, is_anonymous, page_url, page_host, page_path, page_title, user_agent,"
                            + " browser_name, os_name, device_class, is_bot, ip_address, geo_country, event_fingerprint,"
                            + " is_truncated, ingest_epoch, ingest_seq, ingest_index, enrich_version, load_id)"
                            + " select gen_random_uuid()::text, 'page_view', 'old', 'web', t, t, t, md5((n / 7)::text),"
                            + " md5((n / 5)::text), false, 'https://shop.example/products/' || n % 5000 || '?color=blue&size=42',"
                            + " 'shop.example', '/products/' || n % 5000, 'Product ' || n % 5000,"
                            + " 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0'"
                            + " || ' Safari/537.36', 'Chrome', 'Windows', 'Desktop', false, '192.0.2.0', 'DE', md5(n::text),"
                            + " false, '00000000-0000-4000-8000-000000000000', n, 0, 'old', 0 from (select n, getdate()"
                            + " - interval '102 days' + n * interval '100 days' / " + LARGE
                            + " as t from generate_series(" + chunk + ", " + (Math.min(to, chunk + CHUNK) - 1)
                            + ") n) g");
        }
        Trial.say(String.format(Locale.ROOT, "page_views has %,d old rows", to));
    }
}
