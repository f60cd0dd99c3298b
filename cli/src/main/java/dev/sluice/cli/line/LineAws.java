package dev.sluice.cli.line;

import dev.sluice.common.aws.AwsClients;
import dev.sluice.common.aws.AwsProperties;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** How a command calls AWS: the running line's stand-ins, or the real thing with the credentials of the SDK's default chain. */
public final class LineAws {
    /** The stand-ins' staging bucket. */
    public static final String LOCAL_BUCKET = "sluice-local";
    /** The stand-ins' stream. */
    public static final String LOCAL_STREAM = "sluice";

    private static final String LOCAL_REGION = "us-east-1";

    private LineAws() {}

    /**
     * @param attempt for one try of a call
     * @param call with all its tries
     */
    public record Deadlines(Duration attempt, Duration call) {}

    /**
     * @param cloud the line's; null is AWS
     * @param region of AWS; null is as the SDK finds it
     */
    public static AwsClients clients(RunningLine.@Nullable Cloud cloud, @Nullable String region, Deadlines deadlines) {
        return new AwsClients(
                cloud == null
                        ? new AwsProperties(
                                region,
                                AwsProperties.Credentials.CHAIN,
                                new AwsProperties.Endpoint(null, null, null, null),
                                deadlines.attempt(),
                                deadlines.call())
                        : new AwsProperties(
                                LOCAL_REGION,
                                AwsProperties.Credentials.LOCAL,
                                new AwsProperties.Endpoint(cloud.kinesis(), cloud.dynamodb(), cloud.s3(), null),
                                deadlines.attempt(),
                                deadlines.call()));
    }

    /** To be closed by the caller. */
    public static KinesisClient kinesis(AwsClients clients, RunningLine.@Nullable Cloud cloud) {
        return clients.configure(KinesisClient.builder(), cloud == null ? null : cloud.kinesis())
                // Named, as several are on the class path.
                .httpClientBuilder(ApacheHttpClient.builder())
                .build();
    }
}
