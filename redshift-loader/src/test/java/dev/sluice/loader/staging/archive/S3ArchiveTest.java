package dev.sluice.loader.staging.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.common.Backoff;
import dev.sluice.loader.staging.FakeS3;
import dev.sluice.loader.staging.RetryPause;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;

class S3ArchiveTest {
    private static final ArchiveLayout LAYOUT = new ArchiveLayout("bucket", "p/");
    private static final Backoff SHORT = new Backoff(Duration.ofNanos(1), Duration.ofNanos(1));
    private static final String KEY = "p/archive/dt=2026-11-23/hour=10/shardId-0_1-3.records";

    private final FakeS3 s3 = new FakeS3();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ArchiveMetrics metrics = new ArchiveMetrics(registry);
    private final RetryPause pause = new RetryPause(SHORT, new Random(1));
    private final S3ArchiveSink sink = new S3ArchiveSink(s3, LAYOUT, metrics, pause);

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    private byte[] stored() {
        return Objects.requireNonNull(s3.objects.get(KEY));
    }

    private static ArchiveObject object(int records) {
        var encoded = new ArrayList<byte[]>();
        Instant at = Instant.parse("2026-11-23T10:59:59.999Z");
        for (int i = 1; i <= records; i++) {
            encoded.add(ArchiveFormat.encode(
                    new ArchivedRecord("shardId-0", Integer.toString(i), "k", at, new byte[] {(byte) i})));
        }
        return new ArchiveObject("shardId-0", "1", Integer.toString(records), at, encoded);
    }

    @Test
    void write_keepsTheRecordsUnderTheirHourShardAndRange() throws Exception {
        sink.write(object(3));
        assertThat(s3.objects).containsOnlyKeys(KEY);
        var data = new ArrayList<Byte>();
        try (var reader = new ArchiveReader(new ByteArrayInputStream(stored()))) {
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                data.add(next.get().data()[0]);
            }
        }
        assertThat(data).containsExactly((byte) 1, (byte) 2, (byte) 3);
        assertThat(registry.get("sluice.archive.records")
                        .tag("result", "archived")
                        .counter()
                        .count())
                .isEqualTo(3);
        assertThat(registry.get("sluice.archive.object.size").summary().totalAmount())
                .isEqualTo(stored().length);
    }

    @Test
    void aRepeat_writesTheSameObject() throws Exception {
        sink.write(object(3));
        byte[] first = stored();
        sink.write(object(3));
        assertThat(s3.objects).containsOnlyKeys(KEY);
        assertThat(stored()).isEqualTo(first);
    }

    @Test
    void write_triesAgain_withAllItsBytes_whateverS3Answers() throws Exception {
        s3.failBefore = n -> n <= 20 ? SdkClientException.create("away") : null;
        s3.failAfter = n -> n == 21 ? SdkClientException.create("the answer got lost") : null;
        sink.write(object(3));
        assertThat(stored()).hasSize((int) object(3).bytes());
        assertThat(registry.get("sluice.archive.retries").counter().count()).isEqualTo(21);
    }

    @Test
    void write_endsWithoutTheObject_whenItIsStopped() {
        s3.failBefore = n -> {
            if (n == 3) {
                pause.close();
            }
            return SdkClientException.create("away");
        };
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> sink.write(object(3)));
        assertThat(s3.objects).isEmpty();
    }

    @Test
    void layout_refusesAPrefixThatIsNoPartOfAKey() {
        for (String wrong : List.of("a", "/", "a b/", "a//")) {
            assertThatIllegalArgumentException().isThrownBy(() -> new ArchiveLayout("bucket", wrong));
        }
        assertThat(sink).hasToString("s3://bucket/p/archive/");
    }

    private void retain(Duration retention, String now) {
        new S3ArchiveRetention(s3, LAYOUT, retention, metrics, InstantSource.fixed(Instant.parse(now))).run();
    }

    @Test
    void retention_deletesWholeDaysThatAreOver_andNothingElse() {
        List<String> kept = List.of(
                "p/archive/dt=2026-11-20/hour=23/b.records",
                "p/archive/dt=2026-11-23/hour=00/c.records",
                "p/archive/notes.txt",
                "p/archive/dt=soon/d.records",
                "p/archive/2026-01-01/e.records",
                "archive/dt=2020-01-01/hour=00/of-another-prefix.records",
                "p/staged/data/f");
        List<String> over = List.of(
                "p/archive/dt=2026-11-19/hour=00/a.records",
                "p/archive/dt=2026-11-19/hour=23/a.records",
                "p/archive/dt=2025-01-01/hour=23/a.records");
        kept.forEach(key -> s3.objects.put(key, new byte[0]));
        over.forEach(key -> s3.objects.put(key, new byte[0]));
        retain(Duration.ofDays(3), "2026-11-23T00:00:00.001Z");
        assertThat(s3.objects).containsOnlyKeys(kept);
        assertThat(registry.get("sluice.archive.expired").counter().count()).isEqualTo(3);
    }

    @Test
    void retention_leavesToTheNextTime_whatFails() {
        s3.objects.put("p/archive/dt=2026-11-19/hour=00/a.records", new byte[0]);
        s3.failBefore = n -> n == 3 ? SdkClientException.create("away") : null;
        retain(Duration.ofDays(1), "2026-11-23T00:00:00Z");
        assertThat(s3.objects).hasSize(1);
        retain(Duration.ofDays(1), "2026-11-23T00:00:00Z");
        assertThat(s3.objects).isEmpty();
    }
}
