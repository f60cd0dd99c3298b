package dev.sluice.loader.load;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Table;
import dev.sluice.loader.load.TableLoad.Span;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes one table's files of a replay into the table beside it, each event once. What the line decided about an event is followed: one
 * that has its row there gets its row here, one that was left out as a browser's repeat or erased on request gets none. Events
 * that the line has no row of are judged as a load would. Works inside the caller's transaction. Stateless.
 */
final class SideLoad {
    /** No load: the rows belong to none. */
    private static final long NO_LOAD = 0;

    private static final String IN_SPAN =
            "t.received_at >= CAST(? AS TIMESTAMP) AND t.received_at <= CAST(? AS TIMESTAMP)";

    private final StageCopy copy;
    private final Duration dedupWindow;

    SideLoad(StageCopy copy, Duration dedupWindow) {
        this.copy = copy;
        this.dedupWindow = dedupWindow;
    }

    /**
     * What goes where.
     *
     * @param side the table that takes it, like {@code table}
     */
    record Files(Table table, String side, List<StagedFile> files) {}

    /**
     * @param attempt names the manifest: never twice the same
     * @return how many rows the side table gained
     */
    long load(Session session, Files files, Span span, String attempt) throws SQLException, LoadFailure {
        Table table = files.table();
        String side = files.side();
        String temporary = "side_" + table.tableName();
        var tables = new TableLoad(table, temporary, side);
        tables.createTables(session);
        long left = copy.into(tables.stageTable(), tables.stagedColumns(), session, attempt, files.files());
        left -= tables.deleteKnown(session, span);
        // Rows are wide, and an archive has hardly ever one twice.
        TableLoad load = tables;
        if (tables.hasDoubles(session)) {
            left = tables.keepOneOfEach(session);
        } else {
            load = tables.inPlace();
        }
        String fresh = load.freshTable();
        left -= leaveOut(session, fresh, "forgotten_rows", span);
        ExtraColumns extra = ExtraColumns.of(session, table);
        Instant loadedAt = Instant.now();
        long rows = 0;
        if (table.columns().contains(Columns.EVENT_ID)) {
            left -= leaveOut(session, fresh, "browser_repeats", span);
            rows = insertKnown(session, new Target(table, side, extra), fresh, span, loadedAt);
            if (rows < left) {
                leaveOut(session, fresh, table.tableName(), span);
                load.into(table.tableName()).deleteBrowserRepeats(session, span, dedupWindow);
                load.deleteBrowserRepeats(session, span, dedupWindow);
            }
        }
        if (rows < left) {
            rows += load.insert(session, loadedAt, NO_LOAD, extra);
        }
        tables.dropTables(session);
        return rows;
    }

    private record Target(Table table, String side, ExtraColumns extra) {}

    private static long leaveOut(Session session, String fresh, String known, Span span) throws SQLException {
        return session.update(
                "DELETE FROM " + fresh + " USING " + SqlName.checked(known) + " t WHERE "
                        + TransportIds.same(fresh, "t") + " AND " + IN_SPAN,
                Session.timestamp(span.min()),
                Session.timestamp(span.max()));
    }

    private static long insertKnown(Session session, Target target, String fresh, Span span, Instant loadedAt)
            throws SQLException {
        Table table = target.table();
        ExtraColumns extra = target.extra();
        List<String> staged =
                table.stagedColumns().stream().map(column -> column.name()).toList();
        List<String> own = extra.names(table);
        if (!own.isEmpty()) {
            extra.prepare(session);
        }
        String columns = Stream.concat(staged.stream(), own.stream())
                .map(SqlName::quoted)
                .collect(Collectors.joining(", "));
        String values = Stream.concat(
                        staged.stream().map(name -> "f." + SqlName.quoted(name)), extra.values(table, "f").stream())
                .collect(Collectors.joining(", "));
        return session.update(
                "INSERT INTO " + SqlName.checked(target.side()) + " (" + columns + ", loaded_at) SELECT " + values
                        + ", CAST(? AS TIMESTAMP) FROM " + fresh + " f WHERE EXISTS (SELECT 1 FROM "
                        + SqlName.checked(table.tableName()) + " t WHERE " + TransportIds.same("f", "t") + " AND "
                        + IN_SPAN + ")",
                Session.timestamp(loadedAt),
                Session.timestamp(span.min()),
                Session.timestamp(span.max()));
    }
}
