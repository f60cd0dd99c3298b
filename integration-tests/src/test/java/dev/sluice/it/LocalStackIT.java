package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.consumer.ConsumerApplication;
import dev.sluice.ingest.IngestApplication;
import dev.sluice.loader.load.LoaderApplication;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;

/** The line on LocalStack's Kinesis, DynamoDB and S3: other people's idea of AWS. Few events, as its Kinesis is slow. */
class LocalStackIT {
    private static final DockerImageName IMAGE = DockerImageName.parse("localstack/localstack:4.14.0");
    private static final int EVENTS = 200;

    @TempDir
    Path data;

    private final List<AutoCloseable> running = new ArrayList<>();

    @BeforeEach
    void needsDocker() {
        boolean docker = DockerClientFactory.instance().isDockerAvailable();
        if (!docker) {
            System.out.println("SKIPPED: no Docker here; LocalStackIT needs it");
        }
        Assumptions.assumeTrue(docker, "no Docker here");
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable part : running.reversed()) {
            part.close();
        }
    }

    @Test
    void pageViews_landOnce() throws Exception {
        var localStack = new LocalStackContainer(IMAGE)
                .withServices("kinesis", "dynamodb", "s3")
                .withEnv("KINESIS_LATENCY", "0");
        localStack.start();
        running.add(localStack);
        URI aws = localStack.getEndpoint();
        makeStreamAndBucket(aws);
        LocalRedshift redshift = LocalRedshift.start(new RedshiftSettings(data.resolve("redshift"), 0, aws));
        running.add(redshift);

        start(LoaderApplication.application(), aws, "--sluice.loader.jdbc-url=" + redshift.jdbcUrl());
        start(ConsumerApplication.application(), aws);
        ConfigurableApplicationContext ingest =
                start(IngestApplication.application(), aws, "--management.server.port=0");
        String port = ingest.getEnvironment().getRequiredProperty("local.server.port");

        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; i < EVENTS; i++) {
                URI pixel = URI.create(
                        "http://127.0.0.1:" + port + "/i?e=pv&p=web&tv=it&url=http%3A%2F%2Fexample.com%2F" + i);
                assertThat(http.send(HttpRequest.newBuilder(pixel).build(), HttpResponse.BodyHandlers.discarding())
                                .statusCode())
                        .isEqualTo(200);
            }
        }
        Awaitility.await("all page views in the warehouse")
                .atMost(Duration.ofMinutes(3))
                .until(() -> pageViews(redshift) >= EVENTS);
        assertThat(pageViews(redshift)).isEqualTo(EVENTS);
    }

    private ConfigurableApplicationContext start(SpringApplicationBuilder application, URI aws, String... own) {
        var arguments = new ArrayList<>(List.of(own));
        arguments.add("--server.port=0");
        for (String service : List.of("kinesis", "dynamodb", "s3")) {
            arguments.add("--sluice.aws.endpoint." + service + "=" + aws);
        }
        ConfigurableApplicationContext context =
                application.profiles("local").registerShutdownHook(false).run(arguments.toArray(String[]::new));
        running.add(context);
        return context;
    }

    private static void makeStreamAndBucket(URI aws) {
        var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
        try (KinesisClient kinesis = KinesisClient.builder()
                        .endpointOverride(aws)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(credentials)
                        .build();
                S3Client s3 = S3Client.builder()
                        .endpointOverride(aws)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(credentials)
                        .forcePathStyle(true)
                        .build()) {
            kinesis.createStream(r -> r.streamName("sluice").shardCount(2));
            kinesis.waiter().waitUntilStreamExists(r -> r.streamName("sluice"));
            s3.createBucket(r -> r.bucket("sluice-local"));
        }
    }

    private static long pageViews(LocalRedshift redshift) throws Exception {
        try (Connection connection = DriverManager.getConnection(redshift.jdbcUrl(), "sluice", "local");
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from page_views")) {
            count.next();
            return count.getLong(1);
        }
    }
}
