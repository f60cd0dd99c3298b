package dev.sluice.processor.enrich;

import dev.sluice.processor.Enricher;
import dev.sluice.processor.EnrichmentPipeline;
import java.time.InstantSource;
import java.util.List;

/** The enrichers that need no data files, in their order. */
public final class StandardEnrichers {
    private StandardEnrichers() {}

    public static List<Enricher> all() {
        return List.of(
                new IdentityEnricher(),
                new TimeEnricher(),
                new PageEnricher(),
                new CampaignEnricher(),
                new DeviceEnricher(),
                new PrivacyEnricher(),
                new EventFieldsEnricher(),
                new FingerprintEnricher());
    }

    /** A pipeline of just these. */
    public static EnrichmentPipeline pipeline(InstantSource clock) {
        return new EnrichmentPipeline(all(), clock);
    }
}
