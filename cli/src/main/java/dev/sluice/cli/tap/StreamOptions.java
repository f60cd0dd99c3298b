package dev.sluice.cli.tap;

import dev.sluice.cli.line.DataOption;
import dev.sluice.cli.line.LineAws;
import dev.sluice.cli.line.RunningLine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Which stream: the running line's, or one on AWS. */
public final class StreamOptions {
    private static final LineAws.Deadlines DEADLINES =
            new LineAws.Deadlines(Duration.ofSeconds(5), Duration.ofSeconds(12));

    @Option(
            names = "--stream",
            paramLabel = "NAME",
            defaultValue = LineAws.LOCAL_STREAM,
            description = "(default: ${DEFAULT-VALUE})")
    String stream = LineAws.LOCAL_STREAM;

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
        RunningLine.Cloud cloud =
                region == null ? RunningLine.require(data.directory()).cloud() : null;
        return LineAws.kinesis(LineAws.clients(cloud, region, DEADLINES), cloud);
    }
}
