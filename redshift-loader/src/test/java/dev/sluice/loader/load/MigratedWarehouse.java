package dev.sluice.loader.load;

import dev.sluice.loader.load.BreakingSource.At;
import java.time.InstantSource;
import javax.sql.DataSource;

/** The tables as a loader makes them, for the tests of other packages. */
public final class MigratedWarehouse {
    private MigratedWarehouse() {}

    /** Connections to a warehouse that was migrated. */
    public static DataSource at(String jdbcUrl) throws Exception {
        var source = new BreakingSource(jdbcUrl, At.NEVER);
        new Migrations(new Warehouse(source), Migrations.scripts(), InstantSource.system()).run();
        return source;
    }
}
