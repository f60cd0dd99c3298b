package dev.sluice.processor.enrich;

import dev.sluice.processor.Enricher;
import dev.sluice.processor.EnrichmentPipeline;
import dev.sluice.processor.geo.Places;
import dev.sluice.processor.useragent.UserAgents;
import java.time.InstantSource;
import java.util.List;

/** The enrichers that come with Sluice, in their order. */
public final class StandardEnrichers {
    private StandardEnrichers() {}

    /**
     * What differs between deployments.
     *
     * @param agents who takes user agents apart
     * @param places who knows where an address is
     */
    public record Parts(CampaignEnricher campaign, ReferrerEnricher referrer, UserAgents agents, Places places) {
        /** The usual campaigns, no internal domains, and nothing that needs data: what would need some says nothing. */
        public static final Parts WITHOUT_DATA = new Parts(
                new CampaignEnricher(CampaignRules.STANDARD),
                new ReferrerEnricher(List.of()),
                UserAgents.NONE,
                Places.NONE);

        /** The same, with this data. */
        public Parts with(UserAgents otherAgents, Places otherPlaces) {
            return new Parts(campaign, referrer, otherAgents, otherPlaces);
        }
    }

    public static List<Enricher> all() {
        return all(Parts.WITHOUT_DATA);
    }

    public static List<Enricher> all(Parts parts) {
        return List.of(
                new IdentityEnricher(),
                new TimeEnricher(),
                new PageEnricher(),
                parts.campaign(),
                parts.referrer(),
                new DeviceEnricher(),
                new UserAgentEnricher(parts.agents()),
                new GeoEnricher(parts.places()),
                new BotEnricher(parts.agents()),
                new PrivacyEnricher(),
                new EventFieldsEnricher(),
                new FingerprintEnricher());
    }

    /** A pipeline of those that need no data. */
    public static EnrichmentPipeline pipeline(InstantSource clock) {
        return new EnrichmentPipeline(all(), clock);
    }
}
