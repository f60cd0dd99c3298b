package dev.sluice.cli.doctor;

import dev.sluice.common.aws.AwsProperties;
import dev.sluice.consumer.ConsumerProperties;
import dev.sluice.ingest.IngestProperties;
import dev.sluice.loader.load.LoaderProperties;
import dev.sluice.loader.staging.StagingProperties;
import dev.sluice.loader.staging.archive.ArchiveProperties;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The services that are looked at, by the settings that they have read; null where one is not looked at, or has none. */
record Deployment(
        @Nullable Ingest ingest,
        @Nullable Consumer consumer,
        @Nullable Loader loader) {
    /** How the first of them calls AWS; null when there is none. */
    @Nullable AwsProperties anyAws() {
        if (ingest != null) {
            return ingest.aws();
        }
        if (consumer != null) {
            return consumer.aws();
        }
        return loader == null ? null : loader.aws();
    }

    /** Which service, by the name of its configuration files. */
    enum Service {
        INGEST,
        CONSUMER,
        LOADER;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Where a service listens.
     *
     * @param address empty is every address
     * @param management the port of health and metrics
     */
    record Ports(String address, int port, int management) {}

    /** @param maxConnections that its server takes at once */
    record Ingest(AwsProperties aws, Ports ports, IngestProperties own, int maxConnections) {}

    record Consumer(
            AwsProperties aws,
            Ports ports,
            ConsumerProperties own,
            StagingProperties staging,
            ArchiveProperties archive) {}

    record Loader(AwsProperties aws, Ports ports, LoaderProperties own, StagingProperties staging) {}
}
