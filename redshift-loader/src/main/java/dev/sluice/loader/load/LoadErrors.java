package dev.sluice.loader.load;

import dev.sluice.loader.staging.StagingLayout;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the warehouse keeps about loads that failed. */
final class LoadErrors {
    private static final Logger LOG = LoggerFactory.getLogger(LoadErrors.class);

    private LoadErrors() {}

    /**
     * Where Redshift says the row and column are that the latest COPY stumbled over, in parentheses, without what is in them; empty
     * when it says nothing. Rolls the session's transaction back.
     */
    static String latest(Session session, StagingLayout layout) {
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
