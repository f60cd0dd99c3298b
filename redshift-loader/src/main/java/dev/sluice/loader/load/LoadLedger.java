package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.BatchDescriptor;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The table that says which batches are loaded, and whose lock makes one loader the only one. Works inside the caller's
 * transaction.
 */
final class LoadLedger {
    /** Binds per statement stay far below the wire's 32,767. */
    private static final int ROWS_PER_INSERT = 200;

    private static final String ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TIMESTAMP), CAST(? AS TIMESTAMP), ?,"
            + " ?, CAST(? AS TIMESTAMP))";
    /** What the column takes; versions are ASCII. */
    private static final int DATA_VERSIONS_MAX = 1_024;

    private final Session session;

    LoadLedger(Session session) {
        this.session = session;
    }

    /**
     * Waits for every other loader's transaction to end. Must be the transaction's first statement: its snapshot is then taken
     * when no other load is under way.
     */
    void lock() throws SQLException {
        session.update("LOCK TABLE load_ledger");
    }

    Set<String> loadedAmong(Collection<String> batchIds) throws SQLException {
        return batchIds.isEmpty()
                ? Set.of()
                : new HashSet<>(session.texts(
                        "SELECT batch_id FROM load_ledger WHERE batch_id IN (" + marks(batchIds.size()) + ")",
                        batchIds.toArray()));
    }

    /** Dense, and this transaction's own for as long as it holds the lock. */
    long nextLoadId() throws SQLException {
        return session.number("SELECT COALESCE(MAX(load_id), 0) + 1 FROM load_ledger");
    }

    boolean holds(long loadId, String batchId) throws SQLException {
        return session.number("SELECT COUNT(*) FROM load_ledger WHERE load_id = ? AND batch_id = ?", loadId, batchId)
                > 0;
    }

    void record(long loadId, LoadResult result, Instant loadedAt) throws SQLException {
        var values = new ArrayList<Object>();
        List<BatchDescriptor> batches = result.loaded();
        for (int i = 0; i < batches.size(); i++) {
            BatchDescriptor batch = batches.get(i);
            // The load's repeats stand on its first batch: see the table's comment.
            Collections.addAll(
                    values,
                    batch.batchId(),
                    loadId,
                    batch.range().shard(),
                    batch.range().first(),
                    batch.range().last(),
                    rows(batch, Table.PAGE_VIEWS),
                    rows(batch, Table.EVENTS),
                    rows(batch, Table.BAD_EVENTS),
                    i == 0 ? result.pipelineRepeats() : 0L,
                    i == 0 ? result.browserRepeats() : 0L,
                    // Only a batch that is loaded by itself has bad rows.
                    i == 0 ? result.quarantined() : 0L,
                    Session.timestamp(batch.minReceivedAt()),
                    Session.timestamp(batch.maxReceivedAt()),
                    batch.enrichVersion(),
                    dataVersions(batch),
                    Session.timestamp(loadedAt));
            if ((i + 1) % ROWS_PER_INSERT == 0 || i + 1 == batches.size()) {
                int rows = i % ROWS_PER_INSERT + 1;
                session.update(
                        "INSERT INTO load_ledger (batch_id, load_id, shard, first_sequence, last_sequence, page_views, events,"
                                + " bad_events, pipeline_duplicates, browser_duplicates, quarantined, min_received_at,"
                                + " max_received_at, enrich_version, data_versions, loaded_at) VALUES "
                                + String.join(", ", Collections.nCopies(rows, ROW)),
                        values.toArray());
                values.clear();
            }
        }
    }

    private static long rows(BatchDescriptor batch, Table table) {
        return batch.files().stream()
                .filter(file -> file.table() == table)
                .mapToLong(BatchDescriptor.StagedFile::rows)
                .sum();
    }

    private static String dataVersions(BatchDescriptor batch) {
        String versions = batch.dataVersions().replaceAll("[^\\x20-\\x7E]", "?");
        return versions.length() <= DATA_VERSIONS_MAX ? versions : versions.substring(0, DATA_VERSIONS_MAX);
    }

    private static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }
}
