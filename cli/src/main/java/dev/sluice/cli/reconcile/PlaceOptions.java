package dev.sluice.cli.reconcile;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.line.RunningLine;
import dev.sluice.common.RawHit;
import dev.sluice.common.aws.AwsClients;
import dev.sluice.common.aws.AwsProperties;
import dev.sluice.loader.audit.HitPlace;
import dev.sluice.loader.audit.LastEvents;
import dev.sluice.loader.audit.Reconciler;
import dev.sluice.loader.audit.S3ArchivedHits;
import dev.sluice.loader.audit.S3StagedHits;
import dev.sluice.loader.staging.StagingClients;
import dev.sluice.loader.staging.StagingLayout;
import dev.sluice.loader.staging.archive.ArchiveLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Where to look for what is missing: the running line's places, or those that are named. */
final class PlaceOptions {
    private static final Duration ATTEMPT = Duration.ofSeconds(30);
    private static final String LOCAL_BUCKET = "sluice-local";
    private static final String LOCAL_STREAM = "sluice";

    @Option(
            names = "--journal",
            paramLabel = "DIR",
            description = "An ingest node's journal to look in too; may be given several times.")
    List<Path> journals = new ArrayList<>();

    @Option(
            names = "--bucket",
            paramLabel = "NAME",
            defaultValue = "${env:SLUICE_STAGING_BUCKET}",
            description = "The staging bucket (default: $SLUICE_STAGING_BUCKET, else that of the line on --data).")
    @Nullable String bucket;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            defaultValue = "${env:SLUICE_STAGING_PREFIX}",
            description = "Before all keys of the line (default: $SLUICE_STAGING_PREFIX, else none).")
    @Nullable String prefix;

    @Option(
            names = "--archive-bucket",
            paramLabel = "NAME",
            defaultValue = "${env:SLUICE_ARCHIVE_BUCKET}",
            description = "The raw archive's bucket (default: $SLUICE_ARCHIVE_BUCKET, else the staging bucket).")
    @Nullable String archiveBucket;

    @Option(
            names = "--stream",
            paramLabel = "NAME",
            description = "The Kinesis stream (default: that of the line on --data; else it is not looked at).")
    @Nullable String stream;

    @Option(names = "--region", paramLabel = "NAME", description = "AWS region (default: as the AWS SDK finds it).")
    @Nullable String region;

    /** Clients that stay open until the command has ended, which is the process's end. */
    Reconciler.Search search(
            boolean isNamedWarehouse, Path data, DataSource warehouse, ToIntFunction<RawHit> eventsOf) {
        for (Path journal : journals) {
            if (!Files.isDirectory(journal)) {
                throw new CliFailure("there is no journal in " + journal);
            }
        }
        RunningLine.Cloud cloud =
                isNamedWarehouse ? null : RunningLine.require(data).cloud();
        var clients = new AwsClients(properties(cloud));
        var places = new ArrayList<HitPlace>();
        LastEvents lastEvents = null;
        String staging = named(bucket) != null || cloud == null ? named(bucket) : LOCAL_BUCKET;
        if (staging != null) {
            S3Client s3 = StagingClients.s3(clients, cloud == null ? null : cloud.s3());
            String before = prefix == null ? "" : prefix;
            places.add(new S3StagedHits(s3, new StagingLayout(staging, before), warehouse));
            String archived = named(archiveBucket);
            var archive = new S3ArchivedHits(
                    s3, new ArchiveLayout(archived == null ? staging : archived, before), InstantSource.system());
            places.add(archive);
            lastEvents = new LastEvents(warehouse, archive, eventsOf);
        }
        String from = stream != null || cloud == null ? stream : LOCAL_STREAM;
        if (from != null) {
            KinesisClient kinesis = clients.configure(KinesisClient.builder(), cloud == null ? null : cloud.kinesis())
                    // Named, as several are on the class path.
                    .httpClientBuilder(ApacheHttpClient.builder())
                    .build();
            places.add(new KinesisStreamHits(kinesis, from));
        }
        journals.forEach(journal -> places.add(new JournalHits(journal)));
        return new Reconciler.Search(places, lastEvents);
    }

    /** An environment variable that is not set is an empty option. */
    private static @Nullable String named(@Nullable String option) {
        return option == null || option.isEmpty() ? null : option;
    }

    private AwsProperties properties(RunningLine.@Nullable Cloud cloud) {
        return cloud == null
                ? new AwsProperties(
                        region,
                        AwsProperties.Credentials.CHAIN,
                        new AwsProperties.Endpoint(null, null, null, null),
                        ATTEMPT,
                        ATTEMPT.multipliedBy(2))
                : new AwsProperties(
                        "us-east-1",
                        AwsProperties.Credentials.LOCAL,
                        new AwsProperties.Endpoint(cloud.kinesis(), cloud.dynamodb(), cloud.s3(), null),
                        ATTEMPT,
                        ATTEMPT.multipliedBy(2));
    }
}
