package dev.sluice.it;

import dev.sluice.common.Backoff;
import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.loader.staging.RetryPause;
import dev.sluice.loader.staging.archive.ArchiveLayout;
import dev.sluice.loader.staging.archive.ArchiveMetrics;
import dev.sluice.loader.staging.archive.ArchivedRecord;
import dev.sluice.loader.staging.archive.S3ArchiveSink;
import dev.sluice.loader.staging.archive.ShardArchive;
import dev.sluice.loader.staging.archive.ShardArchives;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.GZIPInputStream;
import org.springframework.util.unit.DataSize;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Page views as two ingest nodes and two shards would have brought them into the archive, written as a consumer writes them: with the
 * pages, referrers and user agents of the sample of real requests, or with made ones where it is not there.
 */
final class ArchivedTraffic {
    private static final String BUCKET = "sluice-local";
    private static final int HITS_PER_FRAME = 200;
    private static final int SHARDS = 2;
    /** Of one shard: as many as a minute's at the full rate. */
    private static final int OBJECTS = 10;

    /** How many requests, and how many of them were received a second. */
    record Amount(int events, int rate) {}

    private record Visit(String page, String referrer, String agent) {}

    private final List<Visit> visits;
    private final SplittableRandom random = Trial.random("archived traffic");
    private final List<UUID> epochs = List.of(UUID.randomUUID(), UUID.randomUUID());
    private final long[] seqs = new long[epochs.size()];

    private ArchivedTraffic(List<Visit> visits) {
        this.visits = visits;
    }

    /** Tells how many bytes the archive has. */
    static long write(String s3Endpoint, Amount amount, Instant from) throws Exception {
        var traffic = new ArchivedTraffic(visits());
        try (S3Client s3 = Line.s3(URI.create(s3Endpoint));
                var pause = new RetryPause(
                        new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1)), ThreadLocalRandom.current())) {
            var metrics = new ArchiveMetrics(new SimpleMeterRegistry());
            var sink = new S3ArchiveSink(s3, new ArchiveLayout(BUCKET, ""), metrics, pause);
            long most = DataSize.ofMegabytes(512).toBytes();
            var archives = new ShardArchives(
                    sink, new ShardArchives.Limits(most, Duration.ofHours(1), most), metrics, System::nanoTime);
            var shards = new ArrayList<ShardArchive>();
            for (int shard = 0; shard < SHARDS; shard++) {
                shards.add(archives.open("shardId-" + shard));
            }
            return traffic.write(shards, amount, from);
        }
    }

    private long write(List<ShardArchive> shards, Amount amount, Instant from) throws Exception {
        long bytes = 0;
        int perObject = Math.max(1, amount.events() / OBJECTS);
        int written = 0;
        for (int number = 0; written < amount.events(); number++) {
            int hits = Math.min(HITS_PER_FRAME, amount.events() - written);
            Frame frame = frame(hits, written, amount.rate(), from);
            byte[] data = FrameCodec.encode(frame);
            bytes += data.length;
            int shard = number % shards.size();
            shards.get(shard)
                    .add(new ArchivedRecord(
                            "shardId-" + shard,
                            String.format("%020d", number),
                            "key-" + number,
                            frame.hits().getLast().receivedAt(),
                            data));
            boolean isFull = (written + hits) / perObject > written / perObject;
            written += hits;
            if (isFull || written == amount.events()) {
                for (ShardArchive full : shards) {
                    full.write();
                }
            }
        }
        return bytes;
    }

    private Frame frame(int hits, int before, int rate, Instant from) {
        int node = random.nextInt(epochs.size());
        var list = new ArrayList<RawHit>(hits);
        for (int i = 0; i < hits; i++) {
            list.add(hit(from.plusNanos((before + i) * 1_000_000_000L / rate / 1_000 * 1_000)));
        }
        var frame = new Frame(epochs.get(node), seqs[node], list);
        seqs[node] += hits;
        return frame;
    }

    private RawHit hit(Instant receivedAt) {
        Visit visit = visits.get(random.nextInt(visits.size()));
        String query = "e=pv&p=web&tv=js-4.6.6&aid=replay&eid=" + uuid() + "&duid=" + uuid() + "&sid=" + uuid()
                + "&vid=3&dtm=" + receivedAt.toEpochMilli() + "&stm=" + (receivedAt.toEpochMilli() + 5)
                + "&tz=Europe%2FBerlin&lang=de-DE&res=1920x1080&vp=1280x720&ds=1280x4000&page=A%20page&url="
                + encoded(visit.page()) + (visit.referrer().isEmpty() ? "" : "&refr=" + encoded(visit.referrer()));
        String ip = "198.51." + random.nextInt(256) + "." + random.nextInt(256);
        return new RawHit(
                receivedAt,
                new RawHit.Visitor(ip, uuid().toString(), false, PrivacySignal.NONE),
                RawHit.Method.GET,
                "/i",
                query,
                Map.of("user-agent", visit.agent()),
                new byte[0]);
    }

    private UUID uuid() {
        return new UUID((random.nextLong() & ~0xf000L) | 0x4000L, (random.nextLong() >>> 2) | (1L << 63));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static List<Visit> visits() throws IOException {
        Path log = Launched.root().resolve("../shared/data/apache_logs.gz").normalize();
        var visits = new ArrayList<Visit>();
        if (!Files.exists(log)) {
            for (int i = 0; i < 1_000; i++) {
                visits.add(new Visit(
                        "https://shop.example/products/" + i,
                        i % 3 == 0 ? "https://www.google.com/" : "",
                        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"
                                + (100 + i % 40) + ".0.0.0 Safari/537.36"));
            }
            return visits;
        }
        try (var lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(log)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split("\"", -1);
                String[] request = parts.length > 5 ? parts[1].split(" ", -1) : new String[0];
                if (request.length == 3) {
                    visits.add(new Visit(
                            "https://blog.example" + request[1], parts[3].equals("-") ? "" : parts[3], parts[5]));
                }
            }
        }
        return visits;
    }
}
