package dev.sluice.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardLogTest {
    private static final long LARGE = 1024L * 1024 * 1024;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path dir;

    private static StoredRecord record(long position, String text) {
        return new StoredRecord(
                position,
                position / 1_000,
                ("key-" + position).getBytes(StandardCharsets.UTF_8),
                text.getBytes(StandardCharsets.UTF_8));
    }

    private static void append(ShardLog log, long first, long last) throws IOException {
        for (long position = first; position <= last; position++) {
            log.append(List.of(record(position, "value-" + position)));
        }
    }

    private static List<Long> positions(ShardLog log) throws IOException {
        return log.read(0, 1_000_000, LARGE).records().stream()
                .map(StoredRecord::position)
                .toList();
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private List<Path> files() throws IOException {
        return DiskTree.children(dir);
    }

    @Test
    void read_givesWhatWasAppended() throws IOException {
        try (ShardLog log = ShardLog.open(dir, 100, LARGE)) {
            assertThat(log.lastPosition()).isEqualTo(99);
            assertThat(log.read(0, 10, LARGE)).isEqualTo(new ShardLog.Batch(List.of(), true));
            log.append(List.of(record(100, "a"), record(105, "")));

            List<StoredRecord> got = log.read(0, 10, LARGE).records();
            assertThat(got).hasSize(2);
            assertThat(new String(got.get(0).data(), StandardCharsets.UTF_8)).isEqualTo("a");
            assertThat(new String(got.get(0).partitionKey(), StandardCharsets.UTF_8))
                    .isEqualTo("key-100");
            assertThat(got.get(1).data()).isEmpty();
            assertThat(log.read(101, 10, LARGE).records()).hasSize(1);
            assertThat(log.read(106, 10, LARGE).drained()).isTrue();
        }
    }

    @Test
    void read_keepsToItsBoundsButGivesAtLeastOne() throws IOException {
        try (ShardLog log = ShardLog.open(dir, 1, LARGE)) {
            append(log, 1, 9);
            assertThat(log.read(1, 4, LARGE).records()).hasSize(4);
            assertThat(log.read(1, 4, LARGE).drained()).isFalse();
            assertThat(log.read(6, 4, LARGE).drained()).isTrue();
            // A key of 5 and a value of 7 bytes.
            assertThat(log.read(1, 10, 36).records()).hasSize(3);
            assertThat(log.read(1, 10, 35).records()).hasSize(2);
            assertThat(log.read(1, 10, 1).records()).hasSize(1);
        }
    }

    @Test
    void read_findsAnyPositionInAnyFile_beforeAndAfterAReopen() throws IOException {
        try (ShardLog log = ShardLog.open(dir, 1, 2_000)) {
            append(log, 1, 1_000);
            assertFindsEach(log);
        }
        assertThat(files()).hasSizeGreaterThan(10);
        try (ShardLog log = ShardLog.open(dir, 1, 2_000)) {
            assertThat(log.lastPosition()).isEqualTo(1_000);
            assertFindsEach(log);
            append(log, 1_001, 1_010);
            assertThat(positions(log)).isEqualTo(range(1, 1_010));
        }
    }

    private static void assertFindsEach(ShardLog log) throws IOException {
        for (long position = 1; position <= 1_000; position += 7) {
            assertThat(log.read(position, 1, LARGE).records().getFirst().position())
                    .isEqualTo(position);
        }
    }

    @Test
    void read_findsItsPlaceInALargeFile() throws IOException {
        try (ShardLog log = ShardLog.open(dir, 0, LARGE)) {
            String text = "x".repeat(1_000);
            for (long position = 0; position < 2_000; position++) {
                log.append(List.of(record(position * 10, text)));
            }
            for (long position = 0; position < 2_000; position += 13) {
                assertThat(log.read(position * 10 - 5, 1, LARGE)
                                .records()
                                .getFirst()
                                .position())
                        .isEqualTo(position * 10);
            }
        }
    }

    @Test
    void read_takesRecordsLargerThanItsBuffer() throws IOException {
        try (ShardLog log = ShardLog.open(dir, 1, LARGE)) {
            String large = "x".repeat(1024 * 1024 - 5);
            log.append(List.of(record(1, "small"), record(2, large), record(3, "small"), record(4, large)));
            assertThat(log.read(0, 10, LARGE).records())
                    .extracting(r -> r.data().length)
                    .containsExactly(5, large.length(), 5, large.length());
        }
    }

    @Test
    void open_cutsATailTornAtAnyByte() throws IOException {
        try (ShardLog log = ShardLog.open(dir, 1, LARGE)) {
            append(log, 1, 3);
        }
        byte[] whole = Files.readAllBytes(files().getFirst());
        int lastRecord = SegmentFormat.sizeOf(record(3, "value-3"));
        for (int cut = 1; cut <= lastRecord; cut++) {
            Files.write(files().getFirst(), Arrays.copyOf(whole, whole.length - cut));
            try (ShardLog log = ShardLog.open(dir, 1, LARGE)) {
                assertThat(log.lastPosition()).isEqualTo(2);
                assertThat(positions(log)).containsExactly(1L, 2L);
                log.append(List.of(record(7, "after")));
            }
            try (ShardLog log = ShardLog.open(dir, 1, LARGE)) {
                assertThat(positions(log)).containsExactly(1L, 2L, 7L);
            }
        }
    }

    @Test
    void open_cutsAtAnyChangedByteOfTheLastRecord() throws IOException {
        try (ShardLog log = ShardLog.open(dir, 1, LARGE)) {
            append(log, 1, 3);
        }
        byte[] whole = Files.readAllBytes(files().getFirst());
        int lastRecord = SegmentFormat.sizeOf(record(3, "value-3"));
        for (int at = whole.length - lastRecord; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x55;
            Files.write(files().getFirst(), changed);
            try (ShardLog log = ShardLog.open(dir, 1, LARGE)) {
                assertThat(positions(log)).as("byte %s", at).containsExactly(1L, 2L);
            }
        }
    }

    @Test
    void open_beginsAFileWithoutAHeaderAnew() throws IOException {
        try (ShardLog log = ShardLog.open(dir, 1, LARGE)) {
            append(log, 1, 3);
        }
        Files.write(files().getFirst(), new byte[3]);
        try (ShardLog log = ShardLog.open(dir, 1, LARGE)) {
            assertThat(positions(log)).isEmpty();
            append(log, 5, 6);
            assertThat(positions(log)).containsExactly(5L, 6L);
        }
    }

    @Test
    void open_refusesAndKeepsAFileOfAnotherVersion() throws IOException {
        try (ShardLog log = ShardLog.open(dir, 1, LARGE)) {
            append(log, 1, 3);
        }
        byte[] bytes = Files.readAllBytes(files().getFirst());
        bytes[7]++;
        Files.write(files().getFirst(), bytes);
        assertThatThrownBy(() -> ShardLog.open(dir, 1, LARGE)).hasMessageContaining("another version");
        assertThat(files().getFirst()).hasBinaryContent(bytes);
    }

    @Test
    void read_goesOnBehindADamagedFile() throws IOException {
        try (ShardLog log = ShardLog.open(dir, 1, 2_000)) {
            append(log, 1, 200);
        }
        ByteBuffer damaged = ByteBuffer.wrap(Files.readAllBytes(files().get(1)));
        damaged.put(100, (byte) ~damaged.get(100));
        Files.write(files().get(1), damaged.array());
        try (ShardLog log = ShardLog.open(dir, 1, 2_000)) {
            List<Long> left = positions(log);
            assertThat(left).isSorted().hasSizeBetween(100, 199).contains(1L, 200L);
        }
    }

    @Test
    void trim_deletesFilesThatAreOldAsAWhole() throws IOException {
        try (ShardLog log = ShardLog.open(dir, 1_000_000, 2_000)) {
            for (long second = 1; second <= 100; second++) {
                log.append(List.of(record(second * 1_000_000, "x".repeat(200))));
            }
            int before = files().size();
            log.trim(50_000, 0);
            List<Long> left = positions(log);
            assertThat(files()).hasSizeLessThan(before);
            assertThat(left).isNotEmpty().contains(50_000_000L, 100_000_000L).doesNotContain(1_000_000L);
        }
    }

    @Test
    void trim_takesASlowShardsOnlyFileOneDay_andKeepsItsPlace() throws IOException {
        try (ShardLog log = ShardLog.open(dir, 1_000_000, LARGE)) {
            append(log, 2_000_000, 2_000_002);
            log.trim(1_500, 1_900);
            assertThat(positions(log)).hasSize(3);
            log.trim(3_000, 3_500);
            assertThat(positions(log)).isEmpty();
            assertThat(log.lastPosition()).isEqualTo(2_000_002);
        }
        assertThat(files()).hasSize(1);
        try (ShardLog log = ShardLog.open(dir, 1_000_000, LARGE)) {
            assertThat(log.lastPosition()).isEqualTo(2_000_002);
        }
    }

    @Test
    void read_passesOverAFileThatIsTrimmedMeanwhile() throws IOException {
        try (ShardLog log = ShardLog.open(dir, 1, 2_000)) {
            append(log, 1, 200);
            Files.move(files().getFirst(), dir.resolve("gone"), StandardCopyOption.ATOMIC_MOVE);
            assertThat(positions(log)).isSorted().contains(200L).doesNotContain(1L);
        }
    }

    @Test
    void positionAt_isTheFirstRecordThatArrivedThen() throws IOException {
        try (ShardLog log = ShardLog.open(dir, 1_000, LARGE)) {
            List<StoredRecord> records = new ArrayList<>();
            for (long millis = 1; millis <= 10; millis += 3) {
                records.add(record(millis * 1_000 + 17, "v"));
            }
            log.append(records);
            assertThat(log.positionAt(0)).isEqualTo(1_017);
            assertThat(log.positionAt(4)).isEqualTo(4_017);
            assertThat(log.positionAt(5)).isEqualTo(7_017);
            assertThat(log.positionAt(11)).isEqualTo(10_018);
        }
    }

    @Test
    void append_refusesAfterClose() throws IOException {
        ShardLog log = ShardLog.open(dir, 1, LARGE);
        log.close();
        assertThatThrownBy(() -> append(log, 1, 1)).isInstanceOf(IOException.class);
    }
}
