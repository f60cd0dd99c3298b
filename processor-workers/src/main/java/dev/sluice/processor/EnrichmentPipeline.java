package dev.sluice.processor;

import dev.sluice.common.Frame;
import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.processor.protocol.BadReason;
import dev.sluice.processor.protocol.Parsed;
import dev.sluice.processor.protocol.TrackerProtocol;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns hits into rows: the protocol first, then each enricher in order. Everything that a hit carries comes out as a
 * row or as a bad row (what was erased from an archived hit carries nothing), and the same hit gives the same rows but for {@code enriched_at}. Immutable and thread-safe.
 */
public final class EnrichmentPipeline {
    /** What {@code enrich_version} says: raised whenever the same hit would give other rows than before. */
    public static final String ENRICH_VERSION = "0.3.0";

    private static final Logger LOG = LoggerFactory.getLogger(EnrichmentPipeline.class);

    /** NOT NULL in the warehouse. One such hole would fail the load of everybody's rows. */
    private static final List<Column<?>> REQUIRED = List.of(
            Columns.EVENT_ID,
            Columns.EVENT_TYPE,
            Columns.RECEIVED_AT,
            Columns.OCCURRED_AT,
            Columns.ENRICHED_AT,
            Columns.IS_ANONYMOUS,
            Columns.IS_BOT,
            Columns.EVENT_FINGERPRINT,
            Columns.IS_TRUNCATED,
            Columns.INGEST_EPOCH,
            Columns.INGEST_SEQ,
            Columns.INGEST_INDEX,
            Columns.ENRICH_VERSION);

    private final TrackerProtocol protocol = new TrackerProtocol();
    private final List<Enricher> enrichers;
    private final InstantSource clock;
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    /** @param enrichers in the order they run; names must be unique */
    public EnrichmentPipeline(List<Enricher> enrichers, InstantSource clock) {
        this.enrichers = List.copyOf(enrichers);
        this.clock = clock;
        var names = new HashSet<String>();
        for (Enricher enricher : this.enrichers) {
            if (!names.add(enricher.name())) {
                throw new IllegalArgumentException("two enrichers are named " + enricher.name());
            }
        }
    }

    /** What its enrichers say of the data they work with now, in their order; empty when none works with any. */
    public String dataVersions() {
        return enrichers.stream()
                .map(Enricher::dataVersion)
                .filter(version -> !version.isEmpty())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** All rows of a frame: in the order of its hits, and of the events within each. */
    public List<Row> rows(Frame frame) {
        Instant enrichedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var rows = new ArrayList<Row>(frame.hits().size());
        for (int i = 0; i < frame.hits().size(); i++) {
            RawHit hit = frame.hits().get(i);
            TransportId id = frame.idOf(i);
            for (Parsed parsed : parse(hit)) {
                rows.add(
                        switch (parsed) {
                            case Parsed.Accepted accepted ->
                                row(new EventOrigin(hit, id, parsed.index(), enrichedAt), accepted);
                            case Parsed.Rejected rejected -> BadRows.row(id, hit.receivedAt(), rejected);
                        });
            }
        }
        return List.copyOf(rows);
    }

    private List<Parsed> parse(RawHit hit) {
        if (hit.isForgotten()) {
            return List.of();
        }
        try {
            return protocol.parse(hit);
        } catch (RuntimeException | StackOverflowError e) {
            String fault = fault("protocol", e);
            return TrackerProtocol.whole(hit, BadReason.PARSER_FAILED, fault);
        }
    }

    private Row row(EventOrigin origin, Parsed.Accepted accepted) {
        var event = new EventContext(origin, accepted.event());
        String running = "";
        try {
            for (Enricher enricher : enrichers) {
                running = enricher.name();
                enricher.enrich(event);
            }
            running = "context";
            ContextDocument.finish(event);
            Column<?> hole = hole(event);
            if (hole == null) {
                return event.toRow();
            }
            return failed(origin, accepted, "No enricher set " + hole + ", which must not be empty.");
        } catch (RejectedEventException e) {
            return bad(origin, accepted.reject(e.reason(), e.detail()));
        } catch (RuntimeException | StackOverflowError e) {
            return failed(origin, accepted, fault(running, e));
        }
    }

    private static @Nullable Column<?> hole(EventContext event) {
        for (Column<?> column : REQUIRED) {
            if (event.get(column) == null) {
                return column;
            }
        }
        return null;
    }

    private static Row failed(EventOrigin origin, Parsed.Accepted accepted, String detail) {
        return bad(origin, accepted.reject(BadReason.ENRICHER_FAILED, detail));
    }

    private static Row bad(EventOrigin origin, Parsed.Rejected rejected) {
        return BadRows.row(origin.id(), origin.hit().receivedAt(), rejected);
    }

    // Class and place, never the message: that may quote what was sent.
    private String fault(String step, Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        String fault = "Enricher " + step + " failed: " + thrown.getClass().getName()
                + (trace.length == 0 ? "" : " at " + trace[0]) + ". A defect: report it.";
        if (reported.add(step)) {
            LOG.warn("{} The event is in bad_events; further failures of this step are only counted.", fault);
        } else {
            LOG.debug("{}", fault);
        }
        return fault;
    }
}
