package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.load.SideTables.Unit;
import dev.sluice.loader.load.TableLoad.Span;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.Range;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import dev.sluice.loader.staging.StagingLayout;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Moves bad events that can be made rows by now to where they belong. Each move is one transaction under the ledger's lock: the rows
 * come when and only when the bad events go, so that whatever kills a run, running it again does the rest and nothing twice. What may go
 * is judged by what is in {@code bad_events} then, whoever else moved, erased or loaded meanwhile. Confined to one thread.
 */
public final class Recovery implements AutoCloseable {
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(30);
    /** As sluice.loader.dedup-window has it by default. */
    private static final Duration DEDUP_WINDOW = Duration.ofDays(1);

    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS");

    private final Warehouse warehouse;
    private final StagingLayout layout;
    private final String iamRole;
    private final BatchStore store;
    private final InstantSource clock;

    /**
     * What a move did.
     *
     * @param moved bad events that are gone from {@code bad_events}, by their reason
     * @param rows that came to each table; those of {@code bad_events} are events of requests that were bad as a whole and are no longer
     * @param repeats of browsers, which leave no row
     * @param erased of these rows at once, as somebody had asked for it
     * @param leftOut units of which nothing was moved, and why
     */
    public record Moved(
            Map<String, Long> moved, Map<Table, Long> rows, long repeats, long erased, Map<String, String> leftOut) {}

    Recovery(Warehouse warehouse, S3RecoveryPlace place, InstantSource clock) {
        this.warehouse = warehouse;
        this.layout = place.layout();
        this.iamRole = place.iamRole();
        this.store = place.store();
        this.clock = clock;
    }

    public static Recovery connect(WarehouseLogin login, S3RecoveryPlace place) {
        return new Recovery(login.connect(STATEMENT_TIMEOUT), place, InstantSource.system());
    }

    /** In which hours bad events were received, in order. */
    public List<Instant> hours(BadSelection selection) throws LoadFailure {
        return reading(session -> {
            var hours = new ArrayList<Instant>();
            session.each(
                    "SELECT DISTINCT " + text("DATE_TRUNC('hour', received_at)") + " FROM bad_events WHERE "
                            + selection.where() + " ORDER BY 1",
                    row -> hours.add(instant(row.getString(1))),
                    selection.values().toArray());
            return hours;
        });
    }

    /** Those of one hour. */
    public List<BadEvent> inHour(BadSelection selection, Instant hour) throws LoadFailure {
        BadSelection part = selection.within(hour, hour.plus(Duration.ofHours(1)));
        return reading(session -> {
            var events = new ArrayList<BadEvent>();
            session.each(
                    "SELECT " + text("received_at") + ", ingest_epoch, ingest_seq, COALESCE(ingest_index, -1), stage,"
                            + " reason FROM bad_events WHERE " + part.where(),
                    row -> events.add(new BadEvent(
                            instant(row.getString(1)),
                            row.getString(2),
                            row.getLong(3),
                            row.getInt(4),
                            row.getString(5),
                            row.getString(6))),
                    part.values().toArray());
            return events;
        });
    }

    /** How many there are, by reason. */
    public Map<String, Long> count(BadSelection selection) throws LoadFailure {
        return reading(session -> {
            var counts = new TreeMap<String, Long>();
            session.each(
                    "SELECT reason, COUNT(*) FROM bad_events WHERE " + selection.where() + " GROUP BY reason",
                    row -> counts.put(row.getString(1), row.getLong(2)),
                    selection.values().toArray());
            return counts;
        });
    }

    /**
     * Moves the bad events of which there are rows. A unit has at most one file for each table; rows of {@code bad_events} are taken
     * only for the events of a request that was bad as a whole, of which another event has become a row. Where the warehouse refuses
     * a row, its bad event stays.
     */
    public Moved move(List<Unit> units) throws LoadFailure {
        try {
            return moveAll(units, Map.of());
        } catch (LoadFailure e) {
            if (e.kind() != LoadFailure.Kind.BATCH) {
                throw e;
            }
            var cleaned = new ArrayList<Unit>();
            var leftOut = new TreeMap<String, String>();
            for (Unit unit : units) {
                try {
                    cleaned.add(withoutRefused(unit, e));
                } catch (LoadFailure ofUnit) {
                    if (ofUnit.kind() != LoadFailure.Kind.BATCH) {
                        throw ofUnit;
                    }
                    leftOut.put(unit.name(), String.valueOf(ofUnit.getMessage()));
                }
            }
            return moveAll(cleaned, leftOut);
        }
    }

    private Moved moveAll(List<Unit> units, Map<String, String> leftOut) throws LoadFailure {
        var files = new EnumMap<Table, List<StagedFile>>(Table.class);
        units.stream()
                .flatMap(unit -> unit.files().stream())
                .forEach(file -> files.computeIfAbsent(file.table(), _ -> new ArrayList<>())
                        .add(file));
        if (files.isEmpty()) {
            return new Moved(Map.of(), Map.of(), 0, 0, leftOut);
        }
        var copy = new StageCopy(store::put, layout, iamRole);
        String attempt = UUID.randomUUID().toString();
        try (Session session = warehouse.open()) {
            new LoadLedger(session).lock();
            var move = new BadEventMove(session, Span.ofUnits(units), files.keySet());
            move.createTables();
            for (Map.Entry<Table, List<StagedFile>> ofTable : files.entrySet()) {
                Table table = ofTable.getKey();
                copy.into(
                        BadEventMove.stage(table),
                        TableLoad.stagedColumns(table),
                        session,
                        attempt,
                        ofTable.getValue());
            }
            Moved moved = move.run(clock.instant(), DEDUP_WINDOW, leftOut);
            session.commit();
            return moved;
        } catch (SQLException e) {
            throw LoadFailure.of("moving bad events", e);
        }
    }

    private Unit withoutRefused(Unit unit, LoadFailure why) throws LoadFailure {
        var batch = new BatchDescriptor(
                BatchDescriptor.VERSION,
                unit.name(),
                new Range(unit.name(), "0", "0"),
                unit.min(),
                unit.max(),
                "",
                "",
                unit.files());
        String place = layout.cleanPrefix() + UUID.randomUUID() + "/";
        try (Session session = warehouse.open()) {
            CleanBatch clean = BatchCleaner.ofAnyShare(store)
                    .clean(
                            batch,
                            place,
                            table -> new CopyProbe(session, store, new CopyProbe.Place(layout, place), iamRole, table),
                            why);
            var files = new ArrayList<>(clean.files());
            // A refused event of a request that was bad as a whole becomes a bad event of its own.
            files.addAll(clean.badRows());
            return new Unit(unit.name(), unit.min(), unit.max(), files);
        } catch (LoadFailure e) {
            if (e == why) {
                return unit;
            }
            throw e;
        }
    }

    private interface Reading<T> {
        T of(Session session) throws SQLException;
    }

    private <T> T reading(Reading<T> reading) throws LoadFailure {
        try (Session session = warehouse.open()) {
            return reading.of(session);
        } catch (SQLException e) {
            throw LoadFailure.of("reading bad_events", e);
        }
    }

    private static String text(String time) {
        return "TO_CHAR(" + time + ", 'YYYY-MM-DD HH24:MI:SS.US')";
    }

    private static Instant instant(String text) {
        return LocalDateTime.parse(text, TIMESTAMP).toInstant(ZoneOffset.UTC);
    }

    @Override
    public void close() {
        warehouse.close();
    }
}
