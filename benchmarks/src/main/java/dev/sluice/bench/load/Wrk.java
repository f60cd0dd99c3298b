package dev.sluice.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Saturates with wrk. Confined to one thread. */
final class Wrk implements Saturation {
    private static final Pattern COUNTED = Pattern.compile("^COUNTED (\\d+) (\\d+) (\\d+) (\\d+)$", Pattern.MULTILINE);
    private static final int THREADS = 2;

    private final Path program;
    private final int connections;

    Wrk(Path program, int connections) {
        this.program = program;
        this.connections = connections;
    }

    static Optional<Path> find() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "wrk"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public Counted run(int port, Requests requests, Duration duration) throws IOException, InterruptedException {
        Path script = Files.createTempFile("sluice-bench", ".lua");
        try {
            Files.writeString(script, requests.asLua());
            var process = new ProcessBuilder(List.of(
                            program.toString(),
                            "--threads=" + THREADS,
                            "--connections=" + connections,
                            "--duration=" + duration.toSeconds() + "s",
                            "--timeout=5s",
                            "--script=" + script,
                            "http://127.0.0.1:" + port))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? parse(output) : fail(output);
        } finally {
            Files.delete(script);
        }
    }

    static Counted parse(String output) throws IOException {
        Matcher counted = COUNTED.matcher(output);
        if (!counted.find()) {
            return fail(output);
        }
        long requests = Long.parseLong(counted.group(1));
        long refused = Long.parseLong(counted.group(2));
        long broken = Long.parseLong(counted.group(3)) + Long.parseLong(counted.group(4));
        return new Counted(requests - refused, refused, broken);
    }

    private static Counted fail(String output) throws IOException {
        throw new IOException("wrk failed: " + output.strip());
    }
}
