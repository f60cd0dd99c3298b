package dev.sluice.cli.replay;

import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.loader.load.BadEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bad events of one request. Immutable. */
record BadRequest(List<BadEvent> events) {
    /** Of a bad event whose request has no event in its place any more. */
    private static final String NO_SUCH_EVENT = "no_such_event";

    BadRequest {
        events = List.copyOf(events);
    }

    /**
     * What became of it.
     *
     * @param rows to be moved in
     * @param stillBad the reasons of those that stay
     * @param moving those that go
     * @param gone those of which the archive has nothing any more
     */
    record Verdict(List<Row> rows, Map<BadEvent, String> stillBad, List<BadEvent> moving, List<BadEvent> gone) {
        Verdict withoutRows() {
            return new Verdict(List.of(), stillBad, moving, gone);
        }
    }

    /** @param rows all that the request gives now */
    Verdict judge(RawHit hit, List<Row> rows) {
        if (hit.isForgotten()) {
            return new Verdict(List.of(), Map.of(), List.of(), events);
        }
        var taken = new ArrayList<Row>();
        var stillBad = new LinkedHashMap<BadEvent, String>();
        var moving = new ArrayList<BadEvent>();
        for (BadEvent event : events) {
            if (event.isWholeRequest()) {
                // All of it or nothing: the bad event stands for all of the request's events, those that are bad now
                // too.
                if (rows.stream().anyMatch(BadRequest::isGood)) {
                    taken.addAll(rows);
                    moving.add(event);
                } else {
                    stillBad.put(event, rows.isEmpty() ? NO_SUCH_EVENT : reason(rows.getFirst()));
                }
                continue;
            }
            Row row = rowAt(event.index(), rows);
            if (row != null && isGood(row)) {
                taken.add(row);
                moving.add(event);
            } else {
                stillBad.put(event, row == null ? NO_SUCH_EVENT : reason(row));
            }
        }
        return new Verdict(taken, stillBad, moving, List.of());
    }

    private static @Nullable Row rowAt(int index, List<Row> rows) {
        return rows.stream()
                .filter(row -> Integer.valueOf(index).equals(row.get(Columns.INGEST_INDEX)))
                .findFirst()
                .orElse(null);
    }

    private static boolean isGood(Row row) {
        return row.table() != Table.BAD_EVENTS;
    }

    private static String reason(Row bad) {
        return Objects.requireNonNullElse(bad.get(Columns.REASON), NO_SUCH_EVENT);
    }
}
