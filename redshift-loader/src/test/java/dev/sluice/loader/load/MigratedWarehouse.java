package dev.sluice.loader.load;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.loader.load.BreakingSource.At;
import java.time.InstantSource;

/** The tables as a loader makes them, for the tests of other packages. */
public final class MigratedWarehouse {
    private MigratedWarehouse() {}

    /** Connections to a warehouse that was migrated; the caller closes them. */
    public static HikariDataSource at(String jdbcUrl) throws Exception {
        new Migrations(
                        new Warehouse(new BreakingSource(jdbcUrl, At.NEVER)),
                        Migrations.scripts(),
                        InstantSource.system())
                .run();
        var pool = new HikariConfig();
        pool.setJdbcUrl(jdbcUrl);
        pool.setUsername("sluice");
        pool.setPassword("sluice");
        pool.setMaximumPoolSize(2);
        return new HikariDataSource(pool);
    }
}
