package dev.sluice.ingest.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.AuditRecord;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.Hits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** What the journal says of the hits it accepted: live, after an end of any kind, and by whom. */
@Timeout(120)
class SegmentAuditTest {
    private static final Instant MINUTE = Hits.RECEIVED.truncatedTo(ChronoUnit.MINUTES);
    /** More than two segments of these. */
    private static final int MANY = 20;

    private static final int LARGE = 500_000;

    @TempDir
    Path folder;

    @Test
    void aStart_announcesItself_beforeItsFirstHit() throws Exception {
        try (var open = OpenJournal.in(folder)) {
            assertThat(segmentsIn(folder))
                    .as("so that somebody will say how it ended")
                    .hasSize(1);
            AuditRecord announced = open.storeAudits().getFirst();
            assertThat(announced.epoch()).isEqualTo(open.epoch);
            assertThat(announced.firstSeq()).isZero();
            assertThat(announced.isEmpty()).isTrue();
            assertThat(announced.isFinal()).isFalse();
            assertThat(announced.completeUntil()).isEqualTo(Hits.RECEIVED.minus(CommitQueue.SLACK));
        }
    }

    @Test
    void records_coverEveryHitOnce_countedByTheMinuteItWasReceivedIn() throws Exception {
        try (var open = OpenJournal.in(folder)) {
            for (int i = 0; i < 30; i++) {
                open.append(Hits.receivedAt(Hits.RECEIVED.plusSeconds(4L * i)));
            }
            List<AuditRecord> audits = open.end();
            assertCover(audits, 30);
            var expected = new TreeMap<Instant, Long>();
            for (int i = 0; i < 30; i++) {
                expected.merge(Hits.RECEIVED.plusSeconds(4L * i).truncatedTo(ChronoUnit.MINUTES), 1L, Long::sum);
            }
            assertThat(audits.getLast().hitsByMinute()).isEqualTo(expected);
            assertThat(audits.getLast().completeUntil())
                    .isEqualTo(Hits.RECEIVED.plusSeconds(4L * 29).minus(CommitQueue.SLACK));
        }
    }

    @Test
    void records_comeAgainAndAgain_whetherHitsComeOrNot() throws Exception {
        try (var open = OpenJournal.auditing(folder)) {
            var audits = new ArrayList<AuditRecord>();
            open.append(Hits.encoded(1));
            await().until(() -> {
                audits.addAll(open.storeAudits());
                return audits.size() >= 4;
            });
            assertThat(audits).filteredOn(audit -> !audit.isEmpty()).hasSize(1);
            assertThat(audits).extracting(AuditRecord::isFinal).containsOnly(false);
            audits.addAll(open.end());
            assertCover(audits, 1);
        }
    }

    @Test
    void whileTheStreamTakesNone_thoseOfASegmentAreJoined() throws Exception {
        try (var open = OpenJournal.auditing(folder)) {
            open.append(Hits.encoded(1));
            await().until(() -> open.registry
                            .get("sluice.ingest.audit.records")
                            .tag("result", "joined")
                            .counter()
                            .count()
                    >= 2);
            open.append(Hits.encoded(1));
            List<AuditRecord> audits = open.end();
            assertThat(audits).hasSize(1);
            assertCover(audits, 2);
        }
    }

    @Test
    void noRecord_reachesOverTheEndOfASegment() throws Exception {
        try (var open = OpenJournal.in(folder)) {
            append(open, MANY, LARGE);
            List<Long> begins = segmentsIn(folder).stream()
                    .map(SegmentAuditTest::firstSeqOf)
                    .toList();
            assertThat(begins).hasSizeGreaterThan(2);
            List<AuditRecord> audits = open.end();
            assertCover(audits, MANY);
            assertThat(audits)
                    .filteredOn(audit -> !audit.isEmpty())
                    .extracting(AuditRecord::firstSeq)
                    .isEqualTo(begins);
        }
    }

    @Test
    void aSegment_staysUntilTheStreamHasTheRecordsAboutIt() throws Exception {
        try (var open = OpenJournal.in(folder)) {
            append(open, MANY, LARGE);
            int segments = segmentsIn(folder).size();
            open.journal.release(new HitRange(open.epoch, 0, MANY));
            // Each look of the committer at what is done may roll the open segment once.
            await().during(Duration.ofSeconds(1)).until(() -> segmentsIn(folder).size() >= segments);
            open.storeAudits();
            await().untilAsserted(() -> assertThat(segmentsIn(folder)).hasSize(1));
        }
    }

    @Test
    void anIdleNode_keepsOneSegment_forAsLongAsItsEpochHasNotEnded() throws Exception {
        Path killed;
        UUID epoch;
        try (var open = OpenJournal.in(folder)) {
            epoch = open.epoch;
            append(open, MANY, LARGE);
            open.journal.release(new HitRange(open.epoch, 0, MANY));
            await().untilAsserted(() -> {
                open.storeAudits();
                assertThat(segmentsIn(folder)).hasSize(1);
            });
            killed = killed();
        }
        try (var again = OpenJournal.in(killed)) {
            AuditRecord last = auditsOf(epoch, again).getLast();
            assertThat(last.isFinal()).isTrue();
            assertThat(last.lastSeq()).isEqualTo(MANY - 1);
        }
    }

    @Test
    void aStartThatWasKilledBeforeItsFirstHit_isEndedByTheNextOne() throws Exception {
        Path killed;
        UUID epoch;
        try (var open = OpenJournal.in(folder)) {
            epoch = open.epoch;
            killed = killed();
        }
        try (var again = OpenJournal.in(killed)) {
            List<AuditRecord> audits = auditsOf(epoch, again);
            assertCover(audits, 0);
            await().untilAsserted(() -> assertThat(segmentsIn(killed)).hasSize(1));
            again.end();
            assertThat(segmentsIn(killed)).isEmpty();
        }
    }

    @Test
    void aStartThatWasKilled_isAuditedAgain_aSegmentAtATime() throws Exception {
        Path killed;
        UUID epoch;
        List<Long> begins;
        try (var open = OpenJournal.in(folder)) {
            epoch = open.epoch;
            append(open, MANY, LARGE);
            // Some of these are stored, as is a record: it is all the same to who comes after.
            open.journal.release(new HitRange(open.epoch, 0, 3));
            open.storeAudits();
            killed = killed();
            begins = segmentsIn(killed).stream()
                    .map(SegmentAuditTest::firstSeqOf)
                    .toList();
        }
        try (var again = OpenJournal.in(killed)) {
            List<AuditRecord> audits = auditsOf(epoch, again);
            assertCover(audits, MANY);
            assertThat(audits).extracting(AuditRecord::firstSeq).isEqualTo(begins);
            assertThat(audits).extracting(AuditRecord::isFinal).containsOnlyOnce(true);
            assertThat(audits)
                    .extracting(AuditRecord::completeUntil)
                    .containsOnly(Hits.RECEIVED.minus(CommitQueue.SLACK));
            assertThat(again.journal.standing().recoveredBytes())
                    .as("the hits are still needed")
                    .isPositive();
            again.journal.release(new HitRange(epoch, 0, MANY));
            await().untilAsserted(() ->
                    assertThat(again.journal.standing().recoveredBytes()).isZero());
            assertThat(again.registry
                            .get("sluice.ingest.audit.records")
                            .tag("result", "made_again")
                            .counter()
                            .count())
                    .isEqualTo(begins.size());
        }
    }

    @Test
    void aSegmentThatWasFound_staysUntilTheStreamHasItsRecord() throws Exception {
        Path killed;
        UUID epoch;
        try (var open = OpenJournal.in(folder)) {
            epoch = open.epoch;
            append(open, 3, 10);
            killed = killed();
        }
        try (var again = OpenJournal.in(killed)) {
            readBack(again);
            again.journal.release(new HitRange(epoch, 0, 3));
            await().during(Duration.ofSeconds(1))
                    .until(() -> again.journal.standing().recoveredBytes() > 0);
            again.storeAudits();
            await().untilAsserted(() ->
                    assertThat(again.journal.standing().recoveredBytes()).isZero());
        }
    }

    @Test
    void aStopThatCannotSendTheFinalRecord_leavesItToTheNextStart() throws Exception {
        UUID epoch;
        try (var open = OpenJournal.in(folder)) {
            epoch = open.epoch;
            append(open, 5, 10);
            open.journal.release(new HitRange(epoch, 0, 5));
            open.storeAudits();
        }
        assertThat(segmentsIn(folder)).hasSize(1);
        try (var again = OpenJournal.in(folder)) {
            assertCover(auditsOf(epoch, again), 5);
            again.journal.release(new HitRange(epoch, 0, 5));
            again.end();
        }
        assertThat(segmentsIn(folder)).isEmpty();
    }

    @Test
    void whatIsLostInADamagedSegment_isInTheRange_andNotInTheCounts() throws Exception {
        Path killed;
        UUID epoch;
        try (var open = OpenJournal.in(folder)) {
            epoch = open.epoch;
            append(open, 10, 100);
            killed = killed();
        }
        Path segment = segmentsIn(killed).getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        int block = SegmentFormat.BLOCK_HEADER_BYTES
                + SegmentFormat.HIT_HEADER_BYTES
                + Hits.encoded(100).size();
        bytes[SegmentFormat.FILE_HEADER_BYTES + 4 * block + 60] ^= 1;
        Files.write(segment, bytes);
        try (var again = OpenJournal.in(killed)) {
            AuditRecord audit = auditsOf(epoch, again).getFirst();
            assertThat(audit.firstSeq()).isZero();
            assertThat(audit.lastSeq()).isEqualTo(9);
            assertThat(audit.hitsByMinute()).isEqualTo(Map.of(MINUTE, 9L));
        }
    }

    @Test
    void aFullDisk_keepsAStartFromAnnouncingItself_butNotFromEndingTheOneBefore() throws Exception {
        UUID epoch;
        try (var open = OpenJournal.in(folder)) {
            epoch = open.epoch;
            append(open, 3, 10);
        }
        var full = new JournalProperties(
                folder,
                DataSize.ofMegabytes(100),
                DataSize.ofTerabytes(1_000),
                DataSize.ofMegabytes(4),
                DataSize.ofMegabytes(8),
                DataSize.ofMegabytes(16),
                Duration.ZERO);
        try (var again = OpenJournal.with(full)) {
            assertThat(again.storeAudits()).isEmpty();
            assertCover(auditsOf(epoch, again), 3);
            again.journal.release(new HitRange(epoch, 0, 3));
            await().untilAsserted(() -> assertThat(segmentsIn(folder)).isEmpty());
        }
    }

    /** Ranges without a gap from 0 to so many hits, with as many in their minutes; the last one, and no other, is final. */
    private static void assertCover(List<AuditRecord> audits, long hits) {
        long next = 0;
        long counted = 0;
        for (AuditRecord audit : audits) {
            assertThat(audit.firstSeq()).isEqualTo(next);
            next = audit.lastSeq() + 1;
            counted += audit.hitsByMinute().values().stream().mapToLong(n -> n).sum();
        }
        assertThat(next).isEqualTo(hits);
        assertThat(counted).isEqualTo(hits);
        assertThat(audits.getLast().isFinal()).isTrue();
    }

    /** What a start says of an earlier one, once it has read back what that one left. */
    private static List<AuditRecord> auditsOf(UUID epoch, OpenJournal again) throws IOException {
        readBack(again);
        return again.storeAudits().stream()
                .filter(audit -> audit.epoch().equals(epoch))
                .toList();
    }

    private static void readBack(OpenJournal open) throws IOException {
        while (open.journal.hasBacklog()) {
            open.journal.takeBacklog(1_000_000);
        }
    }

    private static List<TransportId> append(OpenJournal open, int hits, int bytes) {
        var ids = new ArrayList<TransportId>();
        for (int i = 0; i < hits; i++) {
            ids.add(open.append(Hits.encoded(bytes)));
        }
        return ids;
    }

    /** The directory as a process would find it that starts after this one is killed now. */
    private Path killed() throws IOException {
        Path copy = Files.createTempDirectory(folder, "killed");
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

    private static long firstSeqOf(Path segment) {
        return SegmentFormat.firstSeqOf(segment.getFileName().toString());
    }
}
