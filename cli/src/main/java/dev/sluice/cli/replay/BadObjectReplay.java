package dev.sluice.cli.replay;

import dev.sluice.cli.enrich.EnrichmentCode;
import dev.sluice.common.AuditCodec;
import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.loader.load.SideTables.Unit;
import dev.sluice.loader.staging.CsvFile;
import dev.sluice.loader.staging.archive.ArchiveReader;
import dev.sluice.loader.staging.archive.ArchivedRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks in archive objects for the originals of bad events, and makes rows of them. Thread-safe, with code that is. */
final class BadObjectReplay {
    private final ArchivedObjects archive;
    private final EnrichmentCode code;
    private final @Nullable ReplayFiles files;

    /** @param files null writes none */
    BadObjectReplay(ArchivedObjects archive, EnrichmentCode code, @Nullable ReplayFiles files) {
        this.archive = archive;
        this.code = code;
        this.files = files;
    }

    /**
     * What one object gave.
     *
     * @param damage what was in the way of reading it to its end; null when nothing was
     */
    record Tried(
            Unit unit,
            List<BadRequest.Verdict> verdicts,
            @Nullable String damage) {}

    Tried run(String key, BadRequests wanted) {
        var verdicts = new ArrayList<BadRequest.Verdict>();
        String damage = null;
        try (var rows = new Rows()) {
            if (!wanted.areAllFound()) {
                damage = read(key, wanted, verdict -> {
                    verdict.rows().forEach(rows::add);
                    verdicts.add(verdict.withoutRows());
                });
            }
            return new Tried(rows.unit(key, files), verdicts, damage);
        }
    }

    private interface Judged {
        void add(BadRequest.Verdict verdict);
    }

    private @Nullable String read(String key, BadRequests wanted, Judged judged) {
        try (var reader = new ArchiveReader(new ByteArrayInputStream(archive.read(key)))) {
            for (Optional<ArchivedRecord> next = reader.next(); next.isPresent(); next = reader.next()) {
                frame(next.get().data(), wanted, judged);
            }
            return null;
        } catch (IOException e) {
            return "the archive's object " + key + " can't be read to its end: " + e.getMessage();
        }
    }

    private void frame(byte[] data, BadRequests wanted, Judged judged) {
        if (AuditCodec.isAudit(data)) {
            return;
        }
        Frame frame;
        try {
            frame = FrameCodec.decode(data);
        } catch (FrameFormatException _) {
            // It has no requests.
            return;
        }
        for (int i = 0; i < frame.hits().size(); i++) {
            BadRequest request = wanted.take(frame, i);
            if (request != null) {
                RawHit hit = frame.hits().get(i);
                var alone = new Frame(frame.epoch(), frame.firstSeq() + i, List.of(hit));
                judged.add(request.judge(hit, code.rows(alone)));
            }
        }
    }

    /** Files while they grow. */
    private static final class Rows implements AutoCloseable {
        private final Map<Table, CsvFile> csv = new EnumMap<>(Table.class);
        private Instant min = Instant.MAX;
        private Instant max = Instant.MIN;

        void add(Row row) {
            Instant receivedAt = Objects.requireNonNull(row.get(Columns.RECEIVED_AT));
            min = receivedAt.isBefore(min) ? receivedAt : min;
            max = receivedAt.isAfter(max) ? receivedAt : max;
            csv.computeIfAbsent(row.table(), CsvFile::new).append(row);
        }

        Unit unit(String key, @Nullable ReplayFiles files) {
            // As part of a key it must be short.
            String name = CsvFile.sha256(key.getBytes(StandardCharsets.UTF_8));
            return new Unit(name, min, max, files == null ? List.of() : files.stage(key, csv));
        }

        @Override
        public void close() {
            csv.values().forEach(CsvFile::close);
        }
    }
}
