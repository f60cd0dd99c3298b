package dev.sluice.ingest.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.EncodedHit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentReaderTest {
    private static final UUID EPOCH = new UUID(7, 7);

    @TempDir
    Path folder;

    @Test
    void next_givesBlocksAsTheyWereWritten_thenTheEnd() throws Exception {
        Path file = write(List.of(hits(1, 10), hits(2, 1), hits(3, 500)));
        try (var reader = new SegmentReader(file, EPOCH, 0, Files.size(file))) {
            assertBlock(reader.next(), 0, hits(1, 10));
            assertBlock(reader.next(), 10, hits(2, 1));
            assertBlock(reader.next(), 11, hits(3, 500));
            assertThat(reader.next()).isInstanceOf(SegmentReader.Piece.End.class);
            assertThat(reader.next()).isInstanceOf(SegmentReader.Piece.End.class);
        }
    }

    @Test
    void aFileThatACrashLeftEmpty_hasNothing() throws Exception {
        Path file = Files.write(folder.resolve("empty"), new byte[1 << 20]);
        try (var reader = new SegmentReader(file, EPOCH, 0, Files.size(file))) {
            assertThat(reader.next()).isInstanceOf(SegmentReader.Piece.End.class);
        }
    }

    @Test
    void blocksOfAnotherEpoch_doNotCount() throws Exception {
        Path file = write(List.of(hits(1, 3)));
        try (var reader = new SegmentReader(file, new UUID(8, 8), 0, Files.size(file))) {
            assertThat(reader.next()).isInstanceOf(SegmentReader.Piece.Damage.class);
            assertThat(reader.next()).isInstanceOf(SegmentReader.Piece.End.class);
        }
    }

    /** A hit may hold anything, the very bytes that begin a block as well. */
    @Test
    void aHitThatLooksLikeABlock_isNone_evenBehindDamage() throws Exception {
        var inner = ByteBuffer.allocate(4_096);
        SegmentFormat.putBlock(inner, UUID.randomUUID(), 5, hits(9, 2));
        var trap = new EncodedHit(Arrays.copyOf(inner.array(), inner.limit()));
        Path file = write(List.of(List.of(trap), hits(2, 2)));
        flip(file, SegmentFormat.FILE_HEADER_BYTES + 1);
        try (var reader = new SegmentReader(file, EPOCH, 0, Files.size(file))) {
            assertThat(reader.next()).isInstanceOf(SegmentReader.Piece.Damage.class);
            assertBlock(reader.next(), 1, hits(2, 2));
        }
    }

    /** Whatever happens to the bytes: no block is made up, none is given twice, and damage takes only the blocks it hits. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void damage_costsNoOtherBlock(long seed) throws Exception {
        var random = new Random(seed);
        for (int round = 0; round < 25; round++) {
            var blocks = new ArrayList<List<EncodedHit>>();
            for (int i = 0; i < 20; i++) {
                blocks.add(hits(random.nextInt(), 1 + random.nextInt(5)));
            }
            Path file = write(blocks);
            int damages = random.nextInt(4);
            for (int i = 0; i < damages; i++) {
                flip(file, SegmentFormat.FILE_HEADER_BYTES + random.nextInt(3_000));
            }
            if (random.nextInt(4) == 0) {
                cut(file, random.nextInt(8_000));
                assertThat(readable(file)).as("seed %s", seed).isSubsetOf(texts(blocks));
            } else {
                assertThat(readable(file))
                        .as("seed %s", seed)
                        .isSubsetOf(texts(blocks))
                        .doesNotHaveDuplicates()
                        .hasSizeGreaterThanOrEqualTo(blocks.size() - damages);
            }
        }
    }

    private static List<String> readable(Path file) throws IOException {
        var blocks = new ArrayList<String>();
        try (var reader = new SegmentReader(file, EPOCH, 0, Files.size(file))) {
            while (true) {
                switch (reader.next()) {
                    case SegmentReader.Piece.Block(long _, List<EncodedHit> hits) -> blocks.add(text(hits));
                    case SegmentReader.Piece.Damage(long from, long to) ->
                        assertThat(to).isGreaterThan(from);
                    case SegmentReader.Piece.End() -> {
                        return blocks;
                    }
                }
            }
        }
    }

    private static List<String> texts(List<List<EncodedHit>> blocks) {
        return blocks.stream().map(SegmentReaderTest::text).toList();
    }

    private static String text(List<EncodedHit> hits) {
        return hits.stream().map(hit -> HexFormat.of().formatHex(hit.bytes())).collect(Collectors.joining("|"));
    }

    private static void assertBlock(SegmentReader.Piece piece, long firstSeq, List<EncodedHit> hits) {
        assertThat(piece).isInstanceOfSatisfying(SegmentReader.Piece.Block.class, block -> {
            assertThat(block.firstSeq()).isEqualTo(firstSeq);
            assertThat(text(block.hits())).isEqualTo(text(hits));
        });
    }

    /** Hits that differ for each seed. */
    private static List<EncodedHit> hits(long seed, int count) {
        var random = new Random(seed);
        var hits = new ArrayList<EncodedHit>();
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[16 + random.nextInt(100)];
            random.nextBytes(bytes);
            hits.add(new EncodedHit(bytes));
        }
        return hits;
    }

    private Path write(List<List<EncodedHit>> blocks) throws IOException {
        Path file = folder.resolve(UUID.randomUUID().toString());
        try (SegmentWriter writer = SegmentWriter.create(file, EPOCH, SegmentWriter.blockBuffer())) {
            long seq = 0;
            for (List<EncodedHit> hits : blocks) {
                writer.write(seq, hits);
                seq += hits.size();
            }
            cut(file, writer.position() + 100);
        }
        return file;
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (at < bytes.length) {
            bytes[at] ^= 0x55;
            Files.write(file, bytes);
        }
    }

    private static void cut(Path file, long size) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, (int) Math.min(size, bytes.length)));
    }
}
