package dev.sluice.cli.replay;

import dev.sluice.common.table.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** What a run has done, and how fast. Confined to one thread. */
final class ReplayCounts {
    private final LongSupplier nanoTime;
    private final long beganNanos;
    private final long objects;
    private final long before;

    private long done;
    private long hits;
    private long unreadable;
    private long rows;
    private long warehouseNanos;
    private Instant first = Instant.MAX;
    private Instant last = Instant.MIN;
    private final Map<Table, Long> gained = new EnumMap<>(Table.class);

    /**
     * @param objects there are, those included that were done before
     * @param before objects that earlier runs have done
     */
    ReplayCounts(long objects, long before, LongSupplier nanoTime) {
        this.objects = objects;
        this.before = before;
        this.nanoTime = nanoTime;
        this.beganNanos = nanoTime.getAsLong();
    }

    void committed(Replayed replayed) {
        done++;
        hits += replayed.hits();
        unreadable += replayed.unreadable();
        if (replayed.unit().rows() > 0) {
            rows += replayed.unit().rows();
            first = replayed.unit().min().isBefore(first) ? replayed.unit().min() : first;
            last = replayed.unit().max().isAfter(last) ? replayed.unit().max() : last;
        }
    }

    /** How long the warehouse took to take rows in; the enrichment went on beside it. */
    void warehouseTook(long nanos) {
        warehouseNanos += nanos;
    }

    void gained(Map<Table, Long> tables) {
        tables.forEach((table, count) -> gained.merge(table, count, Long::sum));
    }

    /** One line, while it goes on. */
    String progress() {
        return String.format(
                Locale.ROOT,
                "replay: %,d of %,d objects, %,d hits, %,d rows, %,.0f rows/s, %.1f times real time",
                before + done,
                objects,
                hits,
                rows,
                rows / seconds(),
                timesRealTime());
    }

    /** One line, in the end. */
    String summary(Map<Table, String> names) {
        String tables = names.entrySet().stream()
                .map(table -> String.format(
                        Locale.ROOT, "%s +%,d", table.getValue(), gained.getOrDefault(table.getKey(), 0L)))
                .collect(Collectors.joining(", "));
        return String.format(
                        Locale.ROOT,
                        "%,d objects%s, %,d hits, %,d rows in %.1f s (%.1f s in the warehouse): %,.0f rows/s, %.1f times real time; %s",
                        done,
                        before == 0 ? "" : String.format(Locale.ROOT, " (%,d were done before)", before),
                        hits,
                        rows,
                        seconds(),
                        warehouseNanos / 1e9,
                        rows / seconds(),
                        timesRealTime(),
                        tables)
                + (unreadable == 0 ? "" : String.format(Locale.ROOT, "; %,d records were not readable", unreadable));
    }

    /** From the first hit to the last, by the time that it took. */
    private double timesRealTime() {
        return rows == 0 ? 0 : Duration.between(first, last).toMillis() / 1e3 / seconds();
    }

    private double seconds() {
        return Math.max(1e-3, (nanoTime.getAsLong() - beganNanos) / 1e9);
    }
}
