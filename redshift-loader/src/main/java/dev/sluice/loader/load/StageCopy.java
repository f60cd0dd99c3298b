package dev.sluice.loader.load;

import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import dev.sluice.loader.staging.StagingLayout;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies staged files into a table of the session's own, whole or not at all. Stateless; for the loader's thread. */
final class StageCopy {
    private static final Logger LOG = LoggerFactory.getLogger(StageCopy.class);

    private final ManifestStore store;
    private final StagingLayout layout;
    private final String iamRole;

    /** Where a manifest is written for COPY to read. */
    interface ManifestStore {
        void put(String key, byte[] bytes) throws LoadFailure;
    }

    /** @param iamRole as COPY is to be told */
    StageCopy(ManifestStore store, StagingLayout layout, String iamRole) {
        this.store = store;
        this.layout = layout;
        this.iamRole = iamRole;
    }

    /**
     * @param attempt names the manifest: never twice the same
     * @return how many rows: as many as were staged
     * @throws LoadFailure of kind BATCH when the files do not hold what was staged, or what the table takes
     */
    long into(String table, List<String> columns, Session session, String attempt, List<StagedFile> files)
            throws SQLException, LoadFailure {
        String manifestKey = layout.manifestKey(attempt, table);
        store.put(
                manifestKey,
                new Manifest(files.stream()
                                .map(file -> Manifest.entry(layout.bucket(), file.key(), file.bytes()))
                                .toList())
                        .toJson());
        long expected = files.stream().mapToLong(StagedFile::rows).sum();
        try {
            session.update(CopyStatement.of(table, columns, layout.bucket(), manifestKey, iamRole));
        } catch (SQLException e) {
            throw LoadFailure.ofCopy("COPY of " + files.size() + " files into " + table + explain(session), e);
        }
        long copied = session.number("SELECT pg_last_copy_count()");
        if (copied != expected) {
            throw new LoadFailure(
                    LoadFailure.Kind.BATCH,
                    "COPY into " + table + " took " + copied + " rows from files that hold " + expected,
                    null);
        }
        return copied;
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
}
