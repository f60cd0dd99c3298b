package dev.sluice.cli.enrich;

import dev.sluice.processor.trial.TrialPipeline;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the enrichment works with; as the consumer of a deployment has it under {@code sluice.enrich}. */
public final class EnrichOptions {
    @Option(
            names = "--enrich",
            paramLabel = "PATH",
            description =
                    "Other code than this release's: a working copy that was built, its processor-workers, a folder of"
                            + " classes, or an extension's jar.")
    @Nullable Path code;

    @Option(
            names = "--geo-country",
            paramLabel = "FILE",
            description = "Country database, MMDB (default: the one that comes with the build).")
    @Nullable Path country;

    @Option(names = "--geo-city", paramLabel = "FILE", description = "City database, MMDB (default: none).")
    @Nullable Path city;

    @Option(
            names = "--internal-domains",
            paramLabel = "DOMAIN",
            split = ",",
            description = "The site's own as referrers.")
    List<String> internalDomains = List.of();

    @Option(
            names = "--schemas",
            paramLabel = "DIR",
            description = "Holds events against these schemas, sluice.enrich.schemas.folder (default: against none).")
    @Nullable Path schemas;

    @Option(names = "--no-user-agents", description = "Takes no user agents apart: starts in a fraction of the time.")
    boolean noUserAgents;

    /** Other code to run; null when none is named. */
    public @Nullable Path code() {
        return code;
    }

    public boolean hasSchemas() {
        return schemas != null;
    }

    public Map<String, String> settings() {
        var settings = new HashMap<String, String>();
        settings.put(TrialPipeline.USER_AGENTS, String.valueOf(!noUserAgents));
        settings.put(TrialPipeline.INTERNAL_DOMAINS, String.join(",", internalDomains));
        Path countries = country == null ? CountryDatabase.builtIn() : country;
        if (countries != null) {
            settings.put(TrialPipeline.GEO_COUNTRY, countries.toString());
        }
        if (city != null) {
            settings.put(TrialPipeline.GEO_CITY, city.toString());
        }
        if (schemas != null) {
            settings.put(TrialPipeline.SCHEMAS, schemas.toString());
        }
        return settings;
    }
}
