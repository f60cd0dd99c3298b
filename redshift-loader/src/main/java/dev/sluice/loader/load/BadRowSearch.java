package dev.sluice.loader.load;

import dev.sluice.loader.load.CsvRecords.CsvRecord;
import dev.sluice.loader.load.RowJudge.Refusal;
import dev.sluice.loader.load.RowJudge.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the rows that the warehouse refuses: asks about all, and about parts where some are refused and some are not. Suspicions
 * (what the rows look like, and the lines that the warehouse names) only decide how rows are parted, so a wrong one costs
 * questions and never a row: bad is what was refused when no good row was with it. Confined to one thread; for one file.
 */
final class BadRowSearch {
    /**
     * @param questions most for one file: a bad row among a million takes 40, or three where a suspicion is right
     * @param badRows most in one file
     */
    record Bounds(int questions, int badRows) {}

    private final CsvRecords records;
    private final Map<CsvRecord, RowFault> suspects;
    private final RowJudge judge;
    private final Bounds bounds;
    private final Map<CsvRecord, RowFault> bad = new TreeMap<>((a, b) -> Integer.compare(a.from(), b.from()));
    private int questions;

    BadRowSearch(CsvRecords records, Map<CsvRecord, RowFault> suspects, RowJudge judge, Bounds bounds) {
        this.records = records;
        this.suspects = Map.copyOf(suspects);
        this.judge = judge;
        this.bounds = bounds;
    }

    /**
     * @return the bad rows in the order of the file
     * @throws LoadFailure of kind BATCH when there are too many, or they could not be found within the bounds
     */
    Map<CsvRecord, RowFault> run() throws LoadFailure {
        var readable = new ArrayList<CsvRecord>();
        for (CsvRecord row : records.list()) {
            if (row.fault() == null) {
                readable.add(row);
            } else {
                bad.put(row, row.fault());
            }
        }
        find(readable);
        return new LinkedHashMap<>(bad);
    }

    private void find(List<CsvRecord> rows) throws LoadFailure {
        if (rows.isEmpty()) {
            return;
        }
        if (++questions > bounds.questions()) {
            throw batch("its bad rows are not found after " + bounds.questions() + " questions, only " + bad.size());
        }
        Verdict verdict = judge.judge(rows.stream().map(records::bytesOf).toList());
        if (verdict.taken() == rows.size()) {
            return;
        }
        boolean counted = verdict.taken() != RowJudge.REFUSED_TOGETHER;
        long refused = counted ? rows.size() - verdict.taken() : 1;
        if (bad.size() + refused > bounds.badRows()) {
            throw batch("it has more than " + bounds.badRows() + " bad rows");
        }
        if (verdict.taken() == 0 || rows.size() == 1) {
            name(rows, verdict.refusals());
            return;
        }
        Set<CsvRecord> first = suspicious(rows, verdict.refusals());
        if (first.isEmpty() || first.size() == rows.size()) {
            int half = rows.size() / 2;
            find(rows.subList(0, half));
            find(rows.subList(half, rows.size()));
        } else {
            find(rows.stream().filter(first::contains).toList());
            find(rows.stream().filter(row -> !first.contains(row)).toList());
        }
    }

    private Set<CsvRecord> suspicious(List<CsvRecord> rows, List<Refusal> refusals) {
        var lines = new TreeMap<Long, CsvRecord>();
        long line = 1;
        for (CsvRecord row : rows) {
            lines.put(line, row);
            line += row.lines();
        }
        var found = new LinkedHashSet<CsvRecord>();
        for (Refusal refusal : refusals) {
            Map.Entry<Long, CsvRecord> at = lines.floorEntry(refusal.line());
            if (at != null) {
                found.add(at.getValue());
            }
        }
        rows.stream().filter(suspects::containsKey).forEach(found::add);
        return found;
    }

    /** The warehouse's words are taken for a row's only when there is no doubt whose they are. */
    private void name(List<CsvRecord> rows, List<Refusal> refusals) {
        var byLine = new TreeMap<Long, Refusal>();
        refusals.forEach(refusal -> byLine.putIfAbsent(refusal.line(), refusal));
        List<Refusal> words = List.copyOf(byLine.values());
        for (int i = 0; i < rows.size(); i++) {
            RowFault fault = suspects.get(rows.get(i));
            if (fault == null && words.size() == rows.size()) {
                Refusal said = words.get(i);
                fault = new RowFault(QuarantineReason.ofLoadError(said.code()), said.detail());
            }
            bad.put(
                    rows.get(i),
                    fault != null
                            ? fault
                            : new RowFault(QuarantineReason.REFUSED, "the warehouse refuses it and does not say why"));
        }
    }

    private static LoadFailure batch(String why) {
        return new LoadFailure(LoadFailure.Kind.BATCH, why, null);
    }
}
