package dev.sluice.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.aws.AwsProperties;
import dev.sluice.loader.load.LoaderApplication;
import dev.sluice.local.LocalCloud;
import dev.sluice.local.LocalCloudSettings;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A deployment on the stand-ins, given as its services' configuration files: whole, it has nothing wrong with it; broken in one
 * place, exactly the check of that place fails, and says what to do.
 */
@Timeout(180)
class DoctorIT {
    /** Where a test's machine may be found to be slow or small, which is no fault of the deployment. */
    private static final Set<String> OF_THIS_MACHINE = Set.of("journal.fsync", "journal.space", "machine.files");

    private static LocalCloud cloud;

    @TempDir
    Path folder;

    private final Map<String, String> ingest = new LinkedHashMap<>();
    private final Map<String, String> consumer = new LinkedHashMap<>();
    private final Map<String, String> loader = new LinkedHashMap<>();

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        cloud = LocalCloud.start(LocalCloudSettings.in(directory).withPorts(LocalCloudSettings.Ports.ANY));
        // The loader makes its tables, and goes.
        try (var _ = LoaderApplication.application()
                .profiles("local")
                .registerShutdownHook(false)
                .run(
                        "--server.port=0",
                        "--sluice.aws.endpoint.kinesis=" + cloud.kinesisEndpoint(),
                        "--sluice.aws.endpoint.dynamodb=" + cloud.dynamoDbEndpoint(),
                        "--sluice.aws.endpoint.s3=" + cloud.s3Endpoint(),
                        "--sluice.loader.jdbc-url=" + cloud.jdbcUrl())) {
            Awaitility.await("the loader's tables").ignoreExceptions().until(() -> {
                try (Connection warehouse = warehouse();
                        Statement statement = warehouse.createStatement();
                        var rows = statement.executeQuery("SELECT COUNT(*) FROM schema_version")) {
                    rows.next();
                    return rows.getInt(1) >= 3;
                }
            });
        }
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    @BeforeEach
    void healthySettings() throws IOException {
        for (Map<String, String> service : List.of(ingest, consumer, loader)) {
            service.put("spring.profiles.active", "local");
            service.put("server.port", freePort());
            service.put("sluice.aws.endpoint.kinesis", cloud.kinesisEndpoint().toString());
            service.put("sluice.aws.endpoint.dynamodb", cloud.dynamoDbEndpoint().toString());
            service.put("sluice.aws.endpoint.s3", cloud.s3Endpoint().toString());
        }
        ingest.put("management.server.port", freePort());
        ingest.put("sluice.ingest.journal.directory", folder.resolve("journal").toString());
        loader.put("sluice.loader.jdbc-url", cloud.jdbcUrl());
    }

    private static String freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(socket.getLocalPort());
        }
    }

    private static Connection warehouse() throws SQLException {
        return DriverManager.getConnection(cloud.jdbcUrl(), "sluice", "local");
    }

    /** What the command said, and how it ended. */
    private record Diagnosis(int exitCode, Map<String, JsonNode> checks) {
        /** Names and advice of what failed. */
        Map<String, String> failures() {
            var failures = new TreeMap<String, String>();
            checks.forEach((name, check) -> {
                if (check.get("result").asString().equals("FAIL")) {
                    failures.put(name, check.get("advice").asString());
                }
            });
            return failures;
        }

        /** The checks with such a result. */
        Set<String> named(String result) {
            var names = new TreeSet<String>();
            checks.forEach((name, check) -> {
                if (check.get("result").asString().equals(result)) {
                    names.add(name);
                }
            });
            return names;
        }

        String found(String name) {
            return Objects.requireNonNull(checks.get(name), name).get("found").asString();
        }
    }

    private Diagnosis examine(String... more) throws IOException {
        var arguments = new ArrayList<>(List.of(
                "--format",
                "json",
                // Of a machine that is busy with other things.
                "--timeout",
                "60",
                "--config",
                "ingest=" + file("ingest", ingest) + ",consumer=" + file("consumer", consumer) + ",loader="
                        + file("loader", loader)));
        arguments.addAll(List.of(more));
        var out = new StringWriter();
        int exitCode = new CommandLine(new DoctorCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .execute(arguments.toArray(String[]::new));
        var checks = new LinkedHashMap<String, JsonNode>();
        for (JsonNode check :
                JsonMapper.builder().build().readTree(out.toString()).get("checks")) {
            checks.put(check.get("name").asString(), check);
        }
        return new Diagnosis(exitCode, checks);
    }

    private Path file(String service, Map<String, String> settings) throws IOException {
        var lines = settings.entrySet().stream().map(setting -> setting.getKey() + "=" + setting.getValue());
        return Files.write(folder.resolve(service + ".properties"), lines.toList());
    }

    /** That these failed, each with such advice, and nothing else. */
    private static void assertFails(Diagnosis diagnosis, String name, String advice) {
        assertThat(diagnosis.failures()).containsOnlyKeys(name);
        assertThat(diagnosis.failures().get(name)).contains(advice);
        assertThat(diagnosis.exitCode()).isEqualTo(1);
    }

    @Test
    void healthyDeployment_hasNothingWrongWithIt_andIsLeftAsItWas() throws Exception {
        var diagnosis = examine();

        assertThat(diagnosis.failures()).isEmpty();
        assertThat(diagnosis.named("WARN")).isSubsetOf(OF_THIS_MACHINE);
        assertThat(diagnosis.checks().values())
                .allSatisfy(check -> assertThat(check.get("found").asString()).isNotBlank());
        assertThat(diagnosis.checks().keySet()).hasSizeGreaterThan(50);
        assertThat(diagnosis.exitCode()).isZero();
        assertThat(objects()).isEmpty();
    }

    /** Everything in every bucket; the stand-in keeps objects as files. */
    private static List<Path> objects() throws IOException {
        try (var files = Files.walk(cloud.settings().dir().resolve("s3/objects"))) {
            return files.filter(
                            file -> Files.isRegularFile(file) && file.toString().contains("doctor"))
                    .toList();
        }
    }

    @Test
    void oneService_isLookedAtAlone() throws Exception {
        var diagnosis = examine("--service", "ingest");

        assertThat(diagnosis.checks()).containsKeys("ingest.put", "stream.active", "journal.folder");
        assertThat(diagnosis.checks().keySet())
                .noneMatch(name -> name.startsWith("warehouse.") || name.startsWith("bucket."));
        assertThat(diagnosis.exitCode()).isZero();
    }

    @Test
    void streamThatIsNotThere() throws Exception {
        ingest.put("sluice.ingest.send.stream", "slice");
        consumer.put("sluice.consumer.stream", "slice");

        assertFails(examine(), "stream.active", "create the stream");
    }

    @Test
    void streamsThatDiffer() throws Exception {
        consumer.put("sluice.consumer.stream", "slice");

        var diagnosis = examine();
        assertThat(diagnosis.failures()).containsOnlyKeys("settings.stream", "consumer.read");
        assertThat(diagnosis.found("settings.stream")).isEqualTo("sluice and slice");
    }

    @Test
    void bucketThatIsNotThere() throws Exception {
        consumer.put("sluice.staging.bucket", "no-such-bucket");
        loader.put("sluice.staging.bucket", "no-such-bucket");

        assertFails(examine(), "bucket.exists", "create the bucket");
    }

    @Test
    void stagingThatDiffers() throws Exception {
        consumer.put("sluice.staging.prefix", "shop/");

        assertFails(examine(), "settings.bucket", "the same value");
    }

    @Test
    void archiveThatMayNotBeWritten() throws Exception {
        try (var front = DenyingFront.of(
                cloud.s3Endpoint(),
                call -> call.getRequestMethod().equals("PUT")
                        && call.getRequestURI().getPath().contains("/archive/"))) {
            consumer.put("sluice.aws.endpoint.s3", front.address().toString());
            loader.put("sluice.aws.endpoint.s3", front.address().toString());

            var diagnosis = examine();
            assertFails(diagnosis, "consumer.put-archive", "grant s3:PutObject on s3://sluice-local/archive/*");
            assertThat(diagnosis.found("consumer.put-archive")).isEqualTo("403 AccessDenied: not authorized");
        }
    }

    @Test
    void objectsThatMayNotBeDeleted() throws Exception {
        try (var front = DenyingFront.of(
                cloud.s3Endpoint(),
                call -> call.getRequestMethod().equals("DELETE")
                        && call.getRequestURI().getPath().contains("/staged/batches/"))) {
            consumer.put("sluice.aws.endpoint.s3", front.address().toString());
            loader.put("sluice.aws.endpoint.s3", front.address().toString());

            assertFails(examine(), "loader.delete-batches", "grant s3:DeleteObject");
        }
    }

    @Test
    void streamThatMayNotBeWritten() throws Exception {
        try (var front = DenyingFront.of(cloud.kinesisEndpoint(), DenyingFront.operation("PutRecords"))) {
            ingest.put("sluice.aws.endpoint.kinesis", front.address().toString());
            consumer.put("sluice.aws.endpoint.kinesis", front.address().toString());

            assertFails(examine(), "ingest.put", "grant kinesis:PutRecords");
        }
    }

    @Test
    void leaseTableThatMayNotBeWritten() throws Exception {
        makeLeaseTable();
        try (var front = DenyingFront.of(cloud.dynamoDbEndpoint(), DenyingFront.operation("UpdateItem"))) {
            consumer.put("sluice.consumer.application", "doctor-it");
            consumer.put("sluice.aws.endpoint.dynamodb", front.address().toString());

            assertFails(examine(), "consumer.leases", "Leases of ConsumerRole");
        }
    }

    private static void makeLeaseTable() {
        var settings = new AwsProperties(
                "us-east-1",
                AwsProperties.Credentials.LOCAL,
                new AwsProperties.Endpoint(cloud.kinesisEndpoint(), cloud.dynamoDbEndpoint(), cloud.s3Endpoint(), null),
                Duration.ofSeconds(4),
                Duration.ofSeconds(9));
        try (var clients = new ServiceClients(settings)) {
            clients.dynamoDb()
                    .createTable(table -> table.tableName("doctor-it")
                            .billingMode(BillingMode.PAY_PER_REQUEST)
                            .attributeDefinitions(AttributeDefinition.builder()
                                    .attributeName("leaseKey")
                                    .attributeType(ScalarAttributeType.S)
                                    .build())
                            .keySchema(KeySchemaElement.builder()
                                    .attributeName("leaseKey")
                                    .keyType(KeyType.HASH)
                                    .build()));
        }
    }

    @Test
    void passwordThatIsWrong(@TempDir Path directory) throws Exception {
        var settings = new RedshiftSettings(directory.resolve("redshift"), 0, cloud.s3Endpoint())
                .withPrograms(cloud.settings().dir().resolve("bin"))
                .withPassword("the right one");
        try (var guarded = LocalRedshift.start(settings)) {
            loader.put("sluice.loader.jdbc-url", guarded.jdbcUrl());

            assertFails(examine(), "warehouse.login", "SLUICE_LOADER_PASSWORD");
        }
    }

    @Test
    void warehouseThatIsNotReached() throws Exception {
        loader.put("sluice.loader.jdbc-url", "jdbc:redshift://127.0.0.1:" + freePort() + "/dev?ssl=false");

        assertFails(examine(), "warehouse.reach", "security group");
    }

    @Test
    void warehouseThatSpeaksNoTls() throws Exception {
        loader.put("sluice.loader.jdbc-url", cloud.jdbcUrl().replace("ssl=false", "ssl=true"));

        assertFails(examine(), "warehouse.tls", "certificate");
    }

    @Test
    void roleThatIsNone() throws Exception {
        loader.put("sluice.loader.iam-role", "sluice-copy");

        var diagnosis = examine();
        assertFails(diagnosis, "loader.settings", "correct the file or the variable");
        assertThat(diagnosis.found("loader.settings")).contains("sluice.loader.iam-role", "sluice-copy");
    }

    @Test
    void keyThatIsMisspelt() throws Exception {
        consumer.put("sluice.consumer.steam", "sluice");

        var diagnosis = examine();
        assertFails(diagnosis, "consumer.settings", "every key");
        assertThat(diagnosis.found("consumer.settings")).contains("sluice.consumer.steam");
    }

    @Test
    void journalThatCanNotBeWritten() throws Exception {
        // The kernel's own folder: root may not write there either.
        ingest.put("sluice.ingest.journal.directory", "/proc/journal");

        assertFails(examine(), "journal.folder", "sluice.ingest.journal.directory");
    }

    @Test
    void schemaThatIsBehind() throws Exception {
        try (Connection warehouse = warehouse();
                Statement statement = warehouse.createStatement()) {
            statement.execute("CREATE TABLE doctor_it AS SELECT * FROM schema_version WHERE version = 3");
            statement.execute("DELETE FROM schema_version WHERE version = 3");
            try {
                var diagnosis = examine();
                assertFails(diagnosis, "warehouse.version", "start the loader");
                assertThat(diagnosis.found("warehouse.version")).isEqualTo("migrations [3] are not applied");
                assertThat(diagnosis.found("warehouse.lock")).isEqualTo("needs warehouse.version");
            } finally {
                statement.execute("INSERT INTO schema_version SELECT * FROM doctor_it");
                statement.execute("DROP TABLE doctor_it");
            }
        }
    }

    @Test
    void portThatSomethingElseHas() throws Exception {
        try (var other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ingest.put("server.port", Integer.toString(other.getLocalPort()));

            assertFails(examine(), "ingest.port", "another port");
        }
    }

    @Test
    void endpointThatNeverAnswers_isGivenUp() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            URI address = URI.create("http://127.0.0.1:" + silent.getLocalPort());
            ingest.put("sluice.aws.endpoint.kinesis", address.toString());
            consumer.put("sluice.aws.endpoint.kinesis", address.toString());

            assertFails(examine(), "stream.active", "the region");
        }
    }
}
