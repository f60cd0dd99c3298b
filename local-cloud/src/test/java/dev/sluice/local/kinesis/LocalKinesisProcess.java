package dev.sluice.local.kinesis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An endpoint in a process of its own, so that it can be killed. Ends by itself when the process that started it is gone: its
 * standard input ends then.
 */
final class LocalKinesisProcess implements AutoCloseable {
    /** Before the endpoint: log lines may come on the same way. */
    private static final String READY = "ready ";

    private final Process process;
    private final URI endpoint;

    private LocalKinesisProcess(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /** The child: directory in, endpoint out. */
    public static void main(String[] arguments) throws IOException {
        KinesisSettings settings = KinesisSettings.in(Path.of(arguments[0]))
                .withLimits(ShardLimits.NONE)
                .withSegmentBytes(Long.parseLong(arguments[1]));
        LocalKinesis kinesis = LocalKinesis.start(settings);
        System.out.println(READY + kinesis.endpoint());
        int end = System.in.read();
        System.exit(end < 0 ? 0 : 1);
    }

    static LocalKinesisProcess start(Path dir, long segmentBytes) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LocalKinesisProcess.class.getName(),
                        dir.toString(),
                        Long.toString(segmentBytes))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(READY)) {
                return new LocalKinesisProcess(process, URI.create(line.substring(READY.length())));
            }
        }
        process.destroyForcibly();
        throw new IOException("the child ended before it was ready");
    }

    URI endpoint() {
        return endpoint;
    }

    /** The processor time it has used. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** As {@code kill -9} does it. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
