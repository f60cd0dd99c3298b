package dev.sluice.cli.tap;

import dev.sluice.cli.enrich.EnrichmentCode;
import dev.sluice.common.Frame;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What of a frame is shown. Confined to one thread. */
interface FrameTap {
    /** Each as it is printed. */
    List<String> show(Frame frame);

    /** What is said in the end, on standard error; empty is nothing. */
    default String summary() {
        return "";
    }

    /** The rows that a frame gives. */
    static FrameTap rows(EnrichmentCode code, EventFilter filter, View view) {
        return frame ->
                code.rows(frame).stream().filter(filter::takes).map(view::row).toList();
    }

    /** The requests as they came; a filter is asked about the rows that they give. */
    static FrameTap hits(EnrichmentCode code, EventFilter filter, View view) {
        return frame -> {
            var wanted = new HashSet<@Nullable Long>();
            for (Row row : code.rows(frame)) {
                if (filter.takes(row)) {
                    wanted.add(row.get(Columns.INGEST_SEQ));
                }
            }
            var shown = new ArrayList<String>();
            for (int i = 0; i < frame.hits().size(); i++) {
                if (wanted.contains(frame.idOf(i).seq())) {
                    shown.add(view.hit(frame.idOf(i), frame.hits().get(i)));
                }
            }
            return shown;
        };
    }

    /** What other code makes otherwise; where both make the same, nothing. */
    static FrameTap differences(EnrichmentCode released, EnrichmentCode other, EventFilter filter, View view) {
        var differences = new Differences();
        return new FrameTap() {
            @Override
            public List<String> show(Frame frame) {
                List<Row> rows =
                        released.rows(frame).stream().filter(filter::takes).toList();
                var wanted = new HashSet<Long>();
                rows.forEach(row -> wanted.add(Objects.requireNonNull(row.get(Columns.INGEST_SEQ))));
                List<Row> others = other.rows(frame).stream()
                        .filter(row -> wanted.contains(row.get(Columns.INGEST_SEQ)) || filter.takes(row))
                        .toList();
                return differences.compare(rows, others).stream()
                        .filter(compared -> !compared.changes().isEmpty())
                        .map(view::difference)
                        .toList();
            }

            @Override
            public String summary() {
                return differences.summary();
            }
        };
    }
}
