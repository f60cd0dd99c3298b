package dev.sluice.local.redshift;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;

/** The main class of a JVM that is to be killed: starts a Redshift, commits a row, says how many there are, and waits. */
final class RedshiftHolder {
    private RedshiftHolder() {}

    public static void main(String[] args) throws Exception {
        var settings = new RedshiftSettings(Path.of(args[0]), 0, URI.create("http://127.0.0.1:1"))
                .withPrograms(Path.of(args[1]));
        var redshift = LocalRedshift.start(settings);
        try (Connection connection = DriverManager.getConnection(redshift.jdbcUrl(), "any", "any");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS kept (n BIGINT) SORTKEY(n)");
            statement.execute("INSERT INTO kept VALUES (1)");
            try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM kept")) {
                rows.next();
                System.out.println("rows " + rows.getLong(1));
            }
            // Left open: a transaction that nobody commits.
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO kept VALUES (2)");
            System.in.read();
        }
        redshift.close();
    }
}
