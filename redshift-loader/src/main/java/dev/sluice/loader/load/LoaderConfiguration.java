package dev.sluice.loader.load;

import dev.sluice.common.aws.AwsClients;
import dev.sluice.common.aws.AwsProperties;
import dev.sluice.common.aws.CloudWatchMetrics;
import dev.sluice.loader.audit.AuditLoop;
import dev.sluice.loader.audit.AuditReport;
import dev.sluice.loader.canary.CanaryLoop;
import dev.sluice.loader.canary.CanaryProperties;
import dev.sluice.loader.console.Console;
import dev.sluice.loader.console.ConsoleProperties;
import dev.sluice.loader.login.AwsLoginClients;
import dev.sluice.loader.login.LoginSource;
import dev.sluice.loader.login.WarehouseAddress;
import dev.sluice.loader.staging.StagingClients;
import dev.sluice.loader.staging.StagingLayout;
import dev.sluice.loader.staging.StagingProperties;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServlet;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import software.amazon.awssdk.services.s3.S3Client;

/** The loader's wiring, in the order in which data goes. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    AwsProperties.class,
    StagingProperties.class,
    LoaderProperties.class,
    CanaryProperties.class,
    ConsoleProperties.class
})
@Import(CloudWatchMetrics.class)
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
    LoginSource loginSource(AwsProperties aws, LoaderProperties properties) {
        return logins(aws, properties);
    }

    static LoginSource logins(AwsProperties aws, LoaderProperties properties) {
        var clients = new AwsLoginClients(new AwsClients(aws));
        return switch (properties.credentials()) {
            case PASSWORD -> LoginSource.fixed(properties.username(), properties.password());
            case IAM -> clients.temporary(WarehouseAddress.of(properties.jdbcUrl()), properties.username());
            case SECRET -> clients.secret(properties.secretArn());
        };
    }

    @Bean
    Warehouse warehouse(LoaderProperties properties, LoginSource loginSource) {
        return Warehouse.connect(properties, loginSource);
    }

    @Bean
    LoaderMetrics loaderMetrics(MeterRegistry registry) {
        return new LoaderMetrics(registry, InstantSource.system());
    }

    @Bean
    ExtraColumns extraColumns(LoaderProperties properties) {
        return new ExtraColumns(properties.columns());
    }

    @Bean
    RedshiftLoader redshiftLoader(
            Warehouse warehouse,
            BatchStore store,
            StagingLayout layout,
            ExtraColumns extraColumns,
            LoaderProperties properties) {
        var settings = new RedshiftLoader.Settings(properties.iamRole(), properties.dedupWindow(), extraColumns);
        return new RedshiftLoader(warehouse, store, layout, settings, InstantSource.system());
    }

    @Bean
    LoadPass loadPass(BatchStore store, Loader loader, LoaderMetrics metrics, LoaderProperties properties) {
        var limits = new BatchSelection.Limits(properties.maxBatches(), properties.maxRows(), properties.slices());
        var selection = new BatchSelection(
                limits, properties.retry().backoff(), System::nanoTime, RandomGenerator.getDefault());
        return new LoadPass(
                new WaitingBatches(store, metrics, properties.maxBatches()),
                selection,
                loader,
                metrics,
                System::nanoTime);
    }

    @Bean
    DailyPageViews dailyPageViews(Warehouse warehouse, LoaderMetrics metrics, LoaderProperties properties) {
        return new DailyPageViews(
                warehouse, metrics, properties.daily().interval(), InstantSource.system(), System::nanoTime);
    }

    @Bean
    RetentionMetrics retentionMetrics(MeterRegistry registry) {
        return new RetentionMetrics(registry);
    }

    @Bean
    RowRetention rowRetention(Warehouse warehouse, RetentionMetrics metrics, LoaderProperties properties) {
        return new RowRetention(warehouse, RowRetention.rules(properties.retention()), metrics, InstantSource.system());
    }

    @Bean
    S3ObjectRetention objectRetention(
            S3Client s3,
            StagingLayout layout,
            RedshiftLoader loader,
            RetentionMetrics metrics,
            LoaderProperties properties) {
        var age = new S3ObjectRetention.Age(properties.retention().loadedObjects(), InstantSource.system());
        return new S3ObjectRetention(s3, layout, loader::idsLoadedAmong, metrics, age);
    }

    @Bean
    Upkeep upkeep(RowRetention rows, S3ObjectRetention objects, RetentionMetrics metrics) {
        return new Upkeep(List.of(rows, objects), metrics);
    }

    @Bean
    LoaderWork.Preparation preparation(Warehouse warehouse, ExtraColumns extraColumns) {
        var migrations = new Migrations(warehouse, Migrations.scripts(), InstantSource.system());
        return () -> {
            migrations.run();
            extraColumns.addTo(warehouse);
        };
    }

    @Bean
    LoaderWork loaderWork(
            LoaderWork.Preparation preparation, LoadPass pass, Loader loader, DailyPageViews daily, Upkeep upkeep) {
        return new LoaderWork(preparation, pass, loader, daily, upkeep);
    }

    @Bean
    LoadLoop loadLoop(LoaderWork work, LoaderProperties properties) {
        var pace = new LoadLoop.Pace(
                new LoadLoop.Windows(properties.window(), properties.maxWindow()),
                new QuietWindows(properties.quiet(), InstantSource.system()),
                properties.retry().backoff(),
                RandomGenerator.getDefault(),
                properties.stopTimeout());
        return new LoadLoop(work, pace, StopSignal::create, System::nanoTime);
    }

    @Bean
    AuditLoop auditLoop(LoaderProperties properties, LoginSource logins, MeterRegistry registry) {
        return AuditLoop.of(
                Warehouse.auditPool(properties, logins),
                properties.audit(),
                new AuditReport(registry, InstantSource.system()));
    }

    @Bean
    CanaryLoop canaryLoop(
            CanaryProperties canaries, LoaderProperties properties, LoginSource logins, MeterRegistry registry) {
        return new CanaryLoop(
                canaries, () -> Warehouse.canaryPool(properties, logins), InstantSource.system(), registry);
    }

    @Bean
    Console console(
            ConsoleProperties console, LoaderProperties properties, LoginSource logins, MeterRegistry registry) {
        return new Console(
                console, () -> Warehouse.consolePool(properties, logins, console.statementTimeout()), registry);
    }

    @Bean
    ServletRegistrationBean<HttpServlet> consoleServlet(Console console, ConsoleProperties properties) {
        var registration = new ServletRegistrationBean<>(console.servlet(), "/console/*");
        registration.setName("console");
        registration.setEnabled(properties.enabled());
        return registration;
    }

    @Bean
    LoaderHealth loaderHealthIndicator(LoadLoop loop, LoaderProperties properties) {
        Duration windows = properties.maxWindow().multipliedBy(2);
        return new LoaderHealth(loop, windows.compareTo(LEAST_HEALTH_GRACE) > 0 ? windows : LEAST_HEALTH_GRACE);
    }
}
