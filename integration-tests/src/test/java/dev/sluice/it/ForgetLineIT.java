package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.AuditCodec;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.RawHit;
import dev.sluice.loader.staging.archive.ArchiveReader;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A visitor is forgotten by the command, killed on the way, on a whole line that takes events all the while. */
@Timeout(300)
class ForgetLineIT {
    private static final Duration LANDED = Duration.ofSeconds(90);
    private static final int EACH = 40;

    private final String me = UUID.randomUUID().toString();
    private final String neighbour = UUID.randomUUID().toString();

    @TempDir
    Path data;

    @Test
    void forget_erasesAVisitorFromARunningLine() throws Exception {
        // Archive objects within seconds, not a minute.
        try (Line line = Line.up(data, Line.Ports.free(), List.of("-Dsluice.archive.max-age=2s"))) {
            send(line, me, EACH);
            send(line, neighbour, EACH);
            line.awaitCount("select count(*) from page_views", 2 * EACH, LANDED);

            Launched.Outcome counted = line.run("forget", "--visitor", me);
            assertThat(counted.exitCode()).as(counted.err()).isZero();
            assertThat(counted.out()).contains("\"page_views\" : " + EACH).doesNotContain(me);
            assertThat(line.count(rowsOf(me))).isEqualTo(EACH);

            try (Launched dying = line.start("forget", "--visitor", me, "--yes", "--in-flight", "PT60S")) {
                awaitRequest(line);
                dying.kill9();
            }
            // On the way when the second run begins.
            send(line, me, EACH);
            Launched.Outcome done = line.run("forget", "--visitor", me, "--yes", "--in-flight", "PT45S");
            assertThat(done.exitCode()).as(done.out() + done.err()).isZero();
            line.awaitCount("select count(*) from forgotten_rows", 2 * EACH, LANDED);
            assertThat(line.count(rowsOf(me))).isZero();
            assertThat(line.count(rowsOf(neighbour))).isEqualTo(EACH);

            line.awaitCount("select count(*) from forgotten where erase_until <= getdate()", 1, LANDED);
            Launched.Outcome finished = line.run("forget", "--finish");
            assertThat(finished.exitCode()).as(finished.out() + finished.err()).isZero();
            assertThat(finished.out()).contains("\"finished\" : true").doesNotContain(me);
            assertThat(line.count("select count(*) from forgotten where finished_at is null"))
                    .isZero();
            assertThat(line.count(rowsOf(neighbour))).isEqualTo(EACH);
            assertThat(objectsThatHold(me)).isZero();
            assertThat(objectsThatHold(neighbour)).isPositive();
        }
    }

    private static String rowsOf(String visitor) {
        return "select count(*) from page_views where visitor_id = '" + visitor + "'";
    }

    private static void awaitRequest(Line line) throws Exception {
        line.awaitCount("select count(*) from forgotten", 1, LANDED);
    }

    private static void send(Line line, String visitor, int times) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < times; i++) {
                URI uri = line.ingest("/i?e=pv&p=web&aid=forget&eid=" + UUID.randomUUID() + "&duid=" + visitor);
                HttpRequest request = HttpRequest.newBuilder(uri).build();
                assertThat(client.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode())
                        .isEqualTo(200);
            }
        }
    }

    /** Of the bucket, as it lies on the disk: staged files and archive objects with nothing packed in them. */
    private long objectsThatHold(String visitor) throws Exception {
        try (Stream<Path> files = Files.walk(data)) {
            List<Path> objects = files.filter(file -> file.toString().matches(".*\\.(csv\\.gz|records)"))
                    .toList();
            assertThat(objects).isNotEmpty();
            long held = 0;
            for (Path object : objects) {
                held += text(object).contains(visitor) ? 1 : 0;
            }
            return held;
        }
    }

    private static String text(Path object) throws Exception {
        byte[] bytes = Files.readAllBytes(object);
        if (object.toString().endsWith(".gz")) {
            try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        var text = new StringBuilder();
        try (var reader = new ArchiveReader(new ByteArrayInputStream(bytes))) {
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                if (AuditCodec.isAudit(next.get().data())) {
                    continue;
                }
                for (RawHit hit : FrameCodec.decode(next.get().data()).hits()) {
                    text.append(hit);
                }
            }
        }
        return text.toString();
    }
}
