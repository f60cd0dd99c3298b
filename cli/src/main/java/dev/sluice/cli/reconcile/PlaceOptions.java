package dev.sluice.cli.reconcile;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.line.LineAws;
import dev.sluice.cli.line.RunningLine;
import dev.sluice.common.RawHit;
import dev.sluice.common.aws.AwsClients;
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
import java.util.Objects;
import java.util.function.ToIntFunction;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.s3.S3Client;

/** Where to look for what is missing: the running line's places, or those that are named. */
final class PlaceOptions {
    private static final LineAws.Deadlines DEADLINES =
            new LineAws.Deadlines(Duration.ofSeconds(30), Duration.ofSeconds(60));

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
            names = "--archive-prefix",
            paramLabel = "PREFIX",
            defaultValue = "${env:SLUICE_ARCHIVE_PREFIX}",
            description = "Before the archive's keys (default: $SLUICE_ARCHIVE_PREFIX, else that of staging).")
    @Nullable String archivePrefix;

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
        AwsClients clients = LineAws.clients(cloud, region, DEADLINES);
        var places = new ArrayList<HitPlace>();
        LastEvents lastEvents = null;
        String staging = named(bucket) != null || cloud == null ? named(bucket) : LineAws.LOCAL_BUCKET;
        if (staging != null) {
            S3Client s3 = StagingClients.s3(clients, cloud == null ? null : cloud.s3());
            String before = prefix == null ? "" : prefix;
            places.add(new S3StagedHits(s3, new StagingLayout(staging, before), warehouse));
            String archived = named(archiveBucket);
            var archive = new S3ArchivedHits(
                    s3,
                    new ArchiveLayout(
                            archived == null ? staging : archived,
                            Objects.requireNonNullElse(named(archivePrefix), before)),
                    InstantSource.system());
            places.add(archive);
            lastEvents = new LastEvents(warehouse, archive, eventsOf);
        }
        String from = stream != null || cloud == null ? stream : LineAws.LOCAL_STREAM;
        if (from != null) {
            places.add(new KinesisStreamHits(LineAws.kinesis(clients, cloud), from));
        }
        journals.forEach(journal -> places.add(new JournalHits(journal)));
        return new Reconciler.Search(places, lastEvents);
    }

    /** An environment variable that is not set is an empty option. */
    private static @Nullable String named(@Nullable String option) {
        return option == null || option.isEmpty() ? null : option;
    }
}
