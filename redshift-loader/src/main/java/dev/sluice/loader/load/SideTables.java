package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.load.TableLoad.Span;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import dev.sluice.loader.staging.StagingLayout;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The tables beside the line's own that a replay fills. Its work comes in units; the rows of a unit and the note that it is done are
 * committed together, so that whatever kills a replay, each unit's rows are there once. The line's loads never wait for it. Confined
 * to one thread.
 */
public final class SideTables implements AutoCloseable {
    static final String PROGRESS = "replay_progress";

    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(30);
    /** As sluice.loader.dedup-window has it by default; it matters for events alone that the line has no row of. */
    private static final Duration DEDUP_WINDOW = Duration.ofDays(1);

    private final Warehouse warehouse;
    private final Names names;
    private final SideLoad load;

    /**
     * @param pageViews takes page views; the table {@code pageViews + "_bad"} takes what can't be made a row
     * @param events takes the other events; null takes none of them
     */
    public record Names(String pageViews, @Nullable String events) {
        public Names {
            TableNames.side(pageViews);
            TableNames.side(pageViews + "_bad");
            if (events != null) {
                TableNames.side(events);
                if (events.equals(pageViews) || events.equals(pageViews + "_bad")) {
                    throw new IllegalArgumentException("page views and events have a table each");
                }
            }
        }

        /** Which table takes the rows of the other; without those that are not wanted. */
        public Map<Table, String> byTable() {
            var tables = new EnumMap<Table, String>(Table.class);
            tables.put(Table.PAGE_VIEWS, pageViews);
            tables.put(Table.BAD_EVENTS, pageViews + "_bad");
            if (events != null) {
                tables.put(Table.EVENTS, events);
            }
            return tables;
        }
    }

    /** Where a manifest is written, for COPY to read it. */
    public interface ManifestStore extends StageCopy.ManifestStore {}

    /**
     * Where the files are.
     *
     * @param layout in it the manifests lie too
     * @param iamRole as COPY is to be told
     */
    public record Place(StagingLayout layout, String iamRole, ManifestStore manifests) {}

    /**
     * A part of a replay that is done as a whole.
     *
     * @param min when the first of its rows was received; of a unit without rows anything
     * @param files none when it has no rows
     */
    public record Unit(String name, Instant min, Instant max, List<StagedFile> files) {
        public Unit {
            files = List.copyOf(files);
        }

        public long rows() {
            return files.stream().mapToLong(StagedFile::rows).sum();
        }
    }

    SideTables(Warehouse warehouse, Names names, Place place) {
        this.warehouse = warehouse;
        this.names = names;
        this.load = new SideLoad(new StageCopy(place.manifests(), place.layout(), place.iamRole()), DEDUP_WINDOW);
    }

    public static SideTables connect(WarehouseLogin login, Names names, Place place) {
        return new SideTables(login.connect(STATEMENT_TIMEOUT), names, place);
    }

    /**
     * Makes the tables that are not there; in one that is, what lies there stays.
     *
     * @throws LoadFailure when a table of the name is there and is another than the one that it would be
     */
    public void create() throws LoadFailure {
        try (Session session = warehouse.open()) {
            if (!TableNames.exists(session, PROGRESS)) {
                session.update("CREATE TABLE IF NOT EXISTS " + PROGRESS + " (replay VARCHAR(512) NOT NULL, unit"
                        + " VARCHAR(1100) NOT NULL, \"rows\" BIGINT NOT NULL, done_at TIMESTAMP NOT NULL) DISTSTYLE ALL"
                        + " SORTKEY(done_at)");
                session.update("COMMENT ON TABLE " + PROGRESS
                        + " IS 'One row is a part of a replay that is done: ./sluice replay passes it over.'");
            }
            session.commit();
            session.update("LOCK TABLE " + PROGRESS);
            boolean made = false;
            for (Map.Entry<Table, String> table : names.byTable().entrySet()) {
                String original = table.getKey().tableName();
                if (TableNames.exists(session, table.getValue())) {
                    TableNames.same(session, original, table.getValue());
                } else {
                    session.update("CREATE TABLE " + SqlName.checked(table.getValue()) + " (LIKE " + original
                            + " INCLUDING DEFAULTS)");
                    made = true;
                }
            }
            if (made) {
                // What was done is gone with the table.
                session.update("DELETE FROM " + PROGRESS + " WHERE SPLIT_PART(replay, ' ', 1) = ?", names.pageViews());
            }
            session.commit();
        } catch (SQLException e) {
            throw LoadFailure.of("making the tables", e);
        }
    }

    /** What names this replay of this span: the same one, run again, goes on where it ended. */
    public String replay(Instant from, Instant to) {
        return names.pageViews() + " " + (names.events() == null ? "-" : names.events()) + " " + from + " " + to;
    }

    /** The units of the replay that need not be done again. */
    public Set<String> done(String replay) throws LoadFailure {
        try (Session session = warehouse.open()) {
            return done(session, replay);
        } catch (SQLException e) {
            throw LoadFailure.of("reading " + PROGRESS, e);
        }
    }

    private static Set<String> done(Session session, String replay) throws SQLException {
        return new HashSet<>(session.texts("SELECT unit FROM " + PROGRESS + " WHERE replay = ?", replay));
    }

    /**
     * Takes units in, as a whole or not at all; those that are done already are passed over.
     *
     * @return how many rows the tables gained
     */
    public Map<Table, Long> load(String replay, List<Unit> units) throws LoadFailure {
        try (Session session = warehouse.open()) {
            // First, so that another run of the same replay waits for this transaction and sees what it did.
            session.update("LOCK TABLE " + PROGRESS);
            Set<String> done = done(session, replay);
            List<Unit> wanted =
                    units.stream().filter(unit -> !done.contains(unit.name())).toList();
            var gained = new EnumMap<Table, Long>(Table.class);
            String attempt = UUID.randomUUID().toString();
            for (Map.Entry<Table, String> table : names.byTable().entrySet()) {
                List<Unit> having = wanted.stream()
                        .filter(unit -> hasRowsOf(table.getKey(), unit))
                        .toList();
                if (!having.isEmpty()) {
                    var files = new SideLoad.Files(table.getKey(), table.getValue(), filesOf(table.getKey(), having));
                    gained.put(table.getKey(), load.load(session, files, Span.ofUnits(having), attempt));
                }
            }
            note(session, replay, wanted);
            session.commit();
            return gained;
        } catch (SQLException e) {
            throw LoadFailure.of("loading a part of the replay", e);
        }
    }

    private static boolean hasRowsOf(Table table, Unit unit) {
        return unit.files().stream().anyMatch(file -> file.table() == table);
    }

    private static List<StagedFile> filesOf(Table table, List<Unit> units) {
        return units.stream()
                .flatMap(unit -> unit.files().stream())
                .filter(file -> file.table() == table)
                .toList();
    }

    private static void note(Session session, String replay, List<Unit> units) throws SQLException {
        if (units.isEmpty()) {
            return;
        }
        var values = new ArrayList<Object>();
        for (Unit unit : units) {
            Collections.addAll(values, replay, unit.name(), unit.rows(), Session.timestamp(Instant.now()));
        }
        session.update(
                "INSERT INTO " + PROGRESS + " (replay, unit, \"rows\", done_at) VALUES "
                        + String.join(", ", Collections.nCopies(units.size(), "(?, ?, ?, CAST(? AS TIMESTAMP))")),
                values.toArray());
    }

    @Override
    public void close() {
        warehouse.close();
    }
}
