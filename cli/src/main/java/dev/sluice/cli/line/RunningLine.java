package dev.sluice.cli.line;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a running {@code up} or {@code cloud} writes into its data directory, so that other commands find it.
 *
 * @param pid of the process that runs it
 * @param started when that process started: with {@code pid} it names one process, though pids are used again
 * @param services where the three services are; with {@code cloud}, where they are expected to be started
 * @param cloud where the stand-ins are
 */
public record RunningLine(long pid, Instant started, Services services, Cloud cloud) {
    private static final String FILE = "up.json";

    /** A process' start is known to the hundredth of a second at best, and may be read a little differently later. */
    private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * @param ingest where page views are sent
     * @param ingestManagement health and metrics of the ingest service
     * @param consumerManagement health and metrics of the consumer
     * @param loaderManagement health and metrics of the loader
     * @param demo the demo site, null when there is none
     */
    public record Services(
            URI ingest,
            URI ingestManagement,
            URI consumerManagement,
            URI loaderManagement,
            @Nullable URI demo) {}

    /**
     * @param jdbcUrl of the warehouse
     * @param user of the warehouse, who needs no password
     */
    public record Cloud(URI kinesis, URI dynamodb, URI s3, String jdbcUrl, String user) {}

    /** This process running that. */
    public static RunningLine here(Services services, Cloud cloud) {
        ProcessHandle self = ProcessHandle.current();
        return new RunningLine(self.pid(), startOf(self), services, cloud);
    }

    /** The line that runs on this data directory; empty when none does, also when one was killed. */
    public static Optional<RunningLine> find(Path data) {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            var found = JSON.readValue(Files.readString(file), RunningLine.class);
            return found.isAlive() ? Optional.of(found) : Optional.empty();
        } catch (IOException | JacksonException e) {
            throw new CliFailure("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** The same, for a command that can't do without. */
    public static RunningLine require(Path data) {
        return find(data)
                .orElseThrow(() -> new CliFailure("nothing runs on " + data
                        + ": start ./sluice up first, or name another" + " directory with --data"));
    }

    /** Makes this line findable; the file is there whole or not at all. */
    public void write(Path data) throws IOException {
        Path draft = data.resolve(FILE + ".new");
        Files.writeString(draft, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
        Files.move(draft, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    public static void remove(Path data) throws IOException {
        Files.deleteIfExists(data.resolve(FILE));
    }

    private boolean isAlive() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .map(process ->
                        Duration.between(startOf(process), started).abs().compareTo(START_TOLERANCE) <= 0)
                .orElse(false);
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }
}
