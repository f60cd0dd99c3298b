package dev.sluice.ingest.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.EncodedHit;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.Hits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

@Timeout(120)
class SegmentJournalTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    @Test
    void append_isAnsweredOnceTheHitCanBeReadFromTheDisk() throws Exception {
        try (var open = OpenJournal.in(folder)) {
            for (int i = 0; i < 20; i++) {
                TransportId id = open.append(Hits.encoded(i));
                assertThat(id).isEqualTo(new TransportId(open.epoch, i));
                assertThat(onDisk(crashed())).last().isEqualTo(id);
            }
        }
    }

    @Test
    void ids_areDense_whoeverAppends() throws Exception {
        try (var open = OpenJournal.in(folder);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var appended = IntStream.range(0, 5_000)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> open.append(Hits.encoded(i % 50)), threads))
                    .toList();
            assertThat(appended.stream().map(CompletableFuture::join).map(TransportId::seq))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 5_000).mapToObj(Long::valueOf).toList());
            var entries = drain(open.journal, 5_000);
            assertThat(entries.stream().map(entry -> entry.id().seq()))
                    .isSorted()
                    .hasSize(5_000);
            assertThat(open.registry
                            .get("sluice.ingest.journal.group")
                            .summary()
                            .max())
                    .as("appends share flushes")
                    .isGreaterThan(1);
        }
    }

    @Test
    void crash_givesEverythingUnreleasedBack_underItsOwnId() throws Exception {
        Path crashed;
        List<TransportId> ids;
        try (var open = OpenJournal.in(folder)) {
            ids = append(open, 1_000, 700);
            drain(open.journal, 1_000);
            open.journal.release(new HitRange(open.epoch, 0, 300));
            crashed = crashed();
        }
        try (var again = OpenJournal.in(crashed)) {
            assertThat(again.journal.hasBacklog()).isTrue();
            List<JournalEntry> entries = backlog(again.journal);
            assertThat(entries.stream().map(JournalEntry::id)).containsExactlyElementsOf(ids);
            assertThat(entries.get(699).hit().bytes())
                    .isEqualTo(Hits.encoded(700).bytes());
            assertThat(again.journal.standing().recoveredHits()).isEqualTo(1_000);
            assertThat(again.journal.standing().pendingHits()).isEqualTo(1_000);
            assertThat(again.journal.standing().recoveredBytes()).isPositive();
            again.journal.release(new HitRange(ids.getFirst().epoch(), 0, 1_000));
            again.storeAudits();
            await().untilAsserted(() ->
                    assertThat(again.journal.standing().recoveredBytes()).isZero());
            again.end();
        }
        assertThat(segmentsIn(crashed)).isEmpty();
    }

    @Test
    void orderlyEnd_leavesNoSegment_whenAllIsReleased() throws Exception {
        try (var open = OpenJournal.in(folder)) {
            append(open, 100, 10);
            drain(open.journal, 100);
            open.journal.release(new HitRange(open.epoch, 0, 100));
            open.end();
        }
        assertThat(segmentsIn(folder)).isEmpty();
    }

    @Test
    void orderlyEnd_keepsWhatIsNotReleased() throws Exception {
        try (var open = OpenJournal.in(folder)) {
            append(open, 100, 10);
            drain(open.journal, 100);
            open.journal.release(new HitRange(open.epoch, 0, 99));
        }
        assertThat(onDisk(folder)).hasSize(100);
    }

    @Test
    void segments_areDeletedWhole_onceAllTheirHitsAreReleased() throws Exception {
        try (var open = OpenJournal.in(folder)) {
            append(open, 40, 500_000);
            assertThat(segmentsIn(folder)).hasSizeGreaterThan(3);
            for (int i = 39; i > 0; i--) {
                open.journal.release(new HitRange(open.epoch, i, 1));
            }
            // The one that is written to, and the first, of which one hit is still needed.
            open.storeAudits();
            await().untilAsserted(() -> assertThat(segmentsIn(folder)).hasSize(2));
            open.journal.release(new HitRange(open.epoch, 0, 1));
            await().untilAsserted(() -> assertThat(segmentsIn(folder)).hasSize(1));
        }
    }

    @Test
    void whatFindsNoRoomInMemory_isReadBack_once_inOrder() throws Exception {
        try (var open = OpenJournal.in(folder)) {
            List<TransportId> ids = append(open, 60, 500_000);
            assertThat(open.journal.hasBacklog()).isTrue();
            var given = new ArrayList<TransportId>();
            drainFresh(open.journal).forEach(entry -> given.add(entry.id()));
            assertThat(given).as("8 MB of 30 MB").hasSizeBetween(10, 17);
            backlog(open.journal).forEach(entry -> given.add(entry.id()));
            assertThat(given).containsExactlyInAnyOrderElementsOf(ids).doesNotHaveDuplicates();
            assertThat(open.journal.standing().recoveredHits())
                    .as("these are of this start")
                    .isZero();

            // Then the memory is used again.
            open.append(Hits.encoded(7));
            assertThat(drainFresh(open.journal)).hasSize(1);
            assertThat(open.journal.hasBacklog()).isFalse();
        }
    }

    @Test
    void full_refusesUntilSegmentsAreGone() throws Exception {
        try (var open = OpenJournal.with(OpenJournal.properties(folder, 8))) {
            var hit = Hits.encoded(500_000);
            int taken = 0;
            while (!isRefusedAs(JournalRefusedException.Reason.FULL, open.journal.append(hit))) {
                taken++;
                assertThat(taken).isLessThan(20);
            }
            assertThat(taken).isBetween(12, 17);
            assertThat(open.journal.isOpen()).isTrue();
            assertThat(open.journal.standing().diskBytes()).isLessThanOrEqualTo(10_000_000);
            open.journal.release(new HitRange(open.epoch, 0, taken));
            await().until(() -> {
                open.storeAudits();
                return !open.journal.append(hit).isCompletedExceptionally();
            });
        }
    }

    @Test
    void full_whenTheDiskHasLessLeftThanItMustKeep() {
        var properties = new JournalProperties(
                folder,
                DataSize.ofMegabytes(100),
                DataSize.ofTerabytes(1_000),
                DataSize.ofMegabytes(4),
                DataSize.ofMegabytes(8),
                DataSize.ofMegabytes(16),
                Duration.ZERO);
        try (var open = OpenJournal.with(properties)) {
            assertThat(isRefusedAs(JournalRefusedException.Reason.FULL, open.journal.append(Hits.encoded(1))))
                    .isTrue();
        }
    }

    @Test
    void shut_refusesWhatComes_andKeepsWhatIsInside() throws Exception {
        try (var open = OpenJournal.in(folder)) {
            append(open, 10, 1);
            open.journal.shut();
            assertThat(isRefusedAs(JournalRefusedException.Reason.CLOSED, open.journal.append(Hits.encoded(1))))
                    .isTrue();
            assertThat(drainFresh(open.journal)).hasSize(10);
            await().until(() -> {
                open.storeAudits();
                return open.journal.isDrained();
            });
            assertThat(open.journal.take(1, 1, Duration.ofMinutes(5)))
                    .as("nothing can come, so there is nothing to wait for")
                    .isEmpty();
        }
    }

    @Test
    void anotherJournalInTheSameDirectory_isRefused_andSaysWhatToDo() {
        try (var _ = OpenJournal.in(folder)) {
            assertThatThrownBy(() -> OpenJournal.in(folder))
                    .hasMessageContaining("another running process")
                    .hasMessageContaining("sluice.ingest.journal.directory");
        }
        OpenJournal.in(folder).close();
    }

    @Test
    void files_areTheOwnersAlone() throws Exception {
        Path nested = folder.resolve("a/b");
        try (var open = OpenJournal.in(nested)) {
            open.append(Hits.encoded(1));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(nested)))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(segmentsIn(nested).getFirst())))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void directoryThatCannotBeMade_stopsTheStart() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> OpenJournal.in(file.resolve("journal")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the journal cannot be opened");
    }

    /** The directory vanishes: the next segment cannot be made, which is as final as a flush that fails. */
    @Test
    void firstFailureOfTheDisk_isTheLast_andNobodyIsToldThatAHitIsSafe() throws Exception {
        try (var open = OpenJournal.in(folder)) {
            append(open, 9, 500_000);
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
            CompletableFuture<TransportId> first = open.journal.append(Hits.encoded(1));
            await().until(() -> isRefusedAs(JournalRefusedException.Reason.CLOSED, first));
            assertThat(isRefusedAs(JournalRefusedException.Reason.CLOSED, open.journal.append(Hits.encoded(1))))
                    .isTrue();
            assertThat(open.journal.isOpen()).isFalse();
            await().untilAsserted(() -> assertThat(open.failures).hasSize(1));
            assertThat(open.failures.getFirst()).isInstanceOf(IOException.class);
            assertThat(open.registry
                            .get("sluice.ingest.journal.failed")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
        Files.createDirectory(folder);
    }

    @Test
    void tornTail_isPassedOver_andTheRestGivenBack() throws Exception {
        Path crashed;
        try (var open = OpenJournal.in(folder)) {
            append(open, 10, 100);
            crashed = crashed();
        }
        Path segment = segmentsIn(crashed).getFirst();
        cutInTheLastBlock(segment);
        try (var again = OpenJournal.in(crashed)) {
            assertThat(backlog(again.journal)).hasSize(9);
            again.journal.release(new HitRange(epochOf(segment), 0, 9));
            again.storeAudits();
            await().untilAsserted(() -> assertThat(segment).doesNotExist());
            assertThat(again.registry
                            .get("sluice.ingest.journal.damaged")
                            .counter()
                            .count())
                    .isZero();
        }
    }

    @Test
    void damageInTheMiddle_costsItsBlockOnly_andIsReportedAndKept() throws Exception {
        Path crashed;
        try (var open = OpenJournal.in(folder)) {
            append(open, 10, 100);
            crashed = crashed();
        }
        Path segment = segmentsIn(crashed).getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        int blockBytes = SegmentFormat.BLOCK_HEADER_BYTES
                + SegmentFormat.HIT_HEADER_BYTES
                + Hits.encoded(100).size();
        bytes[SegmentFormat.FILE_HEADER_BYTES + 4 * blockBytes + 60] ^= 1;
        Files.write(segment, bytes);
        try (var again = OpenJournal.in(crashed)) {
            assertThat(backlog(again.journal).stream().map(entry -> entry.id().seq()))
                    .containsExactly(0L, 1L, 2L, 3L, 5L, 6L, 7L, 8L, 9L);
            assertThat(again.registry
                            .get("sluice.ingest.journal.damaged")
                            .counter()
                            .count())
                    .isEqualTo(blockBytes);
            again.journal.release(new HitRange(epochOf(segment), 0, 4));
            again.journal.release(new HitRange(epochOf(segment), 5, 5));
            again.storeAudits();
            await().untilAsserted(() -> assertThat(segment).doesNotExist());
        }
        assertThat(crashed.resolve("damaged").resolve(segment.getFileName())).exists();
    }

    /** What a later version writes is not thrown away by an earlier one. */
    @Test
    void segmentOfAnotherFormat_isKept() throws Exception {
        String name = SegmentFormat.name(UUID.randomUUID(), 0);
        Files.write(folder.resolve(name), "SLUJ\0\0\0\2 something else".getBytes(StandardCharsets.US_ASCII));
        try (var open = OpenJournal.in(folder)) {
            assertThat(backlog(open.journal)).isEmpty();
            open.storeAudits();
            await().untilAsserted(() ->
                    assertThat(folder.resolve("damaged").resolve(name)).exists());
        }
    }

    @Test
    void ackFromTheStream_waitsForTheRelease() throws Exception {
        try (var open = OpenJournal.acknowledgingFromTheStream(folder)) {
            CompletableFuture<TransportId> first = open.journal.append(Hits.encoded(1));
            CompletableFuture<TransportId> second = open.journal.append(Hits.encoded(2));
            drain(open.journal, 2);
            assertThat(first).isNotDone();
            open.journal.release(new HitRange(open.epoch, 0, 1));
            assertThat(first).isCompletedWithValue(new TransportId(open.epoch, 0));
            assertThat(second).isNotDone();
        }
    }

    private static boolean isRefusedAs(JournalRefusedException.Reason reason, CompletableFuture<TransportId> append) {
        try {
            append.get(200, TimeUnit.MILLISECONDS);
            return false;
        } catch (ExecutionException e) {
            return e.getCause() instanceof JournalRefusedException refused && refused.reason() == reason;
        } catch (TimeoutException | InterruptedException e) {
            return false;
        }
    }

    private static List<TransportId> append(OpenJournal open, int hits, int bytes) {
        var ids = new ArrayList<TransportId>();
        for (int i = 0; i < hits; i++) {
            ids.add(open.append(FrameCodec.encodeHit(Hits.ofBody(bytes))));
        }
        return ids;
    }

    private static List<JournalEntry> drain(Journal journal, int hits) {
        var entries = new ArrayList<JournalEntry>();
        // An audit record that waits, and nobody takes here, ends a wait as well.
        await().until(() -> {
            entries.addAll(journal.take(hits, Long.MAX_VALUE, SOON));
            return entries.size() >= hits;
        });
        return entries;
    }

    private static List<JournalEntry> drainFresh(Journal journal) throws InterruptedException {
        return journal.take(Integer.MAX_VALUE, Long.MAX_VALUE, Duration.ZERO);
    }

    private static List<JournalEntry> backlog(Journal journal) throws IOException {
        var entries = new ArrayList<JournalEntry>();
        while (journal.hasBacklog()) {
            entries.addAll(journal.takeBacklog(1_000_000));
        }
        return entries;
    }

    /** The directory as a process would find it that starts after this one is killed now. */
    private Path crashed() throws IOException {
        Path copy = Files.createTempDirectory(folder, "crashed");
        for (Path segment : segmentsIn(folder)) {
            Files.copy(segment, copy.resolve(segment.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        return copy;
    }

    private static List<Path> segmentsIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".journal"))
                    .sorted()
                    .toList();
        }
    }

    private static UUID epochOf(Path segment) {
        return SegmentFormat.epochOf(segment.getFileName().toString()).orElseThrow();
    }

    private static List<TransportId> onDisk(Path directory) throws IOException {
        var ids = new ArrayList<TransportId>();
        for (Path file : segmentsIn(directory)) {
            try (var reader = new SegmentReader(file, epochOf(file), 0, Files.size(file))) {
                while (reader.next() instanceof SegmentReader.Piece.Block(long firstSeq, List<EncodedHit> hits)) {
                    for (int i = 0; i < hits.size(); i++) {
                        ids.add(new TransportId(epochOf(file), firstSeq + i));
                    }
                }
            }
        }
        return ids;
    }

    private static void cutInTheLastBlock(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        // The hit's own zeros end before this; what is left of the block's header is enough.
        Arrays.fill(bytes, end - 1, bytes.length, (byte) 0);
        Files.write(segment, bytes);
    }
}
