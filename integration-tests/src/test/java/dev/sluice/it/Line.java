package dev.sluice.it;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The whole line as a newcomer starts it: {@code ./sluice up} in a process of its own, on free ports and a data folder of its own.
 * Confined to the test's thread.
 */
final class Line implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration COMMAND = Duration.ofMinutes(5);

    private final Path data;
    private final Ports ports;
    private Launched up;

    private Line(Path data, Ports ports, Launched up) {
        this.data = data;
        this.ports = ports;
        this.up = up;
    }

    static Path jar() {
        return Launched.root().resolve("cli/target/sluice-cli.jar");
    }

    static Line up(Path data) throws IOException {
        return up(data, Ports.free());
    }

    static Line up(Path data, Ports ports) throws IOException {
        return up(data, ports, List.of());
    }

    /** @param jvm flags of its JVM, such as {@code -Dsluice.ingest.cookie.secure=true} */
    static Line up(Path data, Ports ports, List<String> jvm) throws IOException {
        return new Line(data, ports, launch("up", data, ports, jvm));
    }

    /** Only the stand-ins. */
    static Line cloud(Path data, Ports ports) throws IOException {
        return new Line(data, ports, launch("cloud", data, ports, List.of()));
    }

    private static Launched launch(String command, Path data, Ports ports, List<String> jvm) throws IOException {
        var arguments = new ArrayList<>(List.of(command, "--data", data.toString()));
        arguments.addAll(ports.arguments(command));
        Launched launched = Launched.start(data.resolve("test-logs"), Launched.Jvm.USUAL.with(jvm), jar(), arguments);
        launched.awaitLine("ready", START);
        return launched;
    }

    /** Starts it again on what the last one left. */
    void restart() throws IOException {
        up = launch("up", data, ports, List.of());
    }

    Launched process() {
        return up;
    }

    Ports ports() {
        return ports;
    }

    URI ingest(String path) {
        return URI.create("http://127.0.0.1:" + ports.ingest() + path);
    }

    URI kinesis() {
        return URI.create("http://127.0.0.1:" + ports.kinesis());
    }

    Path data() {
        return data;
    }

    /** Its bucket is {@code sluice-local}. */
    S3Client s3() {
        return s3(URI.create("http://127.0.0.1:" + ports.s3()));
    }

    static S3Client s3(URI endpoint) {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .build();
    }

    /** Runs a command beside the line. */
    Launched.Outcome run(String... arguments) throws Exception {
        return Launched.run(data.resolve("test-logs"), jar(), withData(arguments), COMMAND);
    }

    Launched start(String... arguments) throws IOException {
        return Launched.start(data.resolve("test-logs"), jar(), withData(arguments));
    }

    private List<String> withData(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.add("--data");
        all.add(data.toString());
        return all;
    }

    /** Asks the warehouse; each row's columns as text. */
    List<List<String>> query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            var all = new ArrayList<List<String>>();
            int width = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                var row = new ArrayList<String>();
                for (int i = 1; i <= width; i++) {
                    row.add(String.valueOf(rows.getString(i)));
                }
                all.add(row);
            }
            return all;
        }
    }

    /** Changes the warehouse behind the line's back. */
    void update(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    /** Asks the warehouse; each row's columns as text by name. */
    List<Map<String, String>> rows(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            var all = new ArrayList<Map<String, String>>();
            ResultSetMetaData columns = rows.getMetaData();
            while (rows.next()) {
                var row = new LinkedHashMap<String, String>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    row.put(columns.getColumnName(i), String.valueOf(rows.getString(i)));
                }
                all.add(row);
            }
            return all;
        }
    }

    long count(String sql) throws SQLException {
        return Long.parseLong(query(sql).getFirst().getFirst());
    }

    /** Waits until the query gives at least this number; what it gave in the end. */
    long awaitCount(String sql, long expected, Duration patience) throws SQLException {
        Awaitility.await(sql + " to give " + expected)
                .atMost(patience)
                .pollInterval(Duration.ofMillis(250))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() -> count(sql) >= expected);
        return count(sql);
    }

    Connection connect() throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", "sluice");
        properties.setProperty("password", "local");
        properties.setProperty("ApplicationName", "integration-tests");
        return DriverManager.getConnection(
                "jdbc:redshift://127.0.0.1:" + ports.redshift() + "/dev?ssl=false", properties);
    }

    @Override
    public void close() {
        up.close();
    }

    /** Ports that were free a moment ago. */
    record Ports(
            int ingest,
            int ingestManagement,
            int consumer,
            int loader,
            int kinesis,
            int dynamodb,
            int s3,
            int redshift,
            int site) {
        static Ports free() throws IOException {
            var sockets = new ArrayList<ServerSocket>();
            try {
                var free = new ArrayList<Integer>();
                for (int i = 0; i < 9; i++) {
                    var socket = new ServerSocket(0);
                    sockets.add(socket);
                    free.add(socket.getLocalPort());
                }
                return new Ports(
                        free.get(0),
                        free.get(1),
                        free.get(2),
                        free.get(3),
                        free.get(4),
                        free.get(5),
                        free.get(6),
                        free.get(7),
                        free.get(8));
            } finally {
                for (ServerSocket socket : sockets) {
                    socket.close();
                }
            }
        }

        List<String> arguments(String command) {
            var arguments = new ArrayList<>(List.of(
                    "--port-kinesis=" + kinesis,
                    "--port-dynamodb=" + dynamodb,
                    "--port-s3=" + s3,
                    "--port-redshift=" + redshift));
            if (command.equals("up")) {
                arguments.addAll(List.of(
                        "--port-ingest=" + ingest,
                        "--port-ingest-management=" + ingestManagement,
                        "--port-consumer=" + consumer,
                        "--port-loader=" + loader,
                        "--port-demo=" + site));
            }
            return arguments;
        }
    }
}
