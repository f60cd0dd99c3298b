package dev.sluice.local;

import dev.sluice.local.LocalCloudSettings.Ports;
import dev.sluice.local.dynamodb.LocalDynamoDb;
import dev.sluice.local.kinesis.KinesisSettings;
import dev.sluice.local.kinesis.LocalKinesis;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import dev.sluice.local.s3.LocalS3;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All the line needs of AWS, on this machine's loopback: Kinesis, DynamoDB, S3 and Redshift, with the line's stream and bucket made.
 * Everything is kept below one directory, which one cloud uses at a time: closing it, or killing its process, and starting again
 * finds what was acknowledged.
 *
 * <p>Starting and closing belong to one thread; the accessors to any.
 */
public final class LocalCloud implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalCloud.class);

    /** Loggers that say something at each call; a process that runs this sets them to {@code ERROR} or {@code WARN}. */
    public static final List<String> CHATTY_LOGGERS =
            List.of("software.amazon.dynamodb", "org.eclipse.jetty", "org.gaul");

    private final Parts parts;
    private final LocalCloudSettings settings;
    private final LocalKinesis kinesis;
    private final LocalDynamoDb dynamoDb;
    private final LocalS3 s3;
    private final LocalRedshift redshift;

    private LocalCloud(
            Parts parts,
            LocalCloudSettings settings,
            LocalKinesis kinesis,
            LocalDynamoDb dynamoDb,
            LocalS3 s3,
            LocalRedshift redshift) {
        this.parts = parts;
        this.settings = settings;
        this.kinesis = kinesis;
        this.dynamoDb = dynamoDb;
        this.s3 = s3;
        this.redshift = redshift;
    }

    /**
     * Starts all parts side by side; when this returns, they answer and the stream and the bucket are there. If one fails, the
     * others are closed again.
     *
     * @throws LocalCloudException one line: which part failed, on which port, or who uses the directory
     */
    public static LocalCloud start(LocalCloudSettings settings) {
        Parts parts = new Parts();
        try {
            parts.add("The data directory", DirectoryLock.acquire(settings.dir()));
            return start(settings, parts);
        } catch (IOException e) {
            throw new LocalCloudException("Can't use " + settings.dir() + ": " + e, e);
        } catch (RuntimeException e) {
            parts.closeAfter(e);
            throw e;
        }
    }

    private static LocalCloud start(LocalCloudSettings settings, Parts parts) {
        long startNanos = System.nanoTime();
        Path dir = settings.dir();
        Ports ports = settings.ports();
        try (SideBySide starting = new SideBySide()) {
            Future<LocalKinesis> kinesis = starting.start(
                    "Kinesis",
                    ports.kinesis(),
                    () -> LocalKinesis.start(
                            KinesisSettings.in(dir.resolve("kinesis")).withPort(ports.kinesis())));
            Future<LocalDynamoDb> dynamoDb = starting.start(
                    "DynamoDB", ports.dynamodb(), () -> LocalDynamoDb.start(dir.resolve("dynamodb"), ports.dynamodb()));
            Future<LocalS3> s3 = starting.start("S3", ports.s3(), () -> LocalS3.start(dir.resolve("s3"), ports.s3()));
            Future<LocalRedshift> redshift = starting.start(
                    "Redshift",
                    ports.redshift(),
                    () -> LocalRedshift.start(new RedshiftSettings(
                            dir.resolve("redshift"), ports.redshift(), s3.get().endpoint())));
            starting.run(
                    "The stream " + settings.stream(),
                    () -> Line.makeStream(kinesis.get().endpoint(), settings.stream(), settings.shards()));
            starting.run(
                    "The bucket " + settings.bucket(),
                    () -> Line.makeBucket(s3.get().endpoint(), settings.bucket()));
            starting.await(parts);
            LOG.info(
                    "Local cloud on {} after {} ms",
                    dir,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
            return new LocalCloud(
                    parts, settings, kinesis.resultNow(), dynamoDb.resultNow(), s3.resultNow(), redshift.resultNow());
        }
    }

    /** For its faults, above all. */
    public LocalKinesis kinesis() {
        return kinesis;
    }

    public URI kinesisEndpoint() {
        return kinesis.endpoint();
    }

    public URI dynamoDbEndpoint() {
        return dynamoDb.endpoint();
    }

    public URI s3Endpoint() {
        return s3.endpoint();
    }

    /** Of the database {@code dev}; the user is {@code sluice}, without a password. */
    public String jdbcUrl() {
        return redshift.jdbcUrl();
    }

    /** The ports in use, none of them 0. */
    public Ports ports() {
        return new Ports(kinesis.port(), dynamoDb.port(), s3.port(), redshift.port());
    }

    public LocalCloudSettings settings() {
        return settings;
    }

    /**
     * Closes all parts, last the directory; one's failure doesn't keep the others running.
     *
     * @throws LocalCloudException naming the part that did not stop cleanly
     */
    @Override
    public void close() {
        parts.close();
    }
}
