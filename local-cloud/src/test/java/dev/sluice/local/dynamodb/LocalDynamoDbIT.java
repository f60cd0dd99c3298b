package dev.sluice.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.ChildJvm;
import dev.sluice.local.Loopback;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

class LocalDynamoDbIT {
    private static final String TABLE = "leases";
    private static final String INDEX = "by-owner";

    @TempDir
    Path dir;

    @Test
    void query_findsByIndexWhatWasPut() throws IOException {
        try (LocalDynamoDb dynamoDb = LocalDynamoDb.start(dir, 0);
                DynamoDbClient client = client(dynamoDb.endpoint())) {
            createTable(client);
            put(client, "shard-0", "worker-a");
            put(client, "shard-1", "worker-b");
            put(client, "shard-2", "worker-a");

            List<Map<String, AttributeValue>> found = client.query(request -> request.tableName(TABLE)
                            .indexName(INDEX)
                            .keyConditionExpression("leaseOwner = :owner")
                            .expressionAttributeValues(Map.of(":owner", AttributeValue.fromS("worker-a"))))
                    .items();

            assertThat(found)
                    .extracting(item -> item.get("leaseKey"))
                    .containsExactly(AttributeValue.fromS("shard-0"), AttributeValue.fromS("shard-2"));
        }
    }

    @Test
    void update_refusesWhenItsConditionFails() throws IOException {
        try (LocalDynamoDb dynamoDb = LocalDynamoDb.start(dir, 0);
                DynamoDbClient client = client(dynamoDb.endpoint())) {
            createTable(client);
            put(client, "shard-0", "worker-a");

            takeOver(client, "shard-0", "worker-a", "worker-b");

            assertThatThrownBy(() -> takeOver(client, "shard-0", "worker-a", "worker-c"))
                    .isInstanceOf(ConditionalCheckFailedException.class);
            assertThat(owner(client, "shard-0")).isEqualTo("worker-b");
        }
    }

    @Test
    void describeTable_refusesAnUnknownTable() throws IOException {
        try (LocalDynamoDb dynamoDb = LocalDynamoDb.start(dir, 0);
                DynamoDbClient client = client(dynamoDb.endpoint())) {
            assertThatThrownBy(() -> client.describeTable(request -> request.tableName("nowhere")))
                    .isInstanceOf(ResourceNotFoundException.class);
        }
    }

    @Test
    void start_findsTheTablesAgainForAnyRegionAndCredentials() throws IOException {
        try (LocalDynamoDb dynamoDb = LocalDynamoDb.start(dir, 0);
                DynamoDbClient client = client(dynamoDb.endpoint())) {
            createTable(client);
            put(client, "shard-0", "worker-a");
        }
        try (LocalDynamoDb dynamoDb = LocalDynamoDb.start(dir, 0);
                DynamoDbClient client = client(dynamoDb.endpoint(), Region.EU_CENTRAL_1, "other")) {
            assertThat(owner(client, "shard-0")).isEqualTo("worker-a");
        }
    }

    @Test
    void kill_losesNothingThatWasAcknowledged() throws Exception {
        int puts = 200;
        try (ChildJvm child = ChildJvm.start(LocalDynamoDbMain.class, dir.toString())) {
            URI endpoint = URI.create("http://127.0.0.1:" + child.await("ready "));
            try (DynamoDbClient client = client(endpoint)) {
                createTable(client);
                for (int i = 0; i < puts; i++) {
                    put(client, "shard-" + i, "worker-a");
                }
                takeOver(client, "shard-0", "worker-a", "worker-b");
            }
            child.kill();
        }
        try (LocalDynamoDb dynamoDb = LocalDynamoDb.start(dir, 0);
                DynamoDbClient client = client(dynamoDb.endpoint())) {
            for (int i = 1; i < puts; i++) {
                assertThat(owner(client, "shard-" + i)).isEqualTo("worker-a");
            }
            assertThat(owner(client, "shard-0")).isEqualTo("worker-b");
        }
    }

    @Test
    void port_answersOnLoopbackOnly() throws IOException {
        try (LocalDynamoDb dynamoDb = LocalDynamoDb.start(dir, 0)) {
            Loopback.assertOnlyThere(dynamoDb.port());
        }
    }

    @Test
    void start_namesThePortThatIsTaken(@TempDir Path second) throws IOException {
        try (LocalDynamoDb dynamoDb = LocalDynamoDb.start(dir, 0)) {
            int port = dynamoDb.port();
            assertThatThrownBy(() -> LocalDynamoDb.start(second, port))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("DynamoDB can't listen on 127.0.0.1:" + port);
        }
    }

    @Test
    void child_writesNothingOutsideItsDirectory(@TempDir Path temporary, @TempDir Path home) throws Exception {
        Set<String> before = userFiles();
        try (ChildJvm child = ChildJvm.start(
                List.of("-Djava.io.tmpdir=" + temporary, "-Duser.home=" + home),
                LocalDynamoDbMain.class,
                dir.toString())) {
            URI endpoint = URI.create("http://127.0.0.1:" + child.await("ready "));
            try (DynamoDbClient client = client(endpoint)) {
                createTable(client);
                put(client, "shard-0", "worker-a");
            }
            child.kill();
        }
        assertThat(names(temporary)).isEmpty();
        assertThat(names(home)).isEmpty();
        assertThat(userFiles()).isEqualTo(before);
        assertThat(names(dir)).contains("shared-local-instance.db");
    }

    /** The working directory, where DynamoDB Local puts its files when told nothing else. */
    private static Set<String> userFiles() throws IOException {
        return names(Path.of(""));
    }

    private static Set<String> names(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    @SuppressWarnings("unchecked") // the SDK's varargs of Consumer
    private static void createTable(DynamoDbClient client) {
        client.createTable(request -> request.tableName(TABLE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        attribute -> attribute.attributeName("leaseKey").attributeType(ScalarAttributeType.S),
                        attribute -> attribute.attributeName("leaseOwner").attributeType(ScalarAttributeType.S))
                .keySchema(key -> key.attributeName("leaseKey").keyType(KeyType.HASH))
                .globalSecondaryIndexes(index -> index.indexName(INDEX)
                        .keySchema(
                                key -> key.attributeName("leaseOwner").keyType(KeyType.HASH),
                                key -> key.attributeName("leaseKey").keyType(KeyType.RANGE))
                        .projection(projection -> projection.projectionType(ProjectionType.KEYS_ONLY))));
    }

    private static void put(DynamoDbClient client, String lease, String owner) {
        client.putItem(request -> request.tableName(TABLE)
                .item(Map.of(
                        "leaseKey", AttributeValue.fromS(lease),
                        "leaseOwner", AttributeValue.fromS(owner))));
    }

    private static void takeOver(DynamoDbClient client, String lease, String from, String to) {
        client.updateItem(request -> request.tableName(TABLE)
                .key(Map.of("leaseKey", AttributeValue.fromS(lease)))
                .updateExpression("SET leaseOwner = :to")
                .conditionExpression("leaseOwner = :from")
                .expressionAttributeValues(
                        Map.of(":from", AttributeValue.fromS(from), ":to", AttributeValue.fromS(to))));
    }

    private static String owner(DynamoDbClient client, String lease) {
        return client.getItem(request -> request.tableName(TABLE)
                        .consistentRead(true)
                        .key(Map.of("leaseKey", AttributeValue.fromS(lease))))
                .item()
                .getOrDefault("leaseOwner", AttributeValue.fromS("(gone)"))
                .s();
    }

    private static DynamoDbClient client(URI endpoint) {
        return client(endpoint, Region.US_EAST_1, "local");
    }

    private static DynamoDbClient client(URI endpoint, Region region, String accessKey) {
        return DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(region)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, "secret")))
                .httpClient(ApacheHttpClient.create())
                .build();
    }
}
