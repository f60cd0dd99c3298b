package dev.sluice.local.redshift;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Makes the database, its user, and the functions and views that Redshift has and PostgreSQL hasn't. */
final class Catalog {
    private final PostgresProcess postgres;

    Catalog(PostgresProcess postgres) {
        this.postgres = postgres;
    }

    /** Safe to run at every start. */
    void install() throws IOException, SQLException {
        try (Connection connection = postgres.connect("postgres");
                Statement statement = connection.createStatement()) {
            if (!exists(statement, "select 1 from pg_roles where rolname = '" + RedshiftSettings.USER + "'")) {
                statement.execute("create role " + RedshiftSettings.USER + " login");
            }
            // Not a superuser: one may run programs on this machine.
            statement.execute(
                    "alter role " + RedshiftSettings.USER + " nosuperuser password '" + postgres.password() + "'");
            if (!exists(statement, "select 1 from pg_database where datname = '" + RedshiftSettings.DATABASE + "'")) {
                statement.execute("create database " + RedshiftSettings.DATABASE + " owner " + RedshiftSettings.USER);
            }
        }
        try (Connection connection = postgres.connect(RedshiftSettings.DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute("alter schema public owner to " + RedshiftSettings.USER);
            connection.setAutoCommit(false);
            statement.execute(script());
            connection.commit();
        }
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private static String script() throws IOException {
        try (InputStream in = Catalog.class.getResourceAsStream("catalog.sql")) {
            if (in == null) {
                throw new IOException("catalog.sql is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
