package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.load.BreakingSource.At;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page against a warehouse that was migrated: every table, view and column is on it, with its type and its comment. {@code
 * -Dsluice.docs.write=true} writes the page instead.
 */
@Timeout(120)
class TablesPageIT {
    @Test
    void page_isWhatAMigratedWarehouseSaysOfItself(@TempDir Path directory) throws Exception {
        try (var redshift = LocalRedshift.start(new RedshiftSettings(directory, 0, URI.create("http://127.0.0.1:1")))) {
            var source = new BreakingSource(redshift.jdbcUrl(), At.NEVER);
            new Migrations(new Warehouse(source), Migrations.scripts(), InstantSource.system()).run();
            try (Connection connection = source.getConnection()) {
                String page = TablesPage.of(connection);
                if (Boolean.getBoolean("sluice.docs.write")) {
                    Files.writeString(TablesPage.path(), page);
                }
                assertThat(page).doesNotContain("null");
                assertThat(Files.readString(TablesPage.path())).isEqualTo(page);
            }
        }
    }
}
