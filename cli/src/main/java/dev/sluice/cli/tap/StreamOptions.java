package dev.sluice.cli.tap;

import dev.sluice.cli.line.DataOption;
import dev.sluice.cli.line.RunningLine;
import dev.sluice.common.aws.AwsClients;
import dev.sluice.common.aws.AwsProperties;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Which stream: the running line's, or one on AWS. */
public final class StreamOptions {
    private static final Duration ATTEMPT = Duration.ofSeconds(5);
    private static final Duration CALL = Duration.ofSeconds(12);

    @Option(
            names = "--stream",
            paramLabel = "NAME",
            defaultValue = "sluice",
            description = "(default: ${DEFAULT-VALUE})")
    String stream = "sluice";

    @Option(
            names = "--region",
            paramLabel = "NAME",
            description =
                    "Reads the stream on AWS, with the credentials of the SDK's default chain (default: the stream of the"
                            + " line on --data).")
    @Nullable String region;

    @Mixin
    DataOption data = new DataOption();

    public String stream() {
        return stream;
    }

    /** To be closed by the caller. */
    public KinesisClient client() {
        URI local =
                region == null ? RunningLine.require(data.directory()).cloud().kinesis() : null;
        var properties = local == null
                ? new AwsProperties(
                        region,
                        AwsProperties.Credentials.CHAIN,
                        new AwsProperties.Endpoint(null, null, null, null),
                        ATTEMPT,
                        CALL)
                : new AwsProperties(
                        "us-east-1",
                        AwsProperties.Credentials.LOCAL,
                        new AwsProperties.Endpoint(local, local, local, null),
                        ATTEMPT,
                        CALL);
        return new AwsClients(properties)
                .configure(KinesisClient.builder(), local)
                .build();
    }
}
