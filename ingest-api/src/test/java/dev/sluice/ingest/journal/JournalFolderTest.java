package dev.sluice.ingest.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.EncodedHit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFolderTest {
    private static final UUID EPOCH = new UUID(7, 7);

    @TempDir
    Path folder;

    @Test
    void read_tellsWhatStandsInEverySegment_thoseSetAsideToo_whileItsNodeRuns() throws IOException {
        write(folder, EPOCH, 0, 3);
        write(folder, EPOCH, 3, 2);
        write(Files.createDirectory(folder.resolve("damaged")), new UUID(8, 8), 40, 1);
        Files.writeString(folder.resolve("notes.txt"), "not a segment");
        try (JournalDirectory owned = JournalDirectory.open(folder)) {
            assertThat(read()).containsExactlyInAnyOrder(EPOCH + " 0+3", EPOCH + " 3+2", new UUID(8, 8) + " 40+1");
            assertThat(owned.segments()).hasSize(2);
        }
    }

    @Test
    void read_passesOverDamage() throws IOException {
        Path segment = write(folder, EPOCH, 0, 3);
        byte[] bytes = Files.readAllBytes(segment);
        bytes[SegmentFormat.FILE_HEADER_BYTES + 30] ^= 1;
        Files.write(segment, bytes);
        assertThat(read()).isEmpty();
    }

    private List<String> read() throws IOException {
        var heard = new ArrayList<String>();
        JournalFolder.read(folder, (epoch, firstSeq, count, _) -> heard.add(epoch + " " + firstSeq + "+" + count));
        return heard;
    }

    private static Path write(Path into, UUID epoch, long firstSeq, int hits) throws IOException {
        Path file = into.resolve(SegmentFormat.name(epoch, firstSeq));
        try (SegmentWriter writer = SegmentWriter.create(file, epoch, SegmentWriter.blockBuffer())) {
            writer.write(
                    firstSeq,
                    IntStream.range(0, hits)
                            .mapToObj(i -> new EncodedHit(new byte[] {(byte) i, 2, 3}))
                            .toList());
        }
        return file;
    }
}
