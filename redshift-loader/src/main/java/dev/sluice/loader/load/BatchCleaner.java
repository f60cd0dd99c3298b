package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.load.CsvRecords.CsvRecord;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import dev.sluice.loader.staging.CsvFile;
import dev.sluice.loader.staging.RowBatch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * Takes the bad rows out of a batch that can't be loaded as it is: writes files without them beside the staged ones, and one more
 * with what they became in {@code bad_events}. Each attempt has a place of its own, so doing it again, or dying anywhere within,
 * leaves nothing but objects that nobody reads. Holds one file of the batch in memory. Confined to the loader's thread.
 */
final class BatchCleaner {
    /** More bad rows than this are no bad rows but a batch that someone has to look at. */
    static final int MOST_BAD_ROWS = 1_000;
    /** So few may be bad however few rows the file has; else no more than half of them. */
    static final int FEW_BAD_ROWS = 10;

    private static final int MOST_QUESTIONS = 100;
    /** Of CSV: eight times what a batch is closed at. */
    private static final int MOST_FILE_BYTES = 256 * 1024 * 1024;

    /** Makes the judge of one table's rows. */
    interface Judges {
        RowJudge of(Table table);
    }

    private final BatchStore store;
    private final boolean anyShare;

    private BatchCleaner(BatchStore store, boolean anyShare) {
        this.store = store;
        this.anyShare = anyShare;
    }

    BatchCleaner(BatchStore store) {
        this(store, false);
    }

    /** One that takes files of which most rows are bad: where it was known before that they had been. */
    static BatchCleaner ofAnyShare(BatchStore store) {
        return new BatchCleaner(store, true);
    }

    /**
     * @param place where the files are written, ends with a slash; the attempt's own
     * @param why the batch can't be loaded; thrown again when none of its rows is bad
     * @throws LoadFailure of kind BATCH when the batch can't be loaded even so
     */
    CleanBatch clean(BatchDescriptor batch, String place, Judges judges, LoadFailure why) throws LoadFailure {
        var files = new ArrayList<StagedFile>();
        var quarantined = new EnumMap<Table, Long>(Table.class);
        var reasons = new EnumMap<QuarantineReason, Long>(QuarantineReason.class);
        try (var badRows = new CsvFile(Table.BAD_EVENTS)) {
            for (StagedFile file : batch.files()) {
                if (!file.table().isFact()) {
                    // The line's own: one bad row in it is a fault of the line, not of what people sent.
                    files.add(file);
                    continue;
                }
                CsvRecords records = read(file);
                Map<CsvRecord, RowFault> bad = new BadRowSearch(
                                records,
                                suspects(file.table(), records),
                                judges.of(file.table()),
                                new BadRowSearch.Bounds(MOST_QUESTIONS, MOST_BAD_ROWS))
                        .run();
                if (bad.isEmpty()) {
                    files.add(file);
                    continue;
                }
                if (!anyShare && bad.size() > FEW_BAD_ROWS && bad.size() * 2L > file.rows()) {
                    throw batch(file, "holds " + file.rows() + " rows of which " + bad.size() + " are bad");
                }
                quarantined.put(file.table(), (long) bad.size());
                bad.values().forEach(fault -> reasons.merge(fault.reason(), 1L, Long::sum));
                append(badRows, batch, file, records, bad);
                withoutBadRows(place, file, records, bad).ifPresent(files::add);
            }
            if (quarantined.isEmpty()) {
                throw why;
            }
            return new CleanBatch(
                    batch, files, List.of(put(place, "quarantine", badRows.finish())), quarantined, reasons);
        }
    }

    private CsvRecords read(StagedFile file) throws LoadFailure {
        byte[] gzip = store.read(List.of(file.key())).get(file.key());
        if (gzip == null) {
            throw batch(file, "is gone");
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            byte[] csv = in.readNBytes(MOST_FILE_BYTES + 1);
            if (csv.length > MOST_FILE_BYTES) {
                throw batch(file, "has more than " + MOST_FILE_BYTES + " bytes of CSV");
            }
            int columns = file.table().stagedColumns().size();
            CsvRecords records = CsvRecords.of(csv, columns, MOST_BAD_ROWS).joinedTo(file.rows());
            if (records == null) {
                throw batch(file, "does not hold the " + file.rows() + " rows that were staged");
            }
            return records;
        } catch (IOException e) {
            throw batch(file, "is no whole gzip file: " + e.getMessage());
        } catch (CsvRecords.TooManyDamagedException e) {
            throw batch(file, "has more than " + MOST_BAD_ROWS + " bad rows");
        }
    }

    private static Map<CsvRecord, RowFault> suspects(Table table, CsvRecords records) {
        var suspects = new HashMap<CsvRecord, RowFault>();
        for (CsvRecord row : records.list()) {
            if (row.fault() == null) {
                RowFault fault = RowCheck.faultOf(table, records.fieldsOf(row));
                if (fault != null) {
                    suspects.put(row, fault);
                }
            }
        }
        return suspects;
    }

    private static void append(
            CsvFile into, BatchDescriptor batch, StagedFile file, CsvRecords records, Map<CsvRecord, RowFault> bad) {
        long number = 0;
        for (CsvRecord row : records.list()) {
            number++;
            RowFault fault = bad.get(row);
            if (fault != null) {
                List<byte[]> fields = row.fault() == null ? records.fieldsOf(row) : List.of();
                into.append(QuarantinedRow.of(batch, file, number, records.bytesOf(row), fields, fault));
            }
        }
    }

    private Optional<StagedFile> withoutBadRows(
            String place, StagedFile file, CsvRecords records, Map<CsvRecord, RowFault> bad) throws LoadFailure {
        List<byte[]> good = records.list().stream()
                .filter(row -> !bad.containsKey(row))
                .map(records::bytesOf)
                .toList();
        if (good.isEmpty()) {
            return Optional.empty();
        }
        byte[] gzip = CopyProbe.gzip(good);
        var rows = new RowBatch.TableRows(file.table(), good.size(), gzip, CsvFile.sha256(gzip));
        return Optional.of(put(place, file.table().tableName(), rows));
    }

    private StagedFile put(String place, String name, RowBatch.TableRows rows) throws LoadFailure {
        String key = place + name + ".csv.gz";
        store.put(key, rows.gzip());
        return new StagedFile(rows.table(), key, rows.rows(), rows.gzip().length, rows.sha256());
    }

    private static LoadFailure batch(StagedFile file, String what) {
        return new LoadFailure(LoadFailure.Kind.BATCH, file.key() + " " + what, null);
    }
}
