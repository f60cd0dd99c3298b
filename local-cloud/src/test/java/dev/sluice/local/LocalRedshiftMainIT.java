package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRedshiftMainIT {
    @TempDir
    Path dir;

    @Test
    void start_answersThoseWhoHaveThePasswordAndKeepsTheDirectoryToItself() throws Exception {
        Map<String, String> variables = Map.of(
                "SLUICE_REDSHIFT_DIR", dir.toString(),
                "SLUICE_REDSHIFT_S3_ENDPOINT", "http://127.0.0.1:9",
                "SLUICE_REDSHIFT_PORT", "0",
                "SLUICE_REDSHIFT_PASSWORD", "secret");
        try (LocalRedshiftMain running = LocalRedshiftMain.start(variables)) {
            Loopback.assertOnlyThere(running.port());
            assertThat(one(running.port(), "secret")).isEqualTo(1);
            assertThatThrownBy(() -> one(running.port(), "guess")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> LocalRedshiftMain.start(variables))
                    .isInstanceOf(LocalCloudException.class)
                    .hasMessageContaining(dir + " is in use by process");
        }
        LocalRedshiftMain.start(variables).close();
    }

    private static int one(int port, String password) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:redshift://127.0.0.1:" + port + "/dev?ssl=false", "sluice", password);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select 1")) {
            return found.next() ? found.getInt(1) : -1;
        }
    }
}
