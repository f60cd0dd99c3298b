package dev.sluice.loader.console;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.loader.load.LoaderApplication;
import dev.sluice.loader.load.MigratedWarehouse;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import org.springframework.context.ConfigurableApplicationContext;

/** A loader with its console, on a warehouse whose rows the test writes. There is no S3, so it never loads. */
final class ConsoleStage implements AutoCloseable {
    private static final String VIEW =
            "event_id, event_type, received_at, occurred_at, enriched_at, loaded_at, is_anonymous,"
                    + " is_bot, event_fingerprint, is_truncated, ingest_epoch, ingest_seq, ingest_index, enrich_version, load_id";

    final LocalRedshift redshift;
    final HikariDataSource warehouse;
    final HttpClient http = HttpClient.newHttpClient();
    private ConfigurableApplicationContext loader;
    private boolean usual = true;

    ConsoleStage(Path directory) throws Exception {
        redshift = LocalRedshift.start(new RedshiftSettings(directory, 0, URI.create("http://127.0.0.1:1")));
        warehouse = MigratedWarehouse.at(redshift.jdbcUrl());
        loader = start();
    }

    /** Another in its place, with these settings besides. */
    void restart(String... settings) {
        stopLoader();
        loader = start(settings);
    }

    void stopLoader() {
        loader.close();
        usual = false;
    }

    /** The one with the usual settings, if it is not that already. */
    void makeUsual() {
        if (!usual) {
            restart();
            usual = true;
        }
    }

    private ConfigurableApplicationContext start(String... settings) {
        var arguments = new LinkedHashMap<String, String>();
        arguments.put("--server.port", "0");
        arguments.put("--sluice.console.interval", "1s");
        arguments.put("--sluice.loader.audit.interval", "1h");
        arguments.put("--sluice.aws.endpoint.s3", "http://127.0.0.1:1");
        arguments.put("--sluice.loader.jdbc-url", redshift.jdbcUrl());
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            arguments.put(parts[0], parts[1]);
        }
        return LoaderApplication.application()
                .profiles("local")
                .run(arguments.entrySet().stream()
                        .map(argument -> argument.getKey() + "=" + argument.getValue())
                        .toArray(String[]::new));
    }

    int port() {
        return Integer.parseInt(loader.getEnvironment().getRequiredProperty("local.server.port"));
    }

    URI at(String path) {
        return URI.create("http://localhost:" + port() + path);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(at(path)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    }

    void update(String... statements) throws SQLException {
        try (Connection connection = warehouse.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** @param columns such as {@code "page_path"}, and then as many values as SQL writes them */
    void pageView(int seq, String columns, List<String> values) throws SQLException {
        update("INSERT INTO page_views (" + VIEW + (columns.isEmpty() ? "" : ", " + columns)
                + ") VALUES ('00000000-0000-4000-8000-" + String.format("%012d", seq)
                + "', 'page_view', DATEADD(second, -20, GETDATE()), GETDATE(), DATEADD(second, -19, GETDATE()), DATEADD(second,"
                + " -17, GETDATE()), FALSE, FALSE, 'f', FALSE, 'e', " + seq + ", 0, 'v', 1"
                + (values.isEmpty() ? "" : ", " + String.join(", ", values)) + ")");
    }

    static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    @Override
    public void close() throws IOException {
        loader.close();
        http.close();
        warehouse.close();
        redshift.close();
    }
}
