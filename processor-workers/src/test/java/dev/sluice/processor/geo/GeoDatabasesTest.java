package dev.sluice.processor.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeoDatabasesTest {
    private static final Instant BUILT = Instant.parse("2026-11-01T00:00:00Z");
    private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.7");
    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir
    Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<GeoDatabases> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(GeoDatabases::close);
    }

    private GeoDatabases open(@Nullable Path country, @Nullable Path city) {
        var databases =
                new GeoDatabases(country, city, NEVER, InstantSource.fixed(BUILT.plus(Duration.ofDays(2))), registry);
        opened.add(databases);
        databases.start();
        return databases;
    }

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(directory.resolve(name), bytes);
    }

    /** A change that a look must notice, however coarse the file system's clock. */
    private static void touch(Path path, int change) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(BUILT.plusSeconds(change)));
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.7, DE", "192.0.2.255, DE", "192.0.3.1,", "2001:db8::9, FR", "2001:db9::1,"})
    void of_findsTheNetwork(String address, @Nullable String country) throws IOException {
        var databases = open(
                file(
                        "c.mmdb",
                        TestDatabase.of("192.0.2.0", 24, "DE")
                                .with("2001:db8::", 32, Map.of("country_code", "FR"))
                                .bytes()),
                null);
        assertThat(databases.of(InetAddress.ofLiteral(address))).isEqualTo(new Place(country, null, null));
    }

    @Test
    void of_readsMaxMindsLayout() throws IOException {
        Map<String, Object> record = Map.of(
                "country", Map.of("iso_code", "GB", "names", Map.of("en", "United Kingdom")),
                "subdivisions",
                        List.of(Map.of("iso_code", "ENG", "names", Map.of("en", "England")), Map.of("iso_code", "LND")),
                "city", Map.of("names", Map.of("de", "L", "en", "London")));
        var databases = open(
                null,
                file(
                        "c.mmdb",
                        new TestDatabase("GeoLite2-City", BUILT)
                                .with("192.0.2.0", 24, record)
                                .bytes()));
        assertThat(databases.of(HERE)).isEqualTo(new Place("GB", "ENG", "London"));
        assertThat(databases.version()).isEqualTo("GeoLite2-City 2026-11-01");
    }

    @ParameterizedTest
    @CsvSource({"CA, US, CA", "US-CA, US, CA", "California, US,", "'', US,", "CA, ZZ,", "CA, usa,", "CA, Ü1,"})
    void of_readsTheFlatLayout_andKeepsOnlyCodes(String state, String country, @Nullable String region)
            throws IOException {
        Map<String, Object> record = Map.of("country_code", country, "state1", state, "city", "Fresno");
        var databases = open(
                null,
                file(
                        "c.mmdb",
                        new TestDatabase("city ipvAll", BUILT)
                                .with("192.0.2.0", 24, record)
                                .bytes()));
        Place place = databases.of(HERE);
        assertThat(place.city()).isEqualTo("Fresno");
        if (country.equals("US")) {
            assertThat(place.country()).isEqualTo("US");
            assertThat(place.region()).isEqualTo(region);
        } else {
            assertThat(place.country()).isNull();
        }
    }

    @Test
    void of_whatHasAnotherShape_isUnknown() throws IOException {
        List<Object> records = List.of(
                "text",
                List.of("DE"),
                Map.of(),
                Map.of("country", "DE", "subdivisions", Map.of("iso_code", "BE"), "city", List.of()),
                Map.of("country", Map.of("iso_code", 49), "subdivisions", List.of(), "city", Map.of("names", "x")),
                Map.of("country_code", 49, "state1", 3, "city", 9));
        for (Object record : records) {
            var databases = open(
                    null,
                    file(
                            "c.mmdb",
                            new TestDatabase("odd", BUILT)
                                    .with("192.0.2.0", 24, record)
                                    .bytes()));
            assertThat(databases.of(HERE)).as(record.toString()).isEqualTo(Place.UNKNOWN);
        }
    }

    @ParameterizedTest
    @CsvSource({"DE, DE, BE, Berlin", "FR, FR,,", "ZZ, DE, BE, Berlin"})
    void of_theCountryDatabaseDecides_andTheCityMustBeThere(
            String known, String country, @Nullable String region, @Nullable String city) throws IOException {
        var databases = open(
                file("country.mmdb", TestDatabase.of("192.0.2.0", 24, known).bytes()),
                file(
                        "city.mmdb",
                        new TestDatabase("c", BUILT)
                                .with("192.0.2.0", 24, Map.of("country_code", "DE", "state1", "BE", "city", "Berlin"))
                                .bytes()));
        assertThat(databases.of(HERE)).isEqualTo(new Place(country, region, city));
    }

    @Test
    void withoutDatabases_allIsUnknown() {
        var databases = open(null, null);
        assertThat(databases.of(HERE)).isEqualTo(Place.UNKNOWN);
        assertThat(databases.version()).isEmpty();
    }

    @Test
    void aMissingFile_isTakenWhenItComes() {
        Path path = directory.resolve("later.mmdb");
        var databases = open(path, null);
        assertThat(databases.of(HERE)).isEqualTo(Place.UNKNOWN);
        assertThat(registry.get("sluice.enrich.geo.age").gauge().value()).isNaN();
        TestDatabase.of("192.0.2.0", 24, "DE").replace(path);
        databases.refresh();
        assertThat(databases.of(HERE).country()).isEqualTo("DE");
    }

    @Test
    void theThread_takesANewFile_byItself() {
        Path path = directory.resolve("c.mmdb");
        TestDatabase.of("192.0.2.0", 24, "DE").replace(path);
        try (var databases = new GeoDatabases(path, null, Duration.ofMillis(10), InstantSource.system(), registry)) {
            databases.start();
            assertThat(databases.of(HERE).country()).isEqualTo("DE");
            TestDatabase.of("192.0.0.0", 16, "FR").replace(path);
            await().untilAsserted(() -> assertThat(databases.of(HERE).country()).isEqualTo("FR"));
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("geo-reload") && thread.isAlive());
    }

    @Test
    void aDeletedFile_servesOn() throws IOException {
        Path path = file("c.mmdb", TestDatabase.of("192.0.2.0", 24, "DE").bytes());
        var databases = open(path, null);
        Files.delete(path);
        databases.refresh();
        databases.refresh();
        assertThat(databases.of(HERE).country()).isEqualTo("DE");
        assertThat(databases.version()).isEqualTo("Test-Country 2026-10-01");
    }

    @Test
    void aFileThatGrows_isNotTaken_beforeItIsWhole() throws IOException {
        Path path = file("c.mmdb", TestDatabase.of("192.0.2.0", 24, "DE").bytes());
        var databases = open(path, null);
        byte[] next = TestDatabase.of("192.0.2.0", 24, "FR").bytes();
        for (int length = 0; length < next.length; length += 37) {
            Files.write(path, Arrays.copyOf(next, length));
            touch(path, length);
            databases.refresh();
            databases.refresh();
            assertThat(databases.of(HERE).country()).isEqualTo("DE");
        }
        Files.write(path, next);
        touch(path, next.length);
        databases.refresh();
        assertThat(databases.of(HERE).country())
                .as("it may still be written to")
                .isEqualTo("DE");
        databases.refresh();
        assertThat(databases.of(HERE).country()).isEqualTo("FR");
    }

    @Test
    void aChange_isTakenOnlyOnceItHasSettled() throws IOException {
        Path path = file("c.mmdb", TestDatabase.of("192.0.2.0", 24, "DE").bytes());
        var databases = open(path, null);
        Files.write(path, TestDatabase.of("192.0.2.0", 24, "FR").bytes());
        for (int look = 0; look < 5; look++) {
            touch(path, look);
            databases.refresh();
            assertThat(databases.of(HERE).country()).isEqualTo("DE");
        }
        databases.refresh();
        assertThat(databases.of(HERE).country()).isEqualTo("FR");
    }

    @Test
    void brokenBytes_neverThrow() throws IOException {
        byte[] whole = TestDatabase.of("192.0.2.0", 24, "DE")
                .with("2001:db8::", 32, Map.of("country", Map.of("iso_code", "FR")))
                .bytes();
        var random = new Random(7);
        int opened = 0;
        for (int i = 0; i < 400; i++) {
            byte[] broken = whole.clone();
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            var file = new GeoFile(file("c.mmdb", broken));
            file.refresh();
            opened += file.version().isEmpty() ? 0 : 1;
            assertThat(file.find(HERE)).isNotNull();
            assertThat(file.find(InetAddress.ofLiteral("2001:db8::1"))).isNotNull();
            assertThat(file.find(InetAddress.ofLiteral("::"))).isNotNull();
        }
        assertThat(opened).as("else look-ups were never tried").isGreaterThan(100);
    }

    @Test
    void aBrokenRecord_isUnknown_andCounted() throws IOException {
        byte[] bytes = TestDatabase.of("192.0.2.0", 24, "DE").bytes();
        int record = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("country_code") - 2;
        // A map of 29 and more members, which the data hasn't.
        bytes[record] = (byte) 0xFD;
        var databases = open(file("c.mmdb", bytes), null);
        assertThat(databases.of(HERE)).isEqualTo(Place.UNKNOWN);
        assertThat(databases.of(HERE)).isEqualTo(Place.UNKNOWN);
        assertThat(registry.get("sluice.enrich.geo.failed").functionCounter().count())
                .isEqualTo(2);
    }

    @Test
    void age_isThatOfTheData() throws IOException {
        open(
                file(
                        "c.mmdb",
                        new TestDatabase("t", BUILT)
                                .with("192.0.2.0", 24, Map.of())
                                .bytes()),
                null);
        assertThat(registry.get("sluice.enrich.geo.age")
                        .tag("database", "country")
                        .gauge()
                        .value())
                .isEqualTo(2 * 86_400.0);
    }

    @Test
    void manyThreads_seeOneOrTheOther_whileItIsReplaced() throws Exception {
        Path path = directory.resolve("c.mmdb");
        TestDatabase.of("192.0.2.0", 24, "DE").replace(path);
        var databases = open(path, null);
        var swapping = new AtomicBoolean(true);
        Callable<Integer> look = () -> {
            int french = 0;
            while (swapping.get()) {
                String country = databases.of(HERE).country();
                assertThat(country).isIn("DE", "FR");
                french += "FR".equals(country) ? 1 : 0;
            }
            return french;
        };
        try (var threads = Executors.newFixedThreadPool(3)) {
            List<Future<Integer>> lookers = List.of(threads.submit(look), threads.submit(look), threads.submit(look));
            for (int i = 0; i < 200; i++) {
                TestDatabase.of("192.0.2.0", 24, i % 2 == 0 ? "FR" : "DE").replace(path);
                touch(path, i);
                databases.refresh();
                databases.refresh();
                assertThat(databases.of(HERE).country()).isEqualTo(i % 2 == 0 ? "FR" : "DE");
            }
            swapping.set(false);
            for (var looker : lookers) {
                assertThat(looker.get()).isNotNegative();
            }
        }
    }
}
