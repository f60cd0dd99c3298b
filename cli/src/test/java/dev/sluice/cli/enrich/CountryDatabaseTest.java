package dev.sluice.cli.enrich;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.processor.geo.GeoDatabases;
import dev.sluice.processor.geo.Place;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CountryDatabaseTest {
    /** Addresses whose place has been the same for decades. */
    @Test
    void builtIn_knowsIpv4AndIpv6() {
        Path file = CountryDatabase.builtIn();
        if (file == null) {
            System.out.println("SKIPPED: built without the country database, which npm brings");
        }
        assumeTrue(file != null, "built without the country database, which npm brings");
        try (var places =
                new GeoDatabases(file, null, Duration.ofDays(1), InstantSource.system(), new SimpleMeterRegistry())) {
            places.start();
            assertThat(places.version()).matches("country ipvAll \\d{4}-\\d\\d-\\d\\d");
            assertThat(country(places, "8.8.8.8")).isEqualTo("US");
            assertThat(country(places, "193.99.144.80")).isEqualTo("DE");
            assertThat(country(places, "133.11.0.1")).isEqualTo("JP");
            assertThat(country(places, "2001:4860:4860::8888")).isEqualTo("US");
            assertThat(country(places, "2a02:2e0:3fe:1001:302::")).isEqualTo("DE");
            assertThat(places.of(InetAddress.ofLiteral("127.0.0.1"))).isEqualTo(Place.UNKNOWN);
        }
    }

    private static @Nullable String country(GeoDatabases places, String ip) {
        return places.of(InetAddress.ofLiteral(ip)).country();
    }
}
