package dev.sluice.cli.reconcile;

import dev.sluice.loader.audit.Finding;
import dev.sluice.loader.audit.MinuteBalance;
import dev.sluice.loader.audit.Reconciliation;
import dev.sluice.loader.audit.SeqRange;
import dev.sluice.loader.audit.Sighting;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** For reading: a line for each minute and epoch, what is wrong, and one line that says how it stands. */
final class TextReconciliation implements ReconcilePrinter {
    private final PrintWriter out;
    private boolean open;

    TextReconciliation(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void minute(MinuteBalance balance, List<Finding> findings) {
        if (!open) {
            out.printf(
                    Locale.ROOT,
                    "%-17s  %-36s %9s %9s %11s %9s %6s %8s%n",
                    "received (UTC)",
                    "ingest epoch",
                    "accepted",
                    "landed",
                    "outstanding",
                    "loaded",
                    "bad",
                    "repeats");
            open = true;
        }
        out.printf(
                Locale.ROOT,
                "%-17s  %-36s %9s %9d %11d %9d %6d %8d%s%n",
                minute(balance.minute()),
                balance.epoch(),
                balance.accepted() < 0 ? "-" : Long.toString(balance.accepted()),
                balance.hits(),
                balance.outstanding(),
                balance.loaded(),
                balance.bad(),
                balance.repeats(),
                findings.isEmpty() ? "" : "  <--");
    }

    @Override
    public void end(Reconciliation found) {
        if (open) {
            out.println();
        }
        found.inFlight()
                .forEach(hits -> out.println(hits.count() + " hits in flight: epoch " + hits.epoch() + ", seq "
                        + hits.ids() + ", received from " + minute(hits.minute()) + " on"));
        found.findings().forEach(finding -> print(finding, found));
        found.sightings().notes().forEach(note -> out.println("note: " + note));
        Reconciliation.Totals totals = found.totals();
        out.printf(
                Locale.ROOT,
                "%,d hits accepted, %,d landed, %,d in flight; rows: %,d loaded, %,d bad, %,d repeats left out%n",
                totals.accepted(),
                totals.hits(),
                totals.inFlight() + found.waiting(),
                totals.loaded(),
                totals.bad(),
                totals.repeats());
        out.println("complete until " + found.watermark().map(Instant::toString).orElse("nothing is known"));
        out.println(
                found.isSound()
                        ? "everything adds up"
                        : "it does NOT add up: " + found.findings().size() + " findings");
    }

    private void print(Finding finding, Reconciliation found) {
        out.println(finding.count() + " " + finding.kind().words() + ": epoch " + finding.epoch() + ", received "
                + minute(finding.minute()));
        seqs(finding)
                .limit(MOST_NAMED)
                .forEach(seq -> out.println("    " + seq.name() + ": " + where(seq, finding, found)));
        long left = seqs(finding).skip(MOST_NAMED).count();
        if (left > 0) {
            out.println("    and " + left + " more");
        }
    }

    private record Named(long seq, String name) {}

    private static Stream<Named> seqs(Finding finding) {
        return Stream.concat(
                finding.hits().stream()
                        .flatMapToLong(TextReconciliation::each)
                        .mapToObj(seq -> new Named(seq, Long.toString(seq))),
                finding.events().stream().map(event -> new Named(event.seq(), event.toString())));
    }

    private static LongStream each(SeqRange range) {
        return LongStream.rangeClosed(range.first(), range.last());
    }

    private static String where(Named seq, Finding finding, Reconciliation found) {
        List<Sighting> seen = found.sightings().of(finding.epoch(), seq.seq());
        if (!seen.isEmpty()) {
            return seen.stream().map(Sighting::toString).collect(Collectors.joining("; "));
        }
        return finding.kind() == Finding.Kind.MISSING_HITS
                ? "nowhere that was looked at"
                : finding.kind().words();
    }

    private static String minute(Instant minute) {
        return minute.toString().replace('T', ' ').substring(0, 16);
    }
}
