package dev.sluice.bench.server;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The place where servers are started and kept: each in a directory and on a port of its own, all stopped and removed in the end,
 * when this process is interrupted too. Confined to one thread.
 */
public final class Workbench implements AutoCloseable {
    /** As the service's image has them, but for the heap: a bound that does not depend on the machine. */
    private static final List<String> SERVICE_FLAGS = List.of(
            "-Xmx512m",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private final Path root;
    private final Path directory;
    private final List<String> ingestFlags;
    private final Deque<ServerProcess> running = new ArrayDeque<>();
    private final Thread lastResort;
    private int started;
    /** Where the stream is called, once there is one. */
    private URI streamUri = URI.create("http://127.0.0.1");
    /** Flags for the JVMs that call it. */
    private List<String> streamTrust = List.of();
    /** What the collector's command begins with. */
    private List<String> ingestPlace = List.of();

    /**
     * @param root the project's folder
     * @param parent where the directory for it all is made: journals are written there, so it should be on a disk
     * @param ingestFlags more JVM flags for the collector
     */
    public Workbench(Path root, Path parent, List<String> ingestFlags) throws IOException {
        this.root = root;
        this.ingestFlags = List.copyOf(ingestFlags);
        Files.createDirectories(parent);
        this.directory = Files.createTempDirectory(parent, "bench-").toAbsolutePath();
        this.lastResort = Thread.ofPlatform().name("bench-stop").unstarted(this::stopAndRemove);
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /**
     * Gives the collector the first core and leaves the others to everything else that is started from now on, and to this
     * process: who sends the load then takes nothing of what is measured.
     *
     * @return whether it could be done: not on a single core, nor without {@code taskset}
     */
    public boolean separateCores() throws IOException, InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        Path taskset = Path.of("/usr/bin/taskset");
        if (cores < 2 || !Files.isExecutable(taskset)) {
            return false;
        }
        String others = "1-" + (cores - 1);
        String self = Long.toString(ProcessHandle.current().pid());
        Process pinned = new ProcessBuilder(taskset.toString(), "--all-tasks", "--cpu-list", "--pid", others, self)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (pinned.waitFor() != 0) {
            return false;
        }
        ingestPlace = List.of(taskset.toString(), "--cpu-list", "0");
        return true;
    }

    public Path directory() {
        return directory;
    }

    /** The stand-in for Kinesis; over TLS for those who call it, where nginx is installed. */
    public ServerProcess startStream() throws IOException, InterruptedException {
        int port = freePort();
        Path home = home("stream");
        var command = java(List.of("-Xmx512m", "-XX:+UseSerialGC", "-Dsun.net.httpserver.nodelay=true"));
        command.addAll(List.of(
                "-cp",
                classPath(),
                StreamServer.class.getName(),
                Integer.toString(port),
                home.resolve("data").toString()));
        ServerProcess stream = started(ServerProcess.start("stream", port, home, command));
        stream.awaitAnswer("/_sluice/faults");
        streamUri = URI.create("http://127.0.0.1:" + port);
        Optional<Path> nginx = Nginx.find();
        if (nginx.isPresent()) {
            TlsFront front = TlsFront.start(nginx.get(), port, freePort(), home("tls"));
            started(front.process());
            streamUri = front.uri();
            streamTrust = front.trust();
        }
        return stream;
    }

    public StreamFaults faultsOf(ServerProcess stream) {
        return new StreamFaults(stream.port());
    }

    /** The collector as its image runs it: extracted, sending to the stream that was started before. */
    public Ingest startIngest() throws IOException, InterruptedException {
        Ingest ingest = launchIngest(extractedIngest(), List.of());
        ingest.process().awaitAnswer("/health");
        return ingest;
    }

    /**
     * Returns at once.
     *
     * @param jar as {@link #extract} gives it, or as it is built
     */
    public Ingest launchIngest(Path jar, List<String> moreFlags) throws IOException {
        int port = freePort();
        int managementPort = freePort();
        var flags = new ArrayList<>(SERVICE_FLAGS);
        flags.addAll(streamTrust);
        flags.addAll(ingestFlags);
        flags.addAll(moreFlags);
        var command = new ArrayList<>(ingestPlace);
        command.addAll(java(flags));
        command.addAll(List.of(
                "-jar",
                jar.toString(),
                "--spring.profiles.active=local",
                "--server.port=" + port,
                "--management.server.port=" + managementPort,
                "--sluice.aws.endpoint.kinesis=" + streamUri));
        return new Ingest(started(ServerProcess.start("ingest", port, home("ingest"), command)), managementPort);
    }

    /** The collector's jar as it is built. */
    public Path ingestJar() throws IOException {
        Path target = root.resolve("ingest-api/target");
        if (Files.isDirectory(target)) {
            try (var files = Files.list(target)) {
                Optional<Path> jar = files.filter(
                                file -> file.getFileName().toString().endsWith("-exec.jar"))
                        .findFirst();
                if (jar.isPresent()) {
                    return jar.get();
                }
            }
        }
        throw new IOException("no ingest-api-*-exec.jar in " + target + ": run ./sluice build");
    }

    /** The same, taken apart as in its image. */
    public Path extractedIngest() throws IOException, InterruptedException {
        return extract(ingestJar(), "extracted");
    }

    /** An executable jar, taken apart as in its image. */
    public Path extract(Path jar, String folder) throws IOException, InterruptedException {
        Path destination = directory.resolve(folder);
        Path extracted = destination.resolve(jar.getFileName());
        if (!Files.exists(extracted)) {
            var command = java(List.of("-Djarmode=tools"));
            command.addAll(List.of(
                    "-jar", jar.toAbsolutePath().toString(), "extract", "--destination", destination.toString()));
            int exit = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IOException("could not extract " + jar);
            }
        }
        return extracted;
    }

    /** One put per request. */
    public ServerProcess startSeed() throws IOException, InterruptedException {
        int port = freePort();
        var flags = new ArrayList<>(streamTrust);
        flags.add("-Xmx512m");
        var command = java(flags);
        command.addAll(
                List.of("-cp", classPath(), SeedServer.class.getName(), Integer.toString(port), streamUri.toString()));
        ServerProcess seed = started(ServerProcess.start("seed", port, home("seed"), command));
        seed.awaitAnswer("/health");
        return seed;
    }

    /** Empty where nginx is not installed. */
    public Optional<ServerProcess> startNginx() throws IOException, InterruptedException {
        Optional<Path> program = Nginx.find();
        if (program.isEmpty()) {
            return Optional.empty();
        }
        ServerProcess nginx = started(Nginx.startPixel(program.get(), freePort(), home("nginx")));
        nginx.awaitAnswer("/");
        return Optional.of(nginx);
    }

    /** A command of this project's own programs, on the class path of this process. */
    public List<String> program(String mainClass, List<String> arguments) {
        var command = java(List.of("-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", classPath(), mainClass));
        command.addAll(arguments);
        return command;
    }

    private static List<String> java(List<String> flags) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        return command;
    }

    /** Absolute: the programs run in directories of their own. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private Path home(String name) throws IOException {
        return Files.createDirectories(directory.resolve(++started + "-" + name));
    }

    private ServerProcess started(ServerProcess process) {
        running.push(process);
        return process;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(lastResort);
        stopAndRemove();
    }

    private void stopAndRemove() {
        while (!running.isEmpty()) {
            running.pop().close();
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
