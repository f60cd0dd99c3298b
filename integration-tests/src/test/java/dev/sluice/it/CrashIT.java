package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole line dies at once, with no warning, and comes back on its data folder. */
class CrashIT {
    private static final String VIEWS = "select event_id from page_views";

    @TempDir
    Path data;

    @Test
    void kill9_losesNothingThatTheStreamHeld_andDoublesNothing() throws Exception {
        Path ids = data.resolve("ids.txt");
        Set<String> inStream;
        Line.Ports ports = Line.Ports.free();
        try (Line line = Line.up(data, ports);
                Launched send = line.start("send", "--generate", "60000", "--rate", "1700", "--ids", ids.toString())) {
            line.awaitCount("select count(*) from page_views", 3_000, Duration.ofMinutes(1));
            line.process().kill9();
            send.kill9();
        }
        // The stand-ins alone, so that nothing moves while the stream is read.
        try (Line cloud = Line.cloud(data, ports)) {
            inStream = StreamReader.eventIds(cloud.kinesis());
        }
        Set<String> acknowledged = new HashSet<>(Files.readAllLines(ids));
        System.out.println("kill -9: " + acknowledged.size() + " acknowledged, " + inStream.size() + " in the stream");
        assertThat(inStream).hasSizeGreaterThan(3_000);

        try (Line line = Line.up(data, ports)) {
            Awaitility.await("all that the stream held")
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> landed(line).containsAll(inStream));
            assertThat(line.count("select count(*) from page_views"))
                    .isEqualTo(landed(line).size());
            assertThat(line.process().terminate(Duration.ofMinutes(1)))
                    .as("exit code on SIGTERM")
                    .isIn(0, 143);
        }
    }

    private static Set<String> landed(Line line) throws Exception {
        var ids = new HashSet<String>();
        line.query(VIEWS).forEach(row -> ids.add(row.getFirst()));
        return ids;
    }
}
