package dev.sluice.consumer;

import dev.sluice.processor.WorkerPool;
import dev.sluice.processor.enrich.StandardEnrichers;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The workers that turn frames into rows, for all shards together. */
@Configuration(proxyBeanMethods = false)
class EnrichmentConfiguration {
    // Closed by its lifecycle, at its place in the order.
    @Bean(destroyMethod = "")
    WorkerPool workerPool(ConsumerProperties properties, MeterRegistry registry) {
        return new WorkerPool(
                StandardEnrichers.pipeline(InstantSource.system()),
                properties.workers().settings(),
                registry);
    }

    @Bean
    WorkersLifecycle workersLifecycle(WorkerPool pool) {
        return new WorkersLifecycle(pool);
    }

    @Bean
    Enrichment enrichment(WorkerPool pool) {
        return new PooledEnrichment(pool);
    }
}
