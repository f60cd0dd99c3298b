package dev.sluice.loader.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Looks again at what was loaded within the window: whether it is still there, and once. Each call takes a part of the window, so that
 * the whole of it comes about once a minute at an even cost. Confined to the auditor's thread; holds what it found until it is gone.
 */
final class Sweep {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** Minutes looked into at one call: where a whole table is gone, the first will do. */
    private static final int MOST_INQUIRIES = 20;

    private final Books books;
    private final Inquiry inquiry;
    private final AuditProperties properties;
    private final Map<Key, List<Finding>> standing = new LinkedHashMap<>();
    private long calls;

    private record Key(String epoch, Instant minute) {}

    Sweep(DataSource warehouse, AuditProperties properties) {
        this.books = new Books(warehouse);
        this.inquiry = new Inquiry(warehouse);
        this.properties = properties;
    }

    /**
     * Looks at the next part; afterwards {@link #findings} has what stands.
     *
     * @param overdue up to which hit those of an epoch are overdue, when they aren't there
     */
    void next(Instant now, Map<String, EpochProof> proofs, ToLongFunction<String> overdue) {
        Instant end = now.truncatedTo(ChronoUnit.MINUTES).plus(MINUTE);
        long minutes = properties.window().toMinutes() + 1;
        long parts = Math.clamp(MINUTE.dividedBy(properties.interval()), 1, minutes);
        long length = Math.ceilDiv(minutes, parts);
        Instant to = end.minus(MINUTE.multipliedBy(length * (calls++ % parts)));
        Instant from = to.minus(MINUTE.multipliedBy(length));
        look(from, to, proofs, overdue);
        Instant oldest = end.minus(MINUTE.multipliedBy(length * parts));
        standing.keySet().removeIf(key -> key.minute().isBefore(oldest));
    }

    private void look(Instant from, Instant to, Map<String, EpochProof> proofs, ToLongFunction<String> overdue) {
        // Accepted first: what is accepted in between is then not yet looked for.
        Map<String, EpochRecords> records = EpochRecords.byEpoch(books.accepted(from, to));
        var found = new LinkedHashMap<Key, List<Finding>>();
        int inquiries = 0;
        for (MinuteBalance balance : withAccepted(books.balances(from, to), records)) {
            EpochProof proof = proofs.get(balance.epoch());
            if (proof != null && proof.state() == EpochProof.State.WRITTEN_OFF) {
                continue;
            }
            long due = Math.max(overdue.applyAsLong(balance.epoch()), proof == null ? -1 : proof.provenSeq());
            if (isSuspect(balance, proof, due) && inquiries++ < MOST_INQUIRIES) {
                List<Finding> findings = inquiry.into(balance, new Inquiry.Due(due, false));
                if (!findings.isEmpty()) {
                    found.put(new Key(balance.epoch(), balance.minute()), findings);
                }
            }
        }
        standing.keySet()
                .removeIf(key -> !key.minute().isBefore(from) && key.minute().isBefore(to));
        standing.putAll(found);
    }

    /** Hits that are on their way are not looked for. */
    private static boolean isSuspect(MinuteBalance balance, @Nullable EpochProof proof, long dueSeq) {
        boolean isProven =
                proof != null && !proof.provenUntil().isBefore(balance.minute().plus(MINUTE));
        boolean isOverdue = proof != null && dueSeq > proof.provenSeq();
        return !balance.keepsItsRows() || (balance.outstanding() > 0 && (isProven || isOverdue));
    }

    /** With what was accepted, and with the minutes of which nothing is there but that. */
    static List<MinuteBalance> withAccepted(List<MinuteBalance> balances, Map<String, EpochRecords> records) {
        var byEpoch = new HashMap<String, Map<Instant, Long>>();
        records.forEach((epoch, told) -> byEpoch.put(epoch, told.hitsByMinute()));
        var seen = new HashSet<Key>();
        var all = new ArrayList<MinuteBalance>();
        for (MinuteBalance balance : balances) {
            seen.add(new Key(balance.epoch(), balance.minute()));
            Long accepted = byEpoch.getOrDefault(balance.epoch(), Map.of()).get(balance.minute());
            all.add(accepted == null ? balance : balance.withAccepted(accepted));
        }
        byEpoch.forEach((epoch, minutes) -> minutes.forEach((minute, accepted) -> {
            if (accepted > 0 && !seen.contains(new Key(epoch, minute))) {
                all.add(new MinuteBalance(epoch, minute, accepted, 0, 0, 0, 0, 0, 0, 0));
            }
        }));
        return all;
    }

    /** What does not add up, in any part of the window. */
    List<Finding> findings() {
        return standing.values().stream().flatMap(List::stream).toList();
    }

    /** In how many minutes of epochs. */
    int minutes() {
        return standing.size();
    }
}
