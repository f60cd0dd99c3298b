package dev.sluice.consumer;

import dev.sluice.processor.geo.GeoDatabases;
import dev.sluice.processor.useragent.CachedUserAgents;
import dev.sluice.processor.useragent.UserAgents;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the enrichers know of devices and places. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({UserAgentProperties.class, GeoProperties.class})
class DeviceAndPlaceConfiguration {
    // Both are closed by their lifecycle, at its place in the order.
    @Bean(destroyMethod = "")
    UserAgents userAgents(UserAgentProperties properties, MeterRegistry registry) {
        return properties.enabled() ? new CachedUserAgents(properties.cacheEntries(), registry) : UserAgents.NONE;
    }

    @Bean(destroyMethod = "")
    GeoDatabases places(GeoProperties properties, MeterRegistry registry) {
        return new GeoDatabases(
                properties.country(), properties.city(), properties.reloadInterval(), InstantSource.system(), registry);
    }

    @Bean
    DeviceAndPlaceLifecycle deviceAndPlaceLifecycle(UserAgents agents, GeoDatabases places) {
        return new DeviceAndPlaceLifecycle(agents, places);
    }
}
