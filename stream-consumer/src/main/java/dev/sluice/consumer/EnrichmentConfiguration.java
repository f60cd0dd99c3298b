package dev.sluice.consumer;

import dev.sluice.processor.Enricher;
import dev.sluice.processor.EnrichmentPipeline;
import dev.sluice.processor.WorkerPool;
import dev.sluice.processor.enrich.CampaignEnricher;
import dev.sluice.processor.enrich.ReferrerEnricher;
import dev.sluice.processor.enrich.StandardEnrichers;
import dev.sluice.processor.geo.Places;
import dev.sluice.processor.schema.SchemaEnricher;
import dev.sluice.processor.useragent.UserAgents;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The workers that turn frames into rows, for all shards together. */
@Configuration(proxyBeanMethods = false)
@Import(DeviceAndPlaceConfiguration.class)
@EnableConfigurationProperties({
    ReferrerProperties.class,
    CampaignProperties.class,
    SchemaProperties.class,
    ExtensionProperties.class
})
class EnrichmentConfiguration {
    /** In the order they run: what is no row is found first, what isn't ours comes last. */
    @Bean
    EnrichmentPipeline enrichmentPipeline(
            SchemaProperties schemas,
            StandardEnrichers.Parts standard,
            ExtensionEnrichers extensions,
            MeterRegistry registry) {
        var enrichers = new ArrayList<Enricher>();
        if (schemas.folder() != null) {
            enrichers.add(new SchemaEnricher(schemas.folder(), registry));
        }
        enrichers.addAll(StandardEnrichers.all(standard));
        enrichers.addAll(extensions.all());
        return new EnrichmentPipeline(enrichers, InstantSource.system());
    }

    @Bean
    StandardEnrichers.Parts standardEnrichers(
            CampaignProperties campaign, ReferrerProperties referrer, UserAgents agents, Places places) {
        return new StandardEnrichers.Parts(
                new CampaignEnricher(campaign.rules()),
                new ReferrerEnricher(referrer.internalDomains()),
                agents,
                places);
    }

    // Closed after the workers have stopped.
    @Bean(destroyMethod = "close")
    ExtensionEnrichers extensionEnrichers(ExtensionProperties properties, MeterRegistry registry) {
        return new ExtensionEnrichers(properties, registry);
    }

    // Closed by its lifecycle, at its place in the order.
    @Bean(destroyMethod = "")
    WorkerPool workerPool(EnrichmentPipeline pipeline, ConsumerProperties properties, MeterRegistry registry) {
        return new WorkerPool(pipeline, properties.workers().settings(), registry);
    }

    @Bean
    WorkersLifecycle workersLifecycle(WorkerPool pool) {
        return new WorkersLifecycle(pool);
    }

    @Bean
    Enrichment enrichment(WorkerPool pool, EnrichmentPipeline pipeline) {
        return new PooledEnrichment(pool, pipeline);
    }
}
