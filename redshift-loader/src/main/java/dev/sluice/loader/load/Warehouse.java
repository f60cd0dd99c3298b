package dev.sluice.loader.load;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.loader.login.LoginDataSource;
import dev.sluice.loader.login.LoginSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Properties;
import javax.sql.DataSource;

/** The warehouse: gives sessions. Thread-safe. */
final class Warehouse implements AutoCloseable {
    /** Above the statement's own limit, which the server keeps; this one is for a server that has gone without a word. */
    private static final Duration SOCKET_GRACE = Duration.ofSeconds(30);

    private static final int CONNECTIONS = 2;
    private static final Duration CONSOLE_IDLE = Duration.ofMinutes(1);

    private final DataSource source;

    Warehouse(DataSource source) {
        this.source = source;
    }

    /** Connects on first use, so that a service can start while the warehouse is away. */
    static Warehouse connect(LoaderProperties properties, LoginSource logins) {
        return new Warehouse(
                pool(properties.jdbcUrl(), logins, "redshift-loader-pool", CONNECTIONS, properties.statementTimeout()));
    }

    /** @param statementTimeout most time for one statement, waiting for a lock included */
    static Warehouse connect(String jdbcUrl, String username, String password, Duration statementTimeout) {
        return new Warehouse(
                pool(jdbcUrl, LoginSource.fixed(username, password), "warehouse-pool", CONNECTIONS, statementTimeout));
    }

    /** The auditor's own, so that neither it nor a load waits for the other's connection. */
    static HikariDataSource auditPool(LoaderProperties properties, LoginSource logins) {
        return pool(
                properties.jdbcUrl(),
                logins,
                "auditor-pool",
                1,
                properties.audit().statementTimeout());
    }

    /** The canaries' own, likewise; connects as soon as it is made. */
    static HikariDataSource canaryPool(LoaderProperties properties, LoginSource logins) {
        return pool(
                properties.jdbcUrl(),
                logins,
                "canary-pool",
                1,
                properties.audit().statementTimeout());
    }

    /** The console's own, likewise; begins its transactions itself, and keeps no connection while nobody looks. */
    static HikariDataSource consolePool(LoaderProperties properties, LoginSource logins, Duration statementTimeout) {
        HikariConfig config = config(properties.jdbcUrl(), logins, "console-pool", 1, statementTimeout);
        config.setAutoCommit(true);
        config.setMinimumIdle(0);
        config.setIdleTimeout(CONSOLE_IDLE.toMillis());
        return new HikariDataSource(config);
    }

    private static HikariDataSource pool(
            String jdbcUrl, LoginSource logins, String name, int connections, Duration statementTimeout) {
        return new HikariDataSource(config(jdbcUrl, logins, name, connections, statementTimeout));
    }

    private static HikariConfig config(
            String jdbcUrl, LoginSource logins, String name, int connections, Duration statementTimeout) {
        var config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(new LoginDataSource(
                jdbcUrl, driverProperties(jdbcUrl, statementTimeout), logins, InstantSource.system()));
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setAutoCommit(false);
        config.setReadOnly(false);
        // Also the longest that a stop waits for a warehouse that is away; a log-in that takes longer goes on behind
        // this.
        config.setConnectionTimeout(Duration.ofSeconds(5).toMillis());
        config.setInitializationFailTimeout(-1);
        config.setConnectionInitSql("SET statement_timeout TO " + statementTimeout.toMillis());
        return config;
    }

    /**
     * What the driver is told besides who logs in.
     *
     * @param longestStatement after which a server that says nothing is given up, with some grace
     */
    static Properties driverProperties(String jdbcUrl, Duration longestStatement) {
        var driver = new Properties();
        if (LoaderProperties.overTls(jdbcUrl)) {
            // The driver's own default takes any certificate of a known issuer, whoever it was made for.
            driver.setProperty("ssl", "true");
            driver.setProperty("sslmode", "verify-full");
        }
        // Otherwise the driver sends the name of a thread and a stack frame.
        driver.setProperty("ApplicationName", "sluice-loader");
        driver.setProperty("loginTimeout", "10");
        driver.setProperty(
                "socketTimeout",
                Long.toString(longestStatement.plus(SOCKET_GRACE).toSeconds()));
        return driver;
    }

    /** A session with no transaction open; the caller closes it. */
    Session open() throws LoadFailure {
        Connection connection = null;
        try {
            connection = source.getConnection();
            if (connection.getAutoCommit()) {
                connection.setAutoCommit(false);
            }
            return new Session(connection);
        } catch (SQLException e) {
            if (connection != null) {
                try {
                    connection.close();
                } catch (SQLException suppressed) {
                    e.addSuppressed(suppressed);
                }
            }
            // Whatever is wrong with connecting (absent, full, wrong password): the batches are not to blame.
            throw new LoadFailure(LoadFailure.Kind.RETRY, "connecting to the warehouse: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (source instanceof HikariDataSource pool) {
            pool.close();
        }
    }
}
