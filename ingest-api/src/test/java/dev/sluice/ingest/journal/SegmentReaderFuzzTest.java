package dev.sluice.ingest.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.common.EncodedHit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * A segment of three blocks, changed in any way: what is read back is some of those blocks, whole. Nothing
 * is made up, and reading ends.
 */
class SegmentReaderFuzzTest {
    private static final UUID EPOCH = new UUID(7, 7);
    private static final List<List<byte[]>> BLOCKS = List.of(
            List.of(bytes(40, 1)),
            List.of(bytes(0, 2), bytes(17, 3), bytes(300, 4)),
            List.of(bytes(5, 5), bytes(6, 6)));

    @FuzzTest(maxDuration = "20s")
    void next_givesOnlyWhatWasWritten(FuzzedDataProvider data) throws IOException {
        byte[] segment = segment();
        int changes = data.consumeInt(0, 6);
        for (int i = 0; i < changes; i++) {
            segment = changed(segment, data);
        }
        Path file = Files.createTempFile("segment", ".fuzz");
        try {
            Files.write(file, segment);
            assertOnlyWhatWasWritten(file);
        } finally {
            Files.delete(file);
        }
    }

    private static byte[] changed(byte[] segment, FuzzedDataProvider data) {
        int at = data.consumeInt(0, segment.length);
        return switch (data.consumeInt(0, 3)) {
            case 0 -> Arrays.copyOf(segment, at);
            case 1 -> {
                byte[] over = data.consumeBytes(40);
                byte[] copy = segment.clone();
                System.arraycopy(over, 0, copy, at, Math.min(over.length, copy.length - at));
                yield copy;
            }
            case 2 -> spliced(segment, at, data.consumeBytes(40));
            // A piece of itself once more: blocks that are repeated are whole blocks too.
            default -> spliced(segment, at, Arrays.copyOfRange(segment, at, data.consumeInt(at, segment.length)));
        };
    }

    private static byte[] spliced(byte[] segment, int at, byte[] piece) {
        return ByteBuffer.allocate(segment.length + piece.length)
                .put(segment, 0, at)
                .put(piece)
                .put(segment, at, segment.length - at)
                .array();
    }

    private static void assertOnlyWhatWasWritten(Path file) throws IOException {
        try (var reader = new SegmentReader(file, EPOCH, 0, Files.size(file))) {
            for (long bytes = Files.size(file); bytes >= 0; bytes--) {
                switch (reader.next()) {
                    case SegmentReader.Piece.Block(long firstSeq, List<EncodedHit> hits) ->
                        assertThat(BLOCKS.stream().map(SegmentReaderFuzzTest::text))
                                .element(blockOf(firstSeq))
                                .isEqualTo(text(
                                        hits.stream().map(EncodedHit::bytes).toList()));
                    case SegmentReader.Piece.Damage(long from, long to) ->
                        assertThat(to).isGreaterThan(from);
                    case SegmentReader.Piece.End() -> {
                        return;
                    }
                }
            }
        }
        throw new AssertionError("more pieces than bytes");
    }

    private static int blockOf(long firstSeq) {
        return switch ((int) firstSeq) {
            case 0 -> 0;
            case 1 -> 1;
            case 4 -> 2;
            default -> throw new AssertionError("no block begins at " + firstSeq);
        };
    }

    private static String text(List<byte[]> hits) {
        return hits.stream().map(Arrays::toString).toList().toString();
    }

    private static byte[] segment() {
        var out = ByteBuffer.allocate(2_000).put(SegmentFormat.fileHeader());
        long seq = 0;
        for (List<byte[]> hits : BLOCKS) {
            var block = ByteBuffer.allocate(1_000);
            SegmentFormat.putBlock(
                    block, EPOCH, seq, hits.stream().map(EncodedHit::new).toList());
            out.put(block.array(), 0, block.position() == 0 ? block.limit() : block.position());
            seq += hits.size();
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private static byte[] bytes(int length, int first) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (first + i * 31);
        }
        return bytes;
    }
}
