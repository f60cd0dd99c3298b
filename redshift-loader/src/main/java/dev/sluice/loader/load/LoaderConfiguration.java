package dev.sluice.loader.load;

import dev.sluice.common.aws.AwsClients;
import dev.sluice.common.aws.AwsProperties;
import dev.sluice.loader.audit.AuditLoop;
import dev.sluice.loader.audit.AuditReport;
import dev.sluice.loader.staging.StagingClients;
import dev.sluice.loader.staging.StagingLayout;
import dev.sluice.loader.staging.StagingProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.services.s3.S3Client;

/** The loader's wiring, in the order in which data goes. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AwsProperties.class, StagingProperties.class, LoaderProperties.class})
class LoaderConfiguration {
    /** Stops before the management server, so that its last counts can still be read. */
    static final int LOAD_LOOP_PHASE = SmartLifecycle.DEFAULT_PHASE;

    private static final Duration LEAST_HEALTH_GRACE = Duration.ofMinutes(2);

    @Bean
    S3Client s3(AwsProperties properties) {
        return StagingClients.s3(
                new AwsClients(properties), properties.endpoint().s3());
    }

    @Bean
    StagingLayout stagingLayout(StagingProperties properties) {
        return properties.layout();
    }

    @Bean
    BatchStore batchStore(S3Client s3, StagingLayout layout) {
        return new S3BatchStore(s3, layout);
    }

    @Bean
    Warehouse warehouse(LoaderProperties properties) {
        return Warehouse.connect(properties);
    }

    @Bean
    LoaderMetrics loaderMetrics(MeterRegistry registry) {
        return new LoaderMetrics(registry, InstantSource.system());
    }

    @Bean
    Loader redshiftLoader(Warehouse warehouse, BatchStore store, StagingLayout layout, LoaderProperties properties) {
        var settings = new RedshiftLoader.Settings(properties.iamRole(), properties.dedupWindow());
        return new RedshiftLoader(warehouse, store, layout, settings, InstantSource.system());
    }

    @Bean
    LoadPass loadPass(BatchStore store, Loader loader, LoaderMetrics metrics, LoaderProperties properties) {
        var limits = new BatchSelection.Limits(properties.maxBatches(), properties.maxRows());
        var selection = new BatchSelection(
                limits, properties.retry().backoff(), System::nanoTime, RandomGenerator.getDefault());
        return new LoadPass(new WaitingBatches(store, metrics), selection, loader, metrics, System::nanoTime);
    }

    @Bean
    LoadLoop loadLoop(Warehouse warehouse, LoadPass pass, Loader loader, LoaderProperties properties) {
        var migrations = new Migrations(warehouse, Migrations.scripts(), InstantSource.system());
        var pace = new LoadLoop.Pace(
                new LoadLoop.Windows(properties.window(), properties.maxWindow()),
                new QuietWindows(properties.quiet(), InstantSource.system()),
                properties.retry().backoff(),
                RandomGenerator.getDefault(),
                properties.stopTimeout());
        return new LoadLoop(new LoaderWork(migrations, pass, loader), pace, StopSignal::create, System::nanoTime);
    }

    @Bean
    AuditLoop auditLoop(LoaderProperties properties, MeterRegistry registry) {
        return AuditLoop.of(
                Warehouse.auditPool(properties), properties.audit(), new AuditReport(registry, InstantSource.system()));
    }

    @Bean
    LoaderHealth loaderHealthIndicator(LoadLoop loop, LoaderProperties properties) {
        Duration windows = properties.maxWindow().multipliedBy(2);
        return new LoaderHealth(loop, windows.compareTo(LEAST_HEALTH_GRACE) > 0 ? windows : LEAST_HEALTH_GRACE);
    }
}
