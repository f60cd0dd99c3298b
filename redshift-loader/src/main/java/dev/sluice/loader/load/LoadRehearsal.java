package dev.sluice.loader.load;

import dev.sluice.common.aws.AwsProperties;
import dev.sluice.loader.login.Login;
import dev.sluice.loader.login.LoginSource;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * What a load does in the warehouse, done for nothing: for whoever wants to know beforehand whether it would work. Logs in as the
 * loader does; every call is a transaction that is rolled back. Confined to one thread.
 */
public final class LoadRehearsal implements AutoCloseable {
    private static final String TABLE = "rehearsal";
    private static final String COLUMN = "word";

    private final Session session;

    private LoadRehearsal(Session session) {
        this.session = session;
    }

    /**
     * Logs in.
     *
     * @param aws for log-ins that AWS gives
     * @param longestStatement after which the warehouse ends a statement
     */
    public static LoadRehearsal open(AwsProperties aws, LoaderProperties properties, Duration longestStatement)
            throws SQLException {
        Properties driver = Warehouse.driverProperties(properties.jdbcUrl(), longestStatement);
        try (LoginSource logins = LoaderConfiguration.logins(aws, properties)) {
            Login login = logins.read();
            driver.setProperty("user", login.username());
            driver.setProperty("password", login.password());
        }
        var connection = DriverManager.getConnection(properties.jdbcUrl(), driver);
        try {
            connection.setAutoCommit(false);
            var rehearsal = new LoadRehearsal(new Session(connection));
            rehearsal.session.update("SET statement_timeout TO " + longestStatement.toMillis());
            // A setting goes when its transaction is rolled back.
            rehearsal.session.commit();
            return rehearsal;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** The first column of the first row as text, empty when it is NULL or there is none. */
    public String ask(String sql) throws SQLException {
        return rolledBack(() -> {
            List<String> texts = session.texts(sql);
            return texts.isEmpty() ? "" : texts.getFirst();
        });
    }

    /** Takes the lock that every load begins with; waits for a load that is under way. */
    public void lockLedger() throws SQLException {
        rolledBack(() -> {
            new LoadLedger(session).lock();
            return true;
        });
    }

    /**
     * How the warehouse's tables compare with this program's; each list in the order of versions.
     *
     * @param missing migrations that were not applied yet
     * @param changed migrations that were applied from another text
     * @param unknown migrations that only a newer program has
     */
    public record Schema(List<Integer> missing, List<Integer> changed, List<Integer> unknown) {
        public Schema {
            missing = List.copyOf(missing);
            changed = List.copyOf(changed);
            unknown = List.copyOf(unknown);
        }
    }

    /** Reads which migrations were applied; fails when none ever was, as there is no table then. */
    public Schema schema() throws SQLException {
        List<String> applied = rolledBack(() -> session.texts(
                "SELECT CAST(version AS VARCHAR) || ' ' || TRIM(checksum) FROM schema_version ORDER BY version"));
        return compare(Migrations.scripts(), applied);
    }

    /** @param applied each a version and its checksum */
    static Schema compare(List<Migrations.Script> scripts, List<String> applied) {
        var missing = new ArrayList<Integer>();
        var changed = new ArrayList<Integer>();
        for (Migrations.Script script : scripts) {
            String version = script.version() + " ";
            if (applied.stream().noneMatch(one -> one.startsWith(version))) {
                missing.add(script.version());
            } else if (!applied.contains(version + script.checksum())) {
                changed.add(script.version());
            }
        }
        List<Integer> known = scripts.stream().map(Migrations.Script::version).toList();
        List<Integer> unknown = applied.stream()
                .map(one -> Integer.parseInt(one.substring(0, one.indexOf(' '))))
                .filter(version -> !known.contains(version))
                .toList();
        return new Schema(missing, changed, unknown);
    }

    /** A file of one row, as {@link #copy} can read it. */
    public static byte[] file() {
        return CopyProbe.gzip(List.of("sluice\n".getBytes(StandardCharsets.US_ASCII)));
    }

    /** What names that file to COPY. */
    public static byte[] manifest(String bucket, String key) {
        return new Manifest(List.of(Manifest.entry(bucket, key, file().length))).toJson();
    }

    /** Copies what the manifest names into a temporary table; tells how many rows that were. */
    public long copy(String bucket, String manifestKey, String iamRole) throws SQLException {
        return rolledBack(() -> {
            session.update("CREATE TEMP TABLE " + TABLE + " (" + COLUMN + " VARCHAR(16))");
            session.update(CopyStatement.of(TABLE, List.of(COLUMN), bucket, manifestKey, iamRole));
            return session.number("SELECT pg_last_copy_count()");
        });
    }

    private interface Work<T> {
        T run() throws SQLException;
    }

    private <T> T rolledBack(Work<T> work) throws SQLException {
        try {
            T result = work.run();
            session.rollback();
            return result;
        } catch (SQLException e) {
            try {
                session.rollback();
            } catch (SQLException lost) {
                e.addSuppressed(lost);
            }
            throw e;
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
