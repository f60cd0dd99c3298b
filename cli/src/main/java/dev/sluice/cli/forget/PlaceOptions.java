package dev.sluice.cli.forget;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.line.DataOption;
import dev.sluice.cli.line.LineAws;
import dev.sluice.cli.line.RunningLine;
import dev.sluice.cli.query.Warehouse;
import dev.sluice.loader.staging.StagingClients;
import dev.sluice.loader.staging.StagingLayout;
import dev.sluice.loader.staging.archive.ArchiveLayout;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.s3.S3Client;

/** Which warehouse and bucket: the running line's, or those that are named. (Here {@code --user} is whose rows go.) */
public final class PlaceOptions {
    /** An archive object has 16 MB. */
    private static final LineAws.Deadlines DEADLINES =
            new LineAws.Deadlines(Duration.ofSeconds(60), Duration.ofMinutes(3));

    @Option(
            names = "--jdbc-url",
            paramLabel = "URL",
            description = "The warehouse, such as jdbc:redshift://HOST:5439/dev (default: that of the line on --data).")
    @Nullable String jdbcUrl;

    @Option(names = "--login", paramLabel = "NAME", description = "Of the warehouse at --jdbc-url: the loader's own.")
    @Nullable String login;

    @Option(
            names = "--password-env",
            paramLabel = "NAME",
            description = "The environment variable that holds the password; a password is never an argument.")
    @Nullable String passwordEnv;

    @Option(
            names = "--bucket",
            paramLabel = "NAME",
            description = "The staging bucket, sluice.staging.bucket (default: that of the line on --data).")
    @Nullable String bucket;

    @Option(names = "--prefix", paramLabel = "PREFIX", defaultValue = "", description = "sluice.staging.prefix.")
    String prefix = "";

    @Option(
            names = "--archive-bucket",
            paramLabel = "NAME",
            description = "sluice.archive.bucket (default: the staging bucket).")
    @Nullable String archiveBucket;

    @Option(
            names = "--archive-prefix",
            paramLabel = "PREFIX",
            description = "sluice.archive.prefix (default: that of staging).")
    @Nullable String archivePrefix;

    @Option(names = "--region", paramLabel = "NAME", description = "Of the bucket (default: as the AWS SDK finds it).")
    @Nullable String region;

    @Mixin
    DataOption data = new DataOption();

    /** The warehouse and the bucket are one line's: both are named, or neither is. */
    public Warehouse.Address warehouse() {
        if ((jdbcUrl != null) != (bucket != null)) {
            throw new CliFailure("name both --jdbc-url and --bucket, or neither: they must be the same line's");
        }
        if (jdbcUrl == null) {
            var cloud = RunningLine.require(data.directory()).cloud();
            return new Warehouse.Address(cloud.jdbcUrl(), cloud.user(), "");
        }
        String password = passwordEnv == null ? "" : System.getenv(passwordEnv);
        if (password == null) {
            throw new CliFailure("the environment variable " + passwordEnv + " is not set");
        }
        return new Warehouse.Address(jdbcUrl, login == null ? "" : login, password);
    }

    public StagingLayout staging() {
        return new StagingLayout(bucket == null ? LineAws.LOCAL_BUCKET : bucket, prefix);
    }

    public ArchiveLayout archive() {
        return new ArchiveLayout(
                archiveBucket == null ? staging().bucket() : archiveBucket,
                archivePrefix == null ? prefix : archivePrefix);
    }

    public S3Client s3() {
        RunningLine.Cloud cloud =
                bucket == null ? RunningLine.require(data.directory()).cloud() : null;
        return StagingClients.s3(LineAws.clients(cloud, region, DEADLINES), cloud == null ? null : cloud.s3());
    }
}
