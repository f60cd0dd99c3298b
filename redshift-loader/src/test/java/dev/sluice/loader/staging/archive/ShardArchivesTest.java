package dev.sluice.loader.staging.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ShardArchivesTest {
    private static final Instant AT = Instant.parse("2026-11-23T10:59:30Z");

    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ArchiveMetrics metrics = new ArchiveMetrics(registry);
    private final List<ArchiveObject> written = new ArrayList<>();
    private boolean interrupted;

    private ShardArchives archives(long targetBytes, long maxHeldBytes) {
        ArchiveSink sink = object -> {
            if (interrupted) {
                throw new InterruptedException();
            }
            written.add(object);
            metrics.written(object, Duration.ZERO);
        };
        var limits = new ShardArchives.Limits(targetBytes, Duration.ofSeconds(60), maxHeldBytes);
        return new ShardArchives(sink, limits, metrics, nanos::get);
    }

    private static ArchivedRecord record(long n, int bytes) {
        return new ArchivedRecord("shardId-0", Long.toString(n), "k", AT, new byte[bytes]);
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double records(String result) {
        return registry.get("sluice.archive.records")
                .tag("result", result)
                .counter()
                .count();
    }

    @Test
    void write_putsAllThatIsHeldIntoOneObject() throws Exception {
        ShardArchive archive = archives(1_000_000, 1_000_000).open("shardId-0");
        assertThat(archive.isEmpty()).isTrue();
        archive.write();
        assertThat(written).isEmpty();
        for (int i = 1; i <= 5; i++) {
            archive.add(record(i, 10));
        }
        assertThat(archive.isEmpty()).isFalse();
        archive.write();
        assertThat(archive.isEmpty()).isTrue();
        assertThat(written).singleElement().satisfies(object -> {
            assertThat(object.first()).isEqualTo("1");
            assertThat(object.last()).isEqualTo("5");
            assertThat(object.arrivedAt()).isEqualTo(AT);
            assertThat(object.records()).hasSize(5);
        });
    }

    @Test
    void isDue_whenTheFirstRecordIsOld_orTheObjectLargeEnough() {
        ShardArchive archive = archives(1_000, 1_000_000).open("shardId-0");
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(archive.isDue()).isFalse();
        archive.add(record(1, 10));
        nanos.addAndGet(Duration.ofSeconds(60).toNanos() - 1);
        assertThat(archive.isDue()).isFalse();
        nanos.incrementAndGet();
        assertThat(archive.isDue()).isTrue();
        assertThat(archive.mustWriteBefore(AT)).isFalse();

        ShardArchive other = archives(1_000, 1_000_000).open("shardId-0");
        other.add(record(1, 1_000));
        assertThat(other.isDue()).isTrue();
        assertThat(other.mustWriteBefore(AT)).isTrue();
    }

    @Test
    void mustWriteBefore_aRecordOfALaterHour_andNotBeforeOneOfAnEarlier() {
        ShardArchive archive = archives(1_000, 1_000_000).open("shardId-0");
        assertThat(archive.mustWriteBefore(AT)).isFalse();
        archive.add(record(1, 10));
        assertThat(archive.mustWriteBefore(Instant.parse("2026-11-23T10:59:59.999Z")))
                .isFalse();
        assertThat(archive.mustWriteBefore(Instant.parse("2026-11-23T11:00:00Z")))
                .isTrue();
        assertThat(archive.mustWriteBefore(Instant.parse("2026-11-23T09:59:59Z")))
                .isFalse();
    }

    @Test
    void memory_isSharedOutAmongShards_andCounted() {
        ShardArchives archives = archives(1_000, 2_000);
        ShardArchive one = archives.open("shardId-1");
        one.add(record(1, 600));
        assertThat(one.isDue()).isFalse();
        var others = new ArrayList<ShardArchive>();
        for (int i = 2; i <= 4; i++) {
            others.add(archives.open("shardId-" + i));
        }
        // 2,000 bytes over four shards.
        assertThat(one.isDue()).isTrue();
        others.getFirst().add(record(1, 100));
        assertThat(others.getFirst().isDue()).isFalse();
        assertThat(gauge("sluice.archive.held.size")).isBetween(700.0, 850.0);
        assertThat(gauge("sluice.archive.held.records")).isEqualTo(2);
        others.forEach(ShardArchive::close);
        assertThat(one.isDue()).isFalse();
        assertThat(records("discarded")).isEqualTo(1);
    }

    @Test
    void countersAddUp_whenAWriteIsCutShort() throws Exception {
        ShardArchive archive = archives(1_000, 1_000_000).open("shardId-0");
        archive.add(record(1, 10));
        archive.add(record(2, 10));
        archive.write();
        archive.add(record(3, 10));
        interrupted = true;
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(archive::write);
        assertThat(archive.isEmpty()).isFalse();
        archive.close();
        archive.close();
        assertThat(records("archived")).isEqualTo(2);
        assertThat(records("discarded")).isEqualTo(1);
        assertThat(gauge("sluice.archive.held.records")).isZero();
        assertThat(gauge("sluice.archive.held.size")).isZero();
    }

    @Test
    void none_holdsNothing_andIsNeverDue() throws Exception {
        ShardArchive none = ShardArchives.none();
        none.add(record(1, 10));
        none.write();
        assertThat(none.isEmpty()).isTrue();
        assertThat(none.isDue()).isFalse();
        assertThat(none.mustWriteBefore(AT)).isFalse();
        none.close();
    }
}
