package dev.sluice.loader.login;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Opens connections, each logged in as the source says at that time. A log-in is kept until it ends or is refused; a refused one is
 * asked for again, once per connection, so that a password may change while the loader runs. Thread-safe.
 */
public final class LoginDataSource extends AbstractDataSource {
    /** SQL's class of states for a log-in that is refused. */
    private static final String REFUSED = "28";

    private static final Logger LOG = LoggerFactory.getLogger(LoginDataSource.class);

    private final String jdbcUrl;
    private final Properties properties;
    private final LoginSource source;
    private final InstantSource clock;
    /** Two threads may ask at once: each gets a good one. */
    private volatile @Nullable Login kept;

    /** @param properties of the driver; neither user nor password */
    public LoginDataSource(String jdbcUrl, Properties properties, LoginSource source, InstantSource clock) {
        this.jdbcUrl = jdbcUrl;
        this.properties = copy(properties);
        this.source = source;
        this.clock = clock;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Login login = current();
        try {
            return connect(login.username(), login.password());
        } catch (SQLException e) {
            if (!isRefusal(e)) {
                throw e;
            }
            kept = null;
            Login other = current();
            if (other.equals(login)) {
                throw e;
            }
            LOG.info("{} was refused; trying what is valid now", login);
            return connect(other.username(), other.password());
        }
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return connect(username, password);
    }

    /** Says nothing: the driver's own {@code loginTimeout} is among the properties. */
    @Override
    public void setLoginTimeout(int seconds) {}

    private Login current() throws SQLException {
        Login login = kept;
        if (login == null || !clock.instant().isBefore(login.until())) {
            login = source.read();
            kept = login;
        }
        return login;
    }

    private Connection connect(String username, String password) throws SQLException {
        Properties all = copy(properties);
        all.setProperty("user", username);
        all.setProperty("password", password);
        return DriverManager.getConnection(jdbcUrl, all);
    }

    /** Whole: what stands in a Properties' defaults is not seen by all who read one. */
    private static Properties copy(Properties properties) {
        var copy = new Properties();
        copy.putAll(properties);
        return copy;
    }

    private static boolean isRefusal(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith(REFUSED);
    }

    @Override
    public String toString() {
        return "LoginDataSource[" + jdbcUrl + "]";
    }
}
