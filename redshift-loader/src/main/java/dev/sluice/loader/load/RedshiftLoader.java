package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.audit.AuditBuckets;
import dev.sluice.loader.load.LoadResult.TableRows;
import dev.sluice.loader.load.TableLoad.Span;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import dev.sluice.loader.staging.StagingLayout;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads batches in one transaction: all their rows and their entries in the ledger, or nothing. However often and by however many
 * processes a batch is loaded, its rows are there once. Confined to one thread, but for {@link #abort}.
 */
final class RedshiftLoader implements Loader {
    private static final Logger LOG = LoggerFactory.getLogger(RedshiftLoader.class);

    /**
     * @param iamRole as COPY is to be told
     * @param dedupWindow how far apart a browser's repeats are found
     */
    record Settings(String iamRole, Duration dedupWindow) {}

    private final Warehouse warehouse;
    private final BatchStore store;
    private final StagingLayout layout;
    private final Settings settings;
    private final InstantSource clock;

    private volatile @Nullable Session current;

    RedshiftLoader(
            Warehouse warehouse, BatchStore store, StagingLayout layout, Settings settings, InstantSource clock) {
        this.warehouse = warehouse;
        this.store = store;
        this.layout = layout;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Loads those of the batches that the ledger doesn't hold.
     *
     * @throws LoadFailure when nothing of it is in the warehouse, as far as can be known: after a connection that was lost for
     *     good the next load reads in the ledger what became of this one
     */
    @Override
    public LoadResult load(List<BatchDescriptor> batches) throws LoadFailure {
        LoadResult result;
        long loadId;
        try (Session session = open()) {
            try {
                var ledger = new LoadLedger(session);
                ledger.lock();
                Set<String> known = ledger.loadedAmong(
                        batches.stream().map(BatchDescriptor::batchId).toList());
                List<BatchDescriptor> wanted = batches.stream()
                        .filter(batch -> !known.contains(batch.batchId()))
                        .toList();
                List<BatchDescriptor> already = batches.stream()
                        .filter(batch -> known.contains(batch.batchId()))
                        .toList();
                if (wanted.isEmpty()) {
                    session.rollback();
                    return LoadResult.nothing(already);
                }
                loadId = ledger.nextLoadId();
                result = merge(session, loadId, wanted, already);
            } catch (SQLException e) {
                throw LoadFailure.of("loading", e);
            }
            try {
                session.commit();
                return result;
            } catch (SQLException e) {
                LOG.warn("Load {}: it is not known whether the commit took place", loadId, e);
            }
        } finally {
            current = null;
        }
        return settle(loadId, result);
    }

    /** Breaks off the load that is under way, from any thread: the server then rolls it back. */
    @Override
    public void abort() {
        Session session = current;
        if (session != null) {
            session.abort();
        }
    }

    private Session open() throws LoadFailure {
        Session session = warehouse.open();
        current = session;
        return session;
    }

    private LoadResult merge(Session session, long loadId, List<BatchDescriptor> wanted, List<BatchDescriptor> already)
            throws SQLException, LoadFailure {
        Span span = new Span(
                wanted.stream()
                        .map(BatchDescriptor::minReceivedAt)
                        .min(Instant::compareTo)
                        .orElseThrow(),
                wanted.stream()
                        .map(BatchDescriptor::maxReceivedAt)
                        .max(Instant::compareTo)
                        .orElseThrow());
        Map<Table, List<StagedFile>> files = filesByTable(wanted);
        var staged = new EnumMap<Table, StagedRows>(Table.class);
        // Two attempts at the same number never write the same manifest: the first one's may still be read.
        String attempt = loadId + "-" + UUID.randomUUID();
        for (Map.Entry<Table, List<StagedFile>> entry : files.entrySet()) {
            staged.put(entry.getKey(), stage(session, attempt, entry.getKey(), entry.getValue(), span));
        }
        // As late as can be, as it says from when on the rows can be seen; microseconds are what the column keeps.
        Instant loadedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var rows = new EnumMap<Table, TableRows>(Table.class);
        for (Map.Entry<Table, StagedRows> entry : staged.entrySet()) {
            var table = new TableLoad(entry.getKey());
            StagedRows before = entry.getValue();
            long inserted = table.insert(session, loadedAt, loadId);
            rows.put(
                    entry.getKey(),
                    new TableRows(
                            before.staged(), inserted, before.staged() - before.fresh(), before.fresh() - inserted));
            session.update(
                    AuditBuckets.insert(entry.getKey()),
                    loadId,
                    Session.timestamp(span.min()),
                    Session.timestamp(span.max()));
            table.dropTables(session);
        }
        var result = new LoadResult(wanted, already, rows, loadedAt);
        new LoadLedger(session).record(loadId, result, loadedAt);
        return result;
    }

    /**
     * @param staged as copied
     * @param fresh of these, one per transport id that is not in the warehouse
     */
    private record StagedRows(long staged, long fresh) {}

    private StagedRows stage(Session session, String attempt, Table table, List<StagedFile> files, Span span)
            throws SQLException, LoadFailure {
        var load = new TableLoad(table);
        load.createTables(session);
        String manifestKey = layout.manifestKey(attempt, table.tableName());
        store.putManifest(
                manifestKey,
                new Manifest(files.stream()
                                .map(file -> Manifest.entry(layout.bucket(), file.key(), file.bytes()))
                                .toList())
                        .toJson());
        long expected = files.stream().mapToLong(StagedFile::rows).sum();
        String copy = CopyStatement.of(
                load.stageTable(), load.stagedColumns(), layout.bucket(), manifestKey, settings.iamRole());
        try {
            session.update(copy);
        } catch (SQLException e) {
            throw LoadFailure.ofCopy(
                    "COPY of " + files.size() + " files of " + table.tableName() + explain(session), e);
        }
        long copied = session.number("SELECT pg_last_copy_count()");
        if (copied != expected) {
            throw new LoadFailure(
                    LoadFailure.Kind.BATCH,
                    "COPY of " + table.tableName() + " took " + copied + " rows from files that hold " + expected,
                    null);
        }
        long fresh = load.keepOnePerTransportId(session, span);
        load.deleteBrowserRepeats(session, span, settings.dedupWindow());
        return new StagedRows(copied, fresh);
    }

    /** Where Redshift says the row and column are that a COPY stumbled over; without what is in them. */
    private String explain(Session session) {
        try {
            session.rollback();
            List<String> why = session.texts(
                    "SELECT 'column ' || COALESCE(TRIM(column_name), '?') || ', error ' || CAST(error_code AS VARCHAR) || ' '"
                            + " || TRIM(error_message) || ', line ' || CAST(line_number AS VARCHAR) || ' of ' ||"
                            + " TRIM(file_name) FROM sys_load_error_detail"
                            + " WHERE file_name LIKE ? ORDER BY start_time DESC LIMIT 1",
                    "s3://" + layout.bucket() + "/" + layout.prefix() + "%");
            session.rollback();
            return why.isEmpty() ? "" : " (" + LoadFailure.withoutContent(why.getFirst()) + ")";
        } catch (SQLException e) {
            LOG.debug("The load's error detail can't be read", e);
            return "";
        }
    }

    /** After a commit that got no answer: the lock waits for the old session to end, the ledger tells how it ended. */
    private LoadResult settle(long loadId, LoadResult result) throws LoadFailure {
        try (Session session = open()) {
            var ledger = new LoadLedger(session);
            ledger.lock();
            boolean committed = ledger.holds(loadId, result.loaded().getFirst().batchId());
            session.rollback();
            LOG.info("Load {}: the commit {} place", loadId, committed ? "took" : "did not take");
            if (committed) {
                return result;
            }
            throw new LoadFailure(LoadFailure.Kind.RETRY, "the connection was lost before the commit", null);
        } catch (SQLException e) {
            throw LoadFailure.of("asking what became of a commit", e);
        } finally {
            current = null;
        }
    }

    private static Map<Table, List<StagedFile>> filesByTable(List<BatchDescriptor> batches) {
        var files = new EnumMap<Table, List<StagedFile>>(Table.class);
        for (Table table : Table.values()) {
            List<StagedFile> ofTable = batches.stream()
                    .flatMap(batch -> batch.files().stream())
                    .filter(file -> file.table() == table)
                    .toList();
            if (!ofTable.isEmpty()) {
                files.put(table, ofTable);
            }
        }
        return files;
    }
}
