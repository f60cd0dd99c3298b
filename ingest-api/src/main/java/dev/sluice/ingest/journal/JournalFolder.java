package dev.sluice.ingest.journal;

import dev.sluice.common.EncodedHit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A journal's folder for someone who only looks: of a node that runs, of one that is dead, or a copy. Takes no lock, changes nothing,
 * and passes over what is damaged. A segment may go while it is read, as its hits are in the stream then. Stateless.
 */
public final class JournalFolder {
    private JournalFolder() {}

    /** Hears of hits that stand in a segment, in order. */
    public interface Heard {
        /** @param count consecutive sequence numbers from {@code firstSeq} */
        void hits(UUID epoch, long firstSeq, int count, Path segment);
    }

    /** Reads all segments, those that were set aside as damaged too. */
    public static void read(Path folder, Heard heard) throws IOException {
        for (Path segment : segments(folder)) {
            UUID epoch = SegmentFormat.epochOf(segment.getFileName().toString()).orElseThrow();
            try (var reader = new SegmentReader(segment, epoch, 0, Long.MAX_VALUE)) {
                boolean ended = false;
                while (!ended) {
                    switch (reader.next()) {
                        case SegmentReader.Piece.Block(long firstSeq, List<EncodedHit> hits) ->
                            heard.hits(epoch, firstSeq, hits.size(), segment);
                        case SegmentReader.Piece.Damage _ -> {}
                        case SegmentReader.Piece.End _ -> ended = true;
                    }
                }
            } catch (IOException e) {
                if (Files.exists(segment)) {
                    throw e;
                }
            }
        }
    }

    private static List<Path> segments(Path folder) throws IOException {
        var segments = new ArrayList<Path>();
        try (Stream<Path> files = Files.walk(folder, 2)) {
            files.filter(file ->
                            SegmentFormat.epochOf(file.getFileName().toString()).isPresent())
                    .sorted()
                    .forEach(segments::add);
        }
        return segments;
    }
}
