package dev.sluice.loader.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names hits that are accepted and not there, while they are young enough to be on their way. Neighbouring minutes tell of the same
 * hits: each is kept once. Bounded; confined to one thread.
 */
final class InFlight {
    private static final int MOST_MINUTES = 100;

    private final Map<String, Epoch> epochs = new LinkedHashMap<>();
    private int minutes;

    private record Epoch(Instant minute, SeqRanges hits) {}

    void add(MinuteBalance balance, List<SeqRange> hits) {
        minutes++;
        Epoch epoch = epochs.computeIfAbsent(balance.epoch(), _ -> new Epoch(balance.minute(), new SeqRanges()));
        hits.forEach(range -> epoch.hits().add(range.first(), range.last()));
    }

    boolean isFull() {
        return minutes >= MOST_MINUTES;
    }

    /** One for each epoch, without what is found to be missing already. */
    List<Finding> without(List<Finding> findings) {
        var named = new ArrayList<Finding>();
        epochs.forEach((epoch, young) -> {
            var missing = new SeqRanges();
            findings.stream()
                    .filter(finding -> finding.epoch().equals(epoch))
                    .flatMap(finding -> finding.hits().stream())
                    .forEach(range -> missing.add(range.first(), range.last()));
            List<SeqRange> left = young.hits().list().stream()
                    .flatMap(range -> missing.missingFrom(range.first(), range.last()).stream())
                    .toList();
            if (!left.isEmpty()) {
                named.add(Finding.late(epoch, young.minute(), left));
            }
        });
        return named;
    }
}
