package dev.sluice.loader.audit;

import dev.sluice.loader.audit.Books.News;
import dev.sluice.loader.audit.EpochProof.State;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Carries the proof on: for each epoch, up to which hit all are there, and until when that makes it complete. Reads only what was
 * received after the time it has reached; what is older than the window is looked at when something of it comes, and once in a
 * window's length. Confined to the auditor's thread.
 */
final class Prover {
    /** Of nodes whose clock is ahead. */
    private static final Duration AHEAD = Duration.ofDays(1);

    private final Books books;
    private final AuditProperties properties;
    private final LongSupplier nanoTime;
    private final KnownSince known;
    /** The same, for hits that are named before they count as missing. */
    private final KnownSince knownAsLate;
    /** All that was heard of the epochs that are not complete. */
    private final Map<String, News> heard = new HashMap<>();

    /** What is missing, of those that were not looked at in this round too. */
    private final Map<String, Finding> overdue = new HashMap<>();

    private final Map<String, Finding> late = new HashMap<>();

    private long latestLoad;
    private long lookedAtAllNanos;

    Prover(Books books, AuditProperties properties, LongSupplier nanoTime) {
        this.books = books;
        this.properties = properties;
        this.nanoTime = nanoTime;
        this.known = new KnownSince(properties.grace(), nanoTime);
        this.knownAsLate = new KnownSince(properties.late(), nanoTime);
        this.lookedAtAllNanos = nanoTime.getAsLong() - properties.window().toNanos();
    }

    /** Hits of the epoch up to this one are overdue if they are not there; -1 when none would be. */
    long overdueUpTo(String epoch) {
        return known.overdueUpTo(epoch);
    }

    /** What is missing, by the last round. */
    Collection<Finding> overdue() {
        return List.copyOf(overdue.values());
    }

    /** What should be there by now and isn't missing yet, by the last round. */
    Collection<Finding> late() {
        return List.copyOf(late.values());
    }

    /** A hit of the epoch that was there has gone: it is missing from now on, and not only after the grace. */
    void gone(String epoch, long lastSeq) {
        known.atOnce(epoch, lastSeq);
    }

    /**
     * One round.
     *
     * @param proofs as they stood before
     * @return those that were looked at, as they stand now, by epoch
     */
    Map<String, EpochProof> advance(Instant now, Map<String, EpochProof> proofs) {
        long load = books.latestLoad();
        Map<String, News> news = new HashMap<>();
        for (News each : books.newsAfter(latestLoad)) {
            heard.merge(each.epoch(), each, News::and);
            news.put(each.epoch(), each);
        }
        for (EpochProof proof : proofs.values()) {
            if (proof.isOpen() && !heard.containsKey(proof.epoch())) {
                books.newsOf(proof.epoch()).ifPresent(all -> heard.put(proof.epoch(), all));
            }
        }
        Instant window = now.minus(properties.window()).truncatedTo(ChronoUnit.MINUTES);
        boolean lookAtAll =
                nanoTime.getAsLong() - lookedAtAllNanos >= properties.window().toNanos();
        var recent = new ArrayList<EpochProof>();
        var old = new ArrayList<EpochProof>();
        for (News each : heard.values()) {
            EpochProof proof = proofs.get(each.epoch());
            if (proof == null ? isNoNodes(each) : isOver(proof, each)) {
                continue;
            }
            // Of what nothing is proved yet, something earlier may come.
            EpochProof before = proof == null
                            || (proof.provenSeq() < 0 && each.firstMinute().isBefore(proof.provenUntil()))
                    ? EpochProof.begin(each.epoch(), each.firstMinute())
                    : proof;
            News fresh = news.get(each.epoch());
            if (!before.provenUntil().isBefore(window)) {
                recent.add(before);
            } else if (lookAtAll || (fresh != null && fresh.firstMinute().isBefore(window))) {
                old.add(before);
            } else {
                // What is missing of its new hits is for the sweep to find: it asks since when they are known.
                known.hear(each.epoch(), Math.max(each.lastSeq(), before.provenSeq()));
            }
        }
        var after = new HashMap<String, EpochProof>();
        advanceTogether(recent, now).forEach(proof -> after.put(proof.epoch(), proof));
        old.forEach(before -> after.put(before.epoch(), advanceAlone(before)));
        after.replaceAll((epoch, proof) -> proof.with(state(proof, window)));
        // Only now: what a round that failed did not get to is news to the next one.
        latestLoad = load;
        if (lookAtAll) {
            lookedAtAllNanos = nanoTime.getAsLong();
        }
        forget(proofs, after);
        return after;
    }

    /** Nothing that was heard changes it. */
    private static boolean isOver(EpochProof proof, News news) {
        return switch (proof.state()) {
            case OPEN -> false;
            case COMPLETE -> news.lastSeq() <= proof.provenSeq();
            case WRITTEN_OFF -> true;
            case UNHEARD -> !news.isOfNode();
        };
    }

    /** Bad rows of records that no node wrote have an epoch made of the record's name. */
    private static boolean isNoNodes(News news) {
        return !news.isOfNode() && news.epoch().length() > 14 && news.epoch().charAt(14) == '3';
    }

    private List<EpochProof> advanceTogether(List<EpochProof> recent, Instant now) {
        if (recent.isEmpty()) {
            return List.of();
        }
        Instant from = recent.stream()
                .map(EpochProof::provenUntil)
                .min(Instant::compareTo)
                .orElse(now)
                .truncatedTo(ChronoUnit.MINUTES);
        Instant to = now.plus(AHEAD);
        // Accepted first: what is accepted in between is then not yet looked for.
        Map<String, EpochRecords> records = EpochRecords.byEpoch(books.accepted(from, to));
        Map<String, SeqRanges> present = books.present(from, to);
        return recent.stream()
                .map(before -> advance(
                        before,
                        records.getOrDefault(before.epoch(), new EpochRecords()),
                        present.getOrDefault(before.epoch(), new SeqRanges())))
                .toList();
    }

    private EpochProof advanceAlone(EpochProof before) {
        String epoch = before.epoch();
        Instant from = before.provenUntil().truncatedTo(ChronoUnit.MINUTES);
        Instant to = news(before).lastMinute().plus(1, ChronoUnit.MINUTES);
        EpochRecords records =
                EpochRecords.byEpoch(books.accepted(epoch, from, to)).getOrDefault(epoch, new EpochRecords());
        return advance(before, records, books.present(epoch, from, to));
    }

    private EpochProof advance(EpochProof before, EpochRecords records, SeqRanges present) {
        String epoch = before.epoch();
        long told = Math.max(news(before).lastSeq(), before.provenSeq());
        long due = Math.min(told, known.hear(epoch, told));
        present.add(0, before.provenSeq());
        long dense = present.denseUpTo();
        Instant until = records.completeUntil(dense)
                .filter(complete -> complete.isAfter(before.provenUntil()))
                .orElse(before.provenUntil());
        Instant minute = until.truncatedTo(ChronoUnit.MINUTES);
        List<SeqRange> missing = missing(present, dense + 1, due);
        put(overdue, epoch, missing, hits -> Finding.ofHits(epoch, minute, hits));
        long lateUpTo = Math.min(told, knownAsLate.hear(epoch, told));
        put(
                late,
                epoch,
                missing(present, Math.max(dense, due) + 1, lateUpTo),
                hits -> Finding.late(epoch, minute, hits));
        long hits = missing.stream().mapToLong(SeqRange::size).sum();
        return new EpochProof(epoch, State.OPEN, dense, until, hits, before.doubled());
    }

    private static List<SeqRange> missing(SeqRanges present, long first, long last) {
        return first <= last ? present.missingFrom(first, last) : List.of();
    }

    private static void put(
            Map<String, Finding> findings, String epoch, List<SeqRange> hits, Function<List<SeqRange>, Finding> named) {
        if (hits.isEmpty()) {
            findings.remove(epoch);
        } else {
            findings.put(epoch, named.apply(hits));
        }
    }

    private State state(EpochProof proof, Instant window) {
        News news = news(proof);
        if (!news.isOfNode()) {
            return news.lastMinute().isBefore(window) ? State.UNHEARD : State.OPEN;
        }
        boolean hasEnded = news.finalSeq() != News.NOT_FINAL && news.finalSeq() >= news.lastSeq();
        return hasEnded && proof.provenSeq() >= news.lastSeq() ? State.COMPLETE : State.OPEN;
    }

    private News news(EpochProof proof) {
        return Objects.requireNonNull(heard.get(proof.epoch()));
    }

    /** What is over needs no memory; a late record of it is news again. */
    private void forget(Map<String, EpochProof> proofs, Map<String, EpochProof> after) {
        heard.keySet().removeIf(epoch -> {
            EpochProof proof = after.getOrDefault(epoch, proofs.get(epoch));
            return proof == null || !proof.isOpen();
        });
        known.retain(heard.keySet());
        knownAsLate.retain(heard.keySet());
        overdue.keySet().retainAll(heard.keySet());
        late.keySet().retainAll(heard.keySet());
    }
}
