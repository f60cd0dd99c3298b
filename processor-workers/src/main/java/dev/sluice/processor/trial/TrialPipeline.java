package dev.sluice.processor.trial;

import dev.sluice.common.Frame;
import dev.sluice.common.table.Row;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EnrichmentPipeline;
import dev.sluice.processor.enrich.CampaignEnricher;
import dev.sluice.processor.enrich.CampaignRules;
import dev.sluice.processor.enrich.ReferrerEnricher;
import dev.sluice.processor.enrich.StandardEnrichers;
import dev.sluice.processor.geo.GeoDatabases;
import dev.sluice.processor.schema.SchemaEnricher;
import dev.sluice.processor.useragent.CachedUserAgents;
import dev.sluice.processor.useragent.UserAgents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The standard enrichers, and those services that the class loader of this very class brings along. Two of it, from two class
 * loaders, run beside each other: so everything that crosses its border is of the JDK or of {@code common}. Reads its data when it is
 * made, which takes seconds with user agents. Thread-safe.
 */
public final class TrialPipeline implements Function<Frame, List<Row>>, AutoCloseable {
    /** The path of a country database; without it no countries. */
    public static final String GEO_COUNTRY = "geo.country";
    /** The path of a city database. */
    public static final String GEO_CITY = "geo.city";
    /** {@code false} takes no user agents apart: starts in a fraction of the time. */
    public static final String USER_AGENTS = "user-agents";
    /** Comma-separated domains that are the site's own as referrers. */
    public static final String INTERNAL_DOMAINS = "internal-domains";

    /** A folder of schemas that events are held against; without it they are held against none. */
    public static final String SCHEMAS = "schemas";

    private static final int CACHED_USER_AGENTS = 10_000;

    private final EnrichmentPipeline pipeline;
    private final @Nullable CachedUserAgents agents;
    private final GeoDatabases places;

    /** @param settings by the names above; others are passed over, as another release may know them */
    public TrialPipeline(Map<String, String> settings) {
        var registry = new SimpleMeterRegistry();
        agents = Boolean.parseBoolean(settings.getOrDefault(USER_AGENTS, "true"))
                ? new CachedUserAgents(CACHED_USER_AGENTS, registry)
                : null;
        if (agents != null) {
            agents.start();
        }
        places = new GeoDatabases(
                path(settings.get(GEO_COUNTRY)),
                path(settings.get(GEO_CITY)),
                Duration.ofDays(1),
                InstantSource.system(),
                registry);
        places.start();
        String domains = settings.getOrDefault(INTERNAL_DOMAINS, "");
        var enrichers = new ArrayList<Enricher>();
        Path schemas = path(settings.get(SCHEMAS));
        if (schemas != null) {
            enrichers.add(new SchemaEnricher(schemas, registry));
        }
        enrichers.addAll(StandardEnrichers.all(new StandardEnrichers.Parts(
                new CampaignEnricher(CampaignRules.STANDARD),
                new ReferrerEnricher(domains.isEmpty() ? List.of() : List.of(domains.split(",", -1))),
                agents == null ? UserAgents.NONE : agents,
                places)));
        ClassLoader own = TrialPipeline.class.getClassLoader();
        for (ServiceLoader.Provider<Enricher> provider :
                ServiceLoader.load(Enricher.class, own).stream().toList()) {
            if (own.equals(provider.type().getClassLoader())) {
                enrichers.add(provider.get());
            }
        }
        pipeline = new EnrichmentPipeline(enrichers, InstantSource.system());
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null ? null : Path.of(text);
    }

    @Override
    public List<Row> apply(Frame frame) {
        return pipeline.rows(frame);
    }

    @Override
    public void close() {
        if (agents != null) {
            agents.close();
        }
        places.close();
    }
}
