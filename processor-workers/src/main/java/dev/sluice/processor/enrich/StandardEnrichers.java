package dev.sluice.processor.enrich;

import dev.sluice.processor.Enricher;
import dev.sluice.processor.EnrichmentPipeline;
import java.time.InstantSource;
import java.util.List;

/** The enrichers that need nothing but this module, in their order. */
public final class StandardEnrichers {
    private StandardEnrichers() {}

    /** With their own settings: no internal domains, the usual campaigns. */
    public static List<Enricher> all() {
        return all(new CampaignEnricher(CampaignRules.STANDARD), new ReferrerEnricher(List.of()));
    }

    public static List<Enricher> all(CampaignEnricher campaign, ReferrerEnricher referrer) {
        return List.of(
                new IdentityEnricher(),
                new TimeEnricher(),
                new PageEnricher(),
                campaign,
                referrer,
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
