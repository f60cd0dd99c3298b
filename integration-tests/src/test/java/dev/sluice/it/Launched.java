package dev.sluice.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A JVM of its own that runs one of the project's jars: what an operator starts, and what a fault kills. Confined to the test's thread. */
final class Launched implements AutoCloseable {
    /** How a command ended and what it printed on standard output. */
    record Outcome(int exitCode, String out, String err) {}

    /**
     * What runs the jar.
     *
     * @param prefix a command that is given java's command line, such as strace's; it must become that process, as signals go to it
     * @param flags of the JVM, besides those that all need
     */
    record Jvm(List<String> prefix, List<String> flags) {
        static final Jvm USUAL = new Jvm(List.of(), List.of("-Xmx1g"));

        /** With these flags besides. */
        Jvm with(List<String> moreFlags) {
            var all = new ArrayList<>(flags);
            all.addAll(moreFlags);
            return new Jvm(prefix, all);
        }

        Jvm under(List<String> newPrefix) {
            return new Jvm(newPrefix, flags);
        }
    }

    private static final List<String> JVM = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dsun.net.httpserver.nodelay=true");

    private final String name;
    private final Process process;
    private final Path out;
    private final Path err;

    private Launched(String name, Process process, Path out, Path err) {
        this.name = name;
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** The project's folder. */
    static Path root() {
        return Path.of(System.getProperty("sluice.root")).toAbsolutePath();
    }

    static Launched start(Path logs, Path jar, List<String> arguments) throws IOException {
        return start(logs, Jvm.USUAL, jar, arguments);
    }

    static Launched start(Path logs, Jvm jvm, Path jar, List<String> arguments) throws IOException {
        Files.createDirectories(logs);
        String name = jar.getFileName() + " " + String.join(" ", arguments);
        Path out = Files.createTempFile(logs, "out", ".log");
        Path err = Files.createTempFile(logs, "err", ".log");
        var command = new ArrayList<>(jvm.prefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(jvm.flags());
        command.add("-jar");
        command.add(jar.toString());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        return new Launched(name, process, out, err);
    }

    /** Runs a command to its end. */
    static Outcome run(Path logs, Path jar, List<String> arguments, Duration patience) throws Exception {
        try (Launched launched = start(logs, jar, arguments)) {
            return launched.await(patience);
        }
    }

    /** Waits for the command's own end. */
    Outcome await(Duration patience) throws Exception {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(name + " did not end within " + patience + ": " + output());
        }
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Waits until standard output has a line that begins so. */
    void awaitLine(String start, Duration patience) {
        Awaitility.await(start + " from " + name)
                .atMost(patience)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException(name + " ended with " + process.exitValue() + ": " + output());
                    }
                    return Files.readAllLines(out).stream().anyMatch(line -> line.startsWith(start));
                });
    }

    /** SIGKILL: nothing in the process gets to tidy up. */
    void kill9() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, as an orderly deployment sends it; the exit code. */
    int terminate(Duration patience) throws Exception {
        return stop(patience).exitCode();
    }

    /** As {@code kill -STOP} does: frozen in the middle of whatever it was doing. */
    void freeze() throws Exception {
        Machine.run("kill", "-STOP", String.valueOf(pid()));
    }

    /** Goes on where it was frozen, with no idea of the time that went by. */
    void thaw() throws Exception {
        Machine.run("kill", "-CONT", String.valueOf(pid()));
    }

    long pid() {
        return process.pid();
    }

    /** The same, and all it had to say. */
    Outcome stop(Duration patience) throws Exception {
        process.destroy();
        return await(patience);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What the operating system counts of it in memory, in bytes; Linux alone tells. */
    long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("the process has ended");
    }

    String output() throws IOException {
        return Files.readString(out) + Files.readString(err);
    }

    /** SIGKILL, if it still runs, and waits for its end: what follows may use its ports and files. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
