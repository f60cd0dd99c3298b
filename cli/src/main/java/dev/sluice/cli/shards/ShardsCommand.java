package dev.sluice.cli.shards;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.tap.StreamOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** {@code sluice shards}. */
@Command(
        name = "shards",
        description = {
            "Shows how many shards the stream has; with --to, changes that and waits until it is done.",
            "",
            "Nothing has to be told of it: collectors spread over all shards, consumers share them out anew. One call at most doubles or"
                    + " halves the number, so a large change takes several; it goes on until the number is reached. AWS allows ten"
                    + " calls in a rolling day (Kinesis, UpdateShardCount). Stopped half-way, run it again.",
            ""
        },
        sortOptions = false)
public final class ShardsCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MOST = 10_000;

    @Option(names = "--to", paramLabel = "N", description = "So many open shards.")
    @Nullable Integer to;

    @Option(
            names = "--timeout",
            paramLabel = "MINUTES",
            defaultValue = "30",
            description = "How long to wait (default: ${DEFAULT-VALUE}).")
    int timeoutMinutes;

    @Mixin
    StreamOptions stream = new StreamOptions();

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        Integer target = to;
        if (target != null && (target < 1 || target > MOST)) {
            throw new CommandLine.ParameterException(commandLine, "--to is from 1 to " + MOST);
        }
        if (timeoutMinutes < 1) {
            throw new CommandLine.ParameterException(commandLine, "--timeout is at least 1 minute");
        }
        PrintWriter out = commandLine.getOut();
        try (KinesisClient kinesis = stream.client()) {
            if (target != null) {
                scale(kinesis, target, commandLine.getErr());
            }
            out.println(stream.stream() + " has " + describe(kinesis).openShardCount() + " open shards");
            out.flush();
        } catch (SdkException e) {
            String why = e instanceof AwsServiceException said && said.awsErrorDetails() != null
                    ? said.awsErrorDetails().errorMessage()
                    : e.getMessage();
            throw new CliFailure("stream " + stream.stream() + ": " + why, e);
        }
        return CommandLine.ExitCode.OK;
    }

    private void scale(KinesisClient kinesis, int target, PrintWriter err) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofMinutes(timeoutMinutes).toNanos();
        StreamDescriptionSummary now = awaitActive(kinesis, deadline);
        if (now.streamModeDetails() != null && now.streamModeDetails().streamMode() == StreamMode.ON_DEMAND) {
            throw new CliFailure(
                    "stream " + stream.stream() + " is in on-demand mode, which has as many shards as it needs");
        }
        while (now.openShardCount() != target) {
            int next = next(now.openShardCount(), target);
            err.println(
                    "shards: from " + now.openShardCount() + " to " + next + (next == target ? "" : ", then further"));
            err.flush();
            kinesis.updateShardCount(request -> request.streamName(stream.stream())
                    .targetShardCount(next)
                    .scalingType(ScalingType.UNIFORM_SCALING));
            now = awaitActive(kinesis, deadline);
        }
    }

    /** What one call may do: at most double it, at most halve it. */
    static int next(int now, int target) {
        return target > now ? Math.min(target, 2 * now) : Math.max(target, (now + 1) / 2);
    }

    private StreamDescriptionSummary awaitActive(KinesisClient kinesis, long deadline) throws InterruptedException {
        while (true) {
            StreamDescriptionSummary now = describe(kinesis);
            if (now.streamStatus() == StreamStatus.ACTIVE) {
                return now;
            }
            if (deadline - System.nanoTime() < 0) {
                throw new CliFailure("stream " + stream.stream() + " is still " + now.streamStatusAsString() + " after "
                        + timeoutMinutes + " minutes; run it again to wait further");
            }
            Thread.sleep(PAUSE);
        }
    }

    private StreamDescriptionSummary describe(KinesisClient kinesis) {
        return kinesis.describeStreamSummary(request -> request.streamName(stream.stream()))
                .streamDescriptionSummary();
    }
}
