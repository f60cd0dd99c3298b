package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.audit.AuditBuckets;
import dev.sluice.loader.identity.IdHash;
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
import java.util.Collection;
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
    /** Bad rows have temporary tables of their own, beside those of the bad events that were staged as such. */
    private static final String QUARANTINE = "quarantine";

    /**
     * @param iamRole as COPY is to be told
     * @param dedupWindow how far apart a browser's repeats are found
     * @param extra the user's own columns
     */
    record Settings(String iamRole, Duration dedupWindow, ExtraColumns extra) {}

    private final Warehouse warehouse;
    private final BatchStore store;
    private final StagingLayout layout;
    private final Settings settings;
    private final InstantSource clock;

    private final BatchCleaner cleaner;
    private final StageCopy copy;

    private volatile @Nullable Session current;

    RedshiftLoader(
            Warehouse warehouse, BatchStore store, StagingLayout layout, Settings settings, InstantSource clock) {
        this.warehouse = warehouse;
        this.store = store;
        this.layout = layout;
        this.settings = settings;
        this.clock = clock;
        this.cleaner = new BatchCleaner(store);
        this.copy = new StageCopy(store::put, layout, settings.iamRole());
    }

    /**
     * Loads those of the batches that the ledger doesn't hold.
     *
     * @throws LoadFailure when nothing of it is in the warehouse, as far as can be known: after a connection that was lost for
     *     good the next load reads in the ledger what became of this one
     */
    @Override
    public LoadResult load(List<BatchDescriptor> batches) throws LoadFailure {
        return loadAs(batches.stream().map(CleanBatch::asStaged).toList());
    }

    @Override
    public LoadResult loadWithoutBadRows(BatchDescriptor batch, LoadFailure why) throws LoadFailure {
        String all = layout.cleanPrefix(batch.batchId());
        // Its own: another loader of the same batch, about to end, must not clear away what this one is reading.
        String place = all + UUID.randomUUID() + "/";
        LoadResult result;
        try {
            result = loadAs(List.of(clean(batch, place, why)));
        } catch (LoadFailure e) {
            store.deleteBelow(place);
            throw e;
        }
        // The batch is in the ledger: nobody needs any of it, what attempts that died have left neither.
        store.deleteBelow(all);
        return result;
    }

    private CleanBatch clean(BatchDescriptor batch, String place, LoadFailure why) throws LoadFailure {
        try (Session session = open()) {
            return cleaner.clean(
                    batch,
                    place,
                    table -> new CopyProbe(
                            session, store, new CopyProbe.Place(layout, place), settings.iamRole(), table),
                    why);
        } finally {
            current = null;
        }
    }

    @Override
    public Set<String> loadedAmong(Collection<BatchDescriptor> batches) throws LoadFailure {
        return idsLoadedAmong(batches.stream().map(BatchDescriptor::batchId).toList());
    }

    /** The same of batches whose ids alone are known. */
    Set<String> idsLoadedAmong(Collection<String> batchIds) throws LoadFailure {
        try (Session session = open()) {
            return new LoadLedger(session).loadedAmong(batchIds);
        } catch (SQLException e) {
            throw LoadFailure.of("reading the ledger", e);
        } finally {
            current = null;
        }
    }

    private LoadResult loadAs(List<CleanBatch> batches) throws LoadFailure {
        LoadResult result;
        long loadId;
        try (Session session = open()) {
            try {
                var ledger = new LoadLedger(session);
                ledger.lock();
                Set<String> known = ledger.loadedAmong(
                        batches.stream().map(clean -> clean.batch().batchId()).toList());
                List<CleanBatch> wanted = batches.stream()
                        .filter(clean -> !known.contains(clean.batch().batchId()))
                        .toList();
                List<BatchDescriptor> already = batches.stream()
                        .map(CleanBatch::batch)
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

    private LoadResult merge(Session session, long loadId, List<CleanBatch> clean, List<BatchDescriptor> already)
            throws SQLException, LoadFailure {
        List<BatchDescriptor> wanted = clean.stream().map(CleanBatch::batch).toList();
        Span span = Span.of(wanted);
        Map<Table, List<StagedFile>> files = CleanBatch.filesByTable(clean);
        List<StagedFile> badRows =
                clean.stream().flatMap(batch -> batch.badRows().stream()).toList();
        var staged = new EnumMap<Table, StagedRows>(Table.class);
        // Two attempts at the same number never write the same manifest: the first one's may still be read.
        String attempt = loadId + "-" + UUID.randomUUID();
        for (Table table : Table.facts()) {
            if (files.containsKey(table)) {
                staged.put(table, stage(session, attempt, new TableLoad(table), files.get(table), span));
            }
        }
        var quarantine = new TableLoad(Table.BAD_EVENTS, QUARANTINE);
        if (!badRows.isEmpty()) {
            stage(session, attempt, quarantine, badRows, span);
        }
        var rows = new EnumMap<Table, TableRows>(Table.class);
        if (files.containsKey(Table.AUDIT_BUCKETS)) {
            rows.put(Table.AUDIT_BUCKETS, takeAudits(session, attempt, loadId, files.get(Table.AUDIT_BUCKETS)));
        }
        // As late as can be, as it says from when on the rows can be seen; microseconds are what the column keeps.
        Instant loadedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
        if (!badRows.isEmpty()) {
            quarantine.insert(session, loadedAt, loadId, settings.extra());
            quarantine.dropTables(session);
        }
        for (Table table : Table.facts()) {
            long quarantined = CleanBatch.quarantined(clean, table);
            StagedRows before = staged.get(table);
            if (before != null) {
                var load = new TableLoad(table);
                long inserted = load.insert(session, loadedAt, loadId, settings.extra());
                TableRows became = before.became(inserted, quarantined);
                rows.put(table, became);
                if (became.browserRepeats() > 0) {
                    load.recordBrowserRepeats(session, span, loadId);
                }
                load.dropTables(session);
            } else if (quarantined > 0) {
                rows.put(table, new TableRows(quarantined, 0, 0, 0, quarantined));
            }
            // Bad rows come into the table of bad events whether or not the batch had any of these.
            if (before != null || (table == Table.BAD_EVENTS && !badRows.isEmpty())) {
                session.update(
                        AuditBuckets.insert(table),
                        loadId,
                        Session.timestamp(span.min()),
                        Session.timestamp(span.max()));
            }
        }
        if (rows.values().stream().anyMatch(counted -> counted.browserRepeats() > 0)) {
            session.update(
                    AuditBuckets.insertRepeats(), loadId, Session.timestamp(span.min()), Session.timestamp(span.max()));
        }
        eraseForgotten(session, loadId, span);
        var reasons = new EnumMap<QuarantineReason, Long>(QuarantineReason.class);
        clean.forEach(batch -> batch.reasons().forEach((reason, n) -> reasons.merge(reason, n, Long::sum)));
        var result = new LoadResult(wanted, already, rows, reasons, loadedAt);
        new LoadLedger(session).record(loadId, result, loadedAt);
        return result;
    }

    private TableRows takeAudits(Session session, String attempt, long loadId, List<StagedFile> files)
            throws SQLException, LoadFailure {
        AuditLoad.createTable(session);
        long copied = copy.into(AuditLoad.stageTable(), AuditLoad.stagedColumns(), session, attempt, files);
        long inserted = AuditLoad.insert(session, loadId);
        AuditLoad.dropTable(session);
        return new TableRows(copied, inserted, 0, 0);
    }

    /**
     * What was on the way when its visitor asked to be forgotten goes as soon as it has arrived, in the transaction that brought
     * it: nobody ever sees it. It counts as loaded, and {@code forgotten_rows} says where it went.
     */
    private void eraseForgotten(Session session, long loadId, Span span) throws SQLException {
        var erasures = new Erasures(session);
        List<IdHash> pending = erasures.pending(clock.instant());
        if (!pending.isEmpty()) {
            var arrived = new Erasures.Rows(span.min(), span.max(), loadId);
            long erased = erasures.eraseArrived(pending, arrived, clock.instant());
            LOG.debug("Load {}: {} rows were erased on arrival", loadId, erased);
        }
    }

    /**
     * @param staged as copied
     * @param fresh of these, one per transport id that is not in the warehouse
     */
    private record StagedRows(long staged, long fresh) {
        TableRows became(long inserted, long quarantined) {
            return new TableRows(staged + quarantined, inserted, staged - fresh, fresh - inserted, quarantined);
        }
    }

    private StagedRows stage(Session session, String attempt, TableLoad load, List<StagedFile> files, Span span)
            throws SQLException, LoadFailure {
        load.createTables(session);
        long copied = copy.into(load.stageTable(), load.stagedColumns(), session, attempt, files);
        load.leaveOutMoved(session, span);
        long fresh = load.keepOnePerTransportId(session, span);
        load.deleteBrowserRepeats(session, span, settings.dedupWindow());
        return new StagedRows(copied, fresh);
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
}
