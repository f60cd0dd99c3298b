package dev.sluice.loader.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A class with a {@code main}, in a JVM of its own on this one's class path: what can be killed. Confined to the test's thread. */
final class JavaProcess implements AutoCloseable {
    private final ProcessBuilder builder;
    private final Path log;
    private Process process;

    private JavaProcess(ProcessBuilder builder, Path log) throws IOException {
        this.builder = builder;
        this.log = log;
        this.process = builder.start();
    }

    static JavaProcess start(Path logs, Class<?> main, Map<String, String> environment, List<String> arguments)
            throws IOException {
        Files.createDirectories(logs);
        Path log = Files.createTempFile(logs, main.getSimpleName(), ".log");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new JavaProcess(builder, log);
    }

    /** SIGKILL: nothing in it gets to tidy up. Returns when it is gone. */
    void kill9() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** The same command once more; the one before has ended. */
    void startAgain() throws IOException {
        if (process.isAlive()) {
            throw new IllegalStateException("it still runs");
        }
        process = builder.start();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String output() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
