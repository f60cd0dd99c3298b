package dev.sluice.local.redshift;

import java.io.IOException;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Amazon Redshift on loopback, for {@code com.amazon.redshift:redshift-jdbc42} with {@code ssl=false}. Thread-safe. The data is
 * kept in its directory and survives a kill of this process; PostgreSQL never outlives it.
 */
public final class LocalRedshift implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalRedshift.class);

    private final PostgresProcess postgres;
    private final S3ObjectStore store;
    private final LoadHistory history;
    private final RedshiftFront front;

    private LocalRedshift(PostgresProcess postgres, S3ObjectStore store, LoadHistory history, RedshiftFront front) {
        this.postgres = postgres;
        this.store = store;
        this.history = history;
        this.front = front;
    }

    /**
     * Starts it and waits until it answers: about a second, some more the first time.
     *
     * @throws IOException with one clear line when the port is taken, the directory is in use or PostgreSQL can't run here
     */
    public static LocalRedshift start(RedshiftSettings settings) throws IOException, InterruptedException {
        PostgresProcess postgres = PostgresProcess.start(settings.directory(), settings.programs());
        S3ObjectStore store = null;
        LoadHistory history = null;
        try {
            new Catalog(postgres).install();
            store = new S3ObjectStore(settings.s3Endpoint());
            history = new LoadHistory(postgres);
            RedshiftFront front = RedshiftFront.start(
                    settings.port(),
                    new FrontContext(postgres.port(), postgres.password(), settings.password(), store, history));
            LOG.info("local Redshift on 127.0.0.1:{}, {}", front.port(), postgres);
            return new LocalRedshift(postgres, store, history, front);
        } catch (IOException | SQLException | RuntimeException e) {
            if (history != null) {
                history.close();
            }
            if (store != null) {
                store.close();
            }
            postgres.close();
            throw e instanceof IOException io ? io : new IOException("the local Redshift does not start", e);
        }
    }

    /** For any user and password, unless the settings name one. */
    public String jdbcUrl() {
        return "jdbc:redshift://127.0.0.1:" + port() + "/" + RedshiftSettings.DATABASE + "?ssl=false";
    }

    public int port() {
        return front.port();
    }

    /** Whether PostgreSQL runs. */
    public boolean isAlive() {
        return postgres.isAlive();
    }

    /** Ends the sessions, then stops PostgreSQL cleanly. May be called twice. */
    @Override
    public void close() throws IOException {
        try {
            front.close();
        } finally {
            history.close();
            store.close();
            postgres.close();
        }
    }

    @Override
    public String toString() {
        return "LocalRedshift[" + jdbcUrl() + "]";
    }
}
