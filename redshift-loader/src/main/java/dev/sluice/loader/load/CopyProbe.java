package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.StagingLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the warehouse by a COPY of the rows into a temporary table, in a transaction that is always rolled back. It alone lets COPY
 * go on after errors: to count them. Each question has objects of its own, so that two loaders never read each other's. Confined
 * to the loader's thread.
 */
final class CopyProbe implements RowJudge {
    private static final Logger LOG = LoggerFactory.getLogger(CopyProbe.class);

    /** Where the questions' objects lie. */
    record Place(StagingLayout layout, String prefix) {}

    private final Session session;
    private final BatchStore store;
    private final Place place;
    private final String iamRole;
    private final TableLoad table;
    private int questions;

    CopyProbe(Session session, BatchStore store, Place place, String iamRole, Table table) {
        this.session = session;
        this.store = store;
        this.place = place;
        this.iamRole = iamRole;
        this.table = new TableLoad(table);
    }

    @Override
    public Verdict judge(List<byte[]> rows) throws LoadFailure {
        String name = place.prefix() + "probe-" + table.stageTable() + "-" + ++questions;
        String key = name + ".csv.gz";
        String manifestKey = name + ".manifest";
        byte[] file = gzip(rows);
        String bucket = place.layout().bucket();
        store.put(key, file);
        store.put(manifestKey, new Manifest(List.of(Manifest.entry(bucket, key, file.length))).toJson());
        long taken =
                ask(CopyStatement.counting(table.stageTable(), table.stagedColumns(), bucket, manifestKey, iamRole));
        return new Verdict(taken, taken == rows.size() ? List.of() : refusals(CopyStatement.uri(bucket, key)));
    }

    private long ask(String copy) throws LoadFailure {
        try {
            table.createTables(session);
            try {
                session.update(copy);
            } catch (SQLException e) {
                session.rollback();
                if (LoadFailure.isAboutRows(e)) {
                    return REFUSED_TOGETHER;
                }
                // Nothing that a row is to blame for, whatever a batch may be.
                throw new LoadFailure(
                        LoadFailure.Kind.RETRY,
                        "asking for bad rows: " + LoadFailure.withoutContent(e.getMessage()),
                        e);
            }
            long taken = session.number("SELECT pg_last_copy_count()");
            session.rollback();
            return taken;
        } catch (SQLException e) {
            throw LoadFailure.of("asking for bad rows", e);
        }
    }

    private List<Refusal> refusals(String file) throws LoadFailure {
        try {
            List<String> said = session.texts(
                    "SELECT CAST(line_number AS VARCHAR) || ' ' || CAST(error_code AS VARCHAR) || ' ' ||"
                            + " COALESCE(TRIM(column_name), '') || ': ' || TRIM(error_message)"
                            + " FROM sys_load_error_detail WHERE file_name = ? ORDER BY line_number",
                    file);
            session.rollback();
            var refusals = new ArrayList<Refusal>();
            for (String line : said) {
                String[] parts = line.split(" ", 3);
                refusals.add(new Refusal(
                        Long.parseLong(parts[0]), Integer.parseInt(parts[1]), LoadFailure.withoutContent(parts[2])));
            }
            return refusals;
        } catch (SQLException | NumberFormatException e) {
            // It only says where to look first, and a view can be missing a grant.
            LOG.debug("The load's error detail can't be read", e);
            rollback();
            return List.of();
        }
    }

    private void rollback() throws LoadFailure {
        try {
            session.rollback();
        } catch (SQLException e) {
            throw LoadFailure.of("asking for bad rows", e);
        }
    }

    /** The same rows give the same bytes. */
    static byte[] gzip(List<byte[]> rows) {
        var bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            for (byte[] row : rows) {
                gzip.write(row);
                if (row[row.length - 1] != '\n') {
                    gzip.write('\n');
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }
}
