package dev.sluice.processor.geo;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The databases of places, and the thread {@code geo-reload} that looks now and then whether their files have changed: they
 * may be replaced while all runs. The country is the country database's, when there is one that knows it; region and city are
 * the city database's, when that means the same country. Thread-safe.
 */
public final class GeoDatabases implements Places, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GeoDatabases.class);
    /** Reading a file of some dozen megabytes may be under way. */
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final @Nullable GeoFile country;
    private final @Nullable GeoFile city;
    private final Duration reload;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("geo-reload").daemon().factory());

    /**
     * @param country and {@code city}: in MaxMind's format; either may be null
     * @param reload how often to look whether they have changed
     * @param clock for how old they are
     */
    public GeoDatabases(
            @Nullable Path country, @Nullable Path city, Duration reload, InstantSource clock, MeterRegistry registry) {
        this.country = country == null ? null : new GeoFile(country);
        this.city = city == null ? null : new GeoFile(city);
        this.reload = reload;
        watch("country", this.country, clock, registry);
        watch("city", this.city, clock, registry);
    }

    private static void watch(String name, @Nullable GeoFile file, InstantSource clock, MeterRegistry registry) {
        if (file == null) {
            return;
        }
        Gauge.builder("sluice.enrich.geo.age", file, it -> age(it.built(), clock))
                .description("Since the database in use was made; NaN while there is none")
                .baseUnit("seconds")
                .tag("database", name)
                .register(registry);
        FunctionCounter.builder("sluice.enrich.geo.failed", file, GeoFile::failedLookups)
                .description("Look-ups that met a broken record")
                .baseUnit("lookups")
                .tag("database", name)
                .register(registry);
    }

    private static double age(@Nullable Instant built, InstantSource clock) {
        return built == null
                ? Double.NaN
                : Duration.between(built, clock.instant()).toSeconds();
    }

    /** Reads the files, so that the first event finds them, then looks at them now and then. Called once. */
    public void start() {
        if (country == null && city == null) {
            LOG.info("No geo database is configured: geo_country, geo_region and geo_city stay NULL");
            return;
        }
        refresh();
        long millis = reload.toMillis();
        var _ = timer.scheduleWithFixedDelay(this::refresh, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Looks at the files now. */
    void refresh() {
        Stream.of(country, city).filter(Objects::nonNull).forEach(GeoFile::refresh);
    }

    @Override
    public Place of(InetAddress address) {
        Place byCity = city == null ? Place.UNKNOWN : city.find(address);
        if (country == null) {
            return byCity;
        }
        Place byCountry = country.find(address);
        boolean agree = byCountry.country() == null
                || byCity.country() == null
                || byCountry.country().equals(byCity.country());
        if (!agree) {
            return byCountry;
        }
        return byCountry.country() == null ? byCity : new Place(byCountry.country(), byCity.region(), byCity.city());
    }

    @Override
    public String version() {
        return Stream.of(country, city)
                .filter(Objects::nonNull)
                .map(GeoFile::version)
                .filter(version -> !version.isEmpty())
                .collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("Stopped while a geo database was being read");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
