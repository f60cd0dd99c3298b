package dev.sluice.cli.replay;

import dev.sluice.cli.enrich.EnrichmentCode;
import dev.sluice.cli.line.CliFailure;
import dev.sluice.common.AuditCodec;
import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.loader.load.SideTables.Unit;
import dev.sluice.loader.staging.CsvFile;
import dev.sluice.loader.staging.archive.ArchiveReader;
import dev.sluice.loader.staging.archive.ArchivedRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Makes staged files of one archive object. Thread-safe: holds the object and its files' compressed bytes for each that is under way. */
final class ObjectReplay {
    private final ArchivedObjects archive;
    private final EnrichmentCode code;
    private final Scope scope;
    private final ReplayFiles files;

    /**
     * What of it is wanted.
     *
     * @param from received from then on
     * @param to received before
     */
    record Scope(Instant from, Instant to, Set<Table> tables) {
        boolean holds(Instant receivedAt) {
            return !receivedAt.isBefore(from) && receivedAt.isBefore(to);
        }
    }

    ObjectReplay(ArchivedObjects archive, EnrichmentCode code, Scope scope, ReplayFiles files) {
        this.archive = archive;
        this.code = code;
        this.scope = scope;
        this.files = files;
    }

    /** @throws CliFailure when the object is damaged: what was in it would be missing */
    Replayed run(String key) {
        var csv = new EnumMap<Table, CsvFile>(Table.class);
        try (var reader = new ArchiveReader(new ByteArrayInputStream(archive.read(key)))) {
            long hits = 0;
            long unreadable = 0;
            Instant min = Instant.MAX;
            Instant max = Instant.MIN;
            for (Optional<ArchivedRecord> next = reader.next(); next.isPresent(); next = reader.next()) {
                byte[] data = next.get().data();
                if (AuditCodec.isAudit(data)) {
                    continue;
                }
                Frame frame;
                try {
                    frame = FrameCodec.decode(data);
                } catch (FrameFormatException e) {
                    unreadable++;
                    continue;
                }
                long wanted = frame.hits().stream()
                        .filter(hit -> !hit.isForgotten() && scope.holds(hit.receivedAt()))
                        .count();
                if (wanted == 0) {
                    continue;
                }
                hits += wanted;
                for (Row row : code.rows(frame)) {
                    Instant receivedAt = Objects.requireNonNull(row.get(Columns.RECEIVED_AT));
                    if (scope.tables().contains(row.table()) && scope.holds(receivedAt)) {
                        csv.computeIfAbsent(row.table(), CsvFile::new).append(row);
                        min = receivedAt.isBefore(min) ? receivedAt : min;
                        max = receivedAt.isAfter(max) ? receivedAt : max;
                    }
                }
            }
            return new Replayed(new Unit(key, min, max, files.stage(key, csv)), hits, unreadable);
        } catch (IOException e) {
            throw new CliFailure("the archive's object " + key + " can't be read to its end: " + e.getMessage(), e);
        } finally {
            csv.values().forEach(CsvFile::close);
        }
    }
}
