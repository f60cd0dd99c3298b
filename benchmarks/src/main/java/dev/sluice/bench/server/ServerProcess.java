package dev.sluice.bench.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server in a process of its own, and what the operating system says of it and of its children. Confined to one thread. */
public final class ServerProcess implements AutoCloseable {
    /** A training run on a busy machine takes its time. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** A training run writes its cache while it stops. */
    private static final Duration STOP = Duration.ofMinutes(2);

    private final String name;
    private final int port;
    private final Path log;
    private final Process process;
    private final long startNanos;

    private ServerProcess(String name, int port, Path log, Process process, long startNanos) {
        this.name = name;
        this.port = port;
        this.log = log;
        this.process = process;
        this.startNanos = startNanos;
    }

    /** Starts it; {@link #awaitAnswer} waits until it serves. Its output goes to a file in the directory it runs in. */
    public static ServerProcess start(String name, int port, Path directory, List<String> command) throws IOException {
        Files.createDirectories(directory);
        Path log = directory.resolve(name + ".log");
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // What is measured has the flags that are given to it here, and no others.
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        long start = System.nanoTime();
        return new ServerProcess(name, port, log, builder.start(), start);
    }

    /**
     * Waits until GET of the path is answered by 200.
     *
     * @return since the process was started
     */
    public Duration awaitAnswer(String path) throws IOException, InterruptedException {
        byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        while (System.nanoTime() - startNanos < PATIENCE.toNanos()) {
            if (answers(request)) {
                return Duration.ofNanos(System.nanoTime() - startNanos);
            }
            if (!process.isAlive()) {
                break;
            }
            Thread.sleep(5);
        }
        throw new IOException(this + " does not answer: " + lastLines());
    }

    private boolean answers(byte[] request) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(request);
            byte[] start = socket.getInputStream().readNBytes(12);
            return new String(start, StandardCharsets.ISO_8859_1).endsWith(" 200");
        } catch (IOException e) {
            return false;
        }
    }

    private String lastLines() throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }

    /** User and system time of the process and its children, since its start; in steps of 10 ms on Linux. */
    public Duration processorTime() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(handle -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM and, when that takes too long, SIGKILL. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name + " on port " + port;
    }
}
