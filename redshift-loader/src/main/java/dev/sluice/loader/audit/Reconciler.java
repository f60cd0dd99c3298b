package dev.sluice.loader.audit;

import dev.sluice.loader.audit.EpochProof.State;
import dev.sluice.loader.audit.Finding.Kind;
import dev.sluice.loader.audit.Reconciliation.Totals;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Compares, for any span of time, what ingest nodes accepted with what is in the warehouse, and looks for what is missing in all the
 * places it may be. Reads only. Memory goes with what is wrong, not with what is there. Confined to one thread; blocks.
 */
public final class Reconciler {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** One question's span. */
    private static final Duration SLICE = Duration.ofMinutes(30);

    private static final int MOST_FINDINGS = 1_000;

    private final Books books;
    private final Inquiry inquiry;
    private final ProofTable proofs;
    private final Search search;
    private final Duration grace;
    private final InstantSource clock;

    /**
     * @param places in which to look for missing hits
     * @param lastEvents names events that left no hole; null when there is no archive
     */
    public record Search(List<HitPlace> places, @Nullable LastEvents lastEvents) {
        public Search {
            places = List.copyOf(places);
        }
    }

    /** Hears of the work as it goes on. */
    public interface Listener {
        void minute(MinuteBalance balance, List<Finding> findings);

        void progress(String text);
    }

    /** @param grace how old a minute is when its hits must be there, or be waiting for the loader */
    public Reconciler(DataSource warehouse, Search search, Duration grace, InstantSource clock) {
        this.books = new Books(warehouse);
        this.inquiry = new Inquiry(warehouse);
        this.proofs = new ProofTable(warehouse);
        this.search = search;
        this.grace = grace;
        this.clock = clock;
    }

    /** Until when all is there, by the loader's auditor. */
    public Optional<Instant> watermark() {
        return books.watermark();
    }

    /**
     * Accepts that what the epoch lost is lost: it no longer holds the watermark.
     *
     * @return false when nothing is known of it
     */
    public boolean writeOff(String epoch) {
        return proofs.writeOff(epoch);
    }

    /**
     * Compares.
     *
     * @param from its minute is the first
     * @param to its minute is the last
     */
    public Reconciliation reconcile(Instant from, Instant to, Listener listener)
            throws IOException, InterruptedException {
        Instant begin = from.truncatedTo(ChronoUnit.MINUTES);
        Instant end = to.truncatedTo(ChronoUnit.MINUTES).plus(MINUTE);
        Map<String, EpochProof> known = proofs.read();
        var findings = new ArrayList<Finding>();
        var inFlight = new InFlight();
        Totals totals = Totals.NONE;
        for (Instant slice = begin; slice.isBefore(end); slice = slice.plus(SLICE)) {
            Instant sliceEnd = slice.plus(SLICE).isBefore(end) ? slice.plus(SLICE) : end;
            listener.progress("comparing " + slice + " to " + sliceEnd);
            Map<String, EpochRecords> records = EpochRecords.byEpoch(books.accepted(slice, sliceEnd));
            for (MinuteBalance balance : Sweep.withAccepted(books.balances(slice, sliceEnd), records)) {
                EpochProof proof = known.get(balance.epoch());
                boolean isOld = balance.minute().plus(MINUTE).plus(grace).isBefore(clock.instant());
                List<Finding> found = isBalanced(balance) || isWrittenOff(proof)
                        ? List.of()
                        : inquiry.into(balance, due(proof, isOld));
                if (balance.outstanding() > 0 && !isOld && !isWrittenOff(proof) && !inFlight.isFull()) {
                    inFlight.add(balance, inquiry.outstanding(balance.epoch(), balance.minute()));
                }
                totals = totals.plus(balance, isOld);
                listener.minute(balance, found);
                found.stream().limit(MOST_FINDINGS - findings.size()).forEach(findings::add);
            }
        }
        return locate(
                new Reconciliation(
                        begin, end, watermark(), totals, findings, inFlight.without(findings), 0, new Sightings()),
                listener);
    }

    private static boolean isBalanced(MinuteBalance balance) {
        return balance.keepsItsRows() && (balance.accepted() < 0 || balance.accepted() == balance.hits());
    }

    private static boolean isWrittenOff(@Nullable EpochProof proof) {
        return proof != null && proof.state() == State.WRITTEN_OFF;
    }

    private static Inquiry.Due due(@Nullable EpochProof proof, boolean isOld) {
        long proven = proof == null ? -1 : proof.provenSeq();
        return new Inquiry.Due(isOld ? Long.MAX_VALUE : proven, isOld);
    }

    private Reconciliation locate(Reconciliation compared, Listener listener) throws IOException, InterruptedException {
        var wanted = new MissingHits();
        compared.findings().stream()
                .filter(finding -> finding.kind() == Kind.MISSING_HITS)
                .forEach(finding ->
                        finding.hits().forEach(range -> wanted.add(finding.epoch(), range, finding.minute())));
        if (!wanted.isEmpty()) {
            for (HitPlace place : search.places()) {
                listener.progress("looking for what is missing in " + place);
                place.search(wanted, compared.sightings());
            }
        }
        var findings = new ArrayList<Finding>();
        long waiting = 0;
        for (Finding finding : compared.findings()) {
            Finding named = named(finding, compared.sightings(), listener);
            long onTheirWay = waiting(named, compared.sightings());
            waiting += onTheirWay;
            if (onTheirWay < named.count() || named.kind() != Kind.MISSING_HITS) {
                findings.add(named);
            }
        }
        return new Reconciliation(
                compared.from(),
                compared.to(),
                compared.watermark(),
                compared.totals(),
                findings,
                compared.inFlight(),
                waiting,
                compared.sightings());
    }

    private Finding named(Finding finding, Sightings sightings, Listener listener) {
        LastEvents lastEvents = search.lastEvents();
        if (finding.kind() != Kind.FEWER_ROWS || lastEvents == null) {
            return finding;
        }
        listener.progress("asking the archive which events " + finding.minute() + " lacks");
        return lastEvents.named(finding, sightings);
    }

    private static long waiting(Finding finding, Sightings sightings) {
        long waiting = 0;
        for (SeqRange range : finding.hits()) {
            for (long seq = range.first(); seq <= range.last(); seq++) {
                List<Sighting> seen = sightings.of(finding.epoch(), seq);
                if (seen.stream().noneMatch(sighting -> sighting.place() == Sighting.Place.WAITING)) {
                    // One that isn't is enough to be told, and there may be very many.
                    return waiting;
                }
                waiting++;
            }
        }
        return waiting;
    }
}
