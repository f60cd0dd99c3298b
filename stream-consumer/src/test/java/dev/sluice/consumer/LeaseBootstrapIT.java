package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeaseBootstrapIT {
    private Standins standins;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        standins = new Standins(dir);
        standins.createStream("stream", 4);
    }

    @AfterAll
    void stop() throws Exception {
        standins.close();
    }

    private LeaseBootstrap bootstrap(String table) {
        return new LeaseBootstrap(standins.dynamoDbClient, standins.kinesisClient, table, "stream");
    }

    private List<Map<String, AttributeValue>> leases(String table) {
        return standins.dynamoDbClient
                .scan(b -> b.tableName(table).consistentRead(true))
                .join()
                .items();
    }

    @Test
    void run_makesTheTableWithItsIndex_andALeaseForEachShard() {
        bootstrap("fresh").run();
        var table = standins.dynamoDbClient
                .describeTable(b -> b.tableName("fresh"))
                .join()
                .table();
        assertThat(table.globalSecondaryIndexes()).singleElement().satisfies(index -> {
            assertThat(index.indexName()).isEqualTo("LeaseOwnerToLeaseKeyIndex");
            assertThat(index.indexStatus()).isEqualTo(IndexStatus.ACTIVE);
        });
        assertThat(leases("fresh"))
                .hasSize(4)
                .allSatisfy(lease -> assertThat(lease)
                        .containsEntry("checkpoint", AttributeValue.fromS("TRIM_HORIZON"))
                        .doesNotContainKey("leaseOwner"));
    }

    @Test
    void run_isHarmless_whenSeveralDoItAtOnce() {
        CompletableFuture.allOf(IntStream.range(0, 6)
                        .mapToObj(i -> CompletableFuture.runAsync(
                                () -> bootstrap("race").run()))
                        .toArray(CompletableFuture[]::new))
                .join();
        assertThat(leases("race")).hasSize(4);
    }

    @Test
    void run_leavesATableWithALeaseAlone() {
        bootstrap("used").run();
        var one = leases("used").getFirst().get("leaseKey");
        standins.dynamoDbClient
                .deleteItem(b -> b.tableName("used").key(Map.of("leaseKey", one)))
                .join();
        bootstrap("used").run();
        assertThat(leases("used")).hasSize(3);
    }

    @Test
    void run_fillsATableThatAnEarlierRunLeftEmpty_orThatHoldsOtherThings() {
        standins.dynamoDbClient
                .createTable(b -> b.tableName("half")
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(AttributeDefinition.builder()
                                .attributeName("leaseKey")
                                .attributeType(ScalarAttributeType.S)
                                .build())
                        .keySchema(KeySchemaElement.builder()
                                .attributeName("leaseKey")
                                .keyType(KeyType.HASH)
                                .build()))
                .join();
        standins.dynamoDbClient
                .putItem(b -> b.tableName("half")
                        .item(Map.of("leaseKey", AttributeValue.fromS("leader"), "x", AttributeValue.fromS("y"))))
                .join();
        bootstrap("half").run();
        assertThat(leases("half")).hasSize(5);
    }

    @Test
    void run_seedsParentsOnly_soThatNoChildIsReadFirst() {
        standins.createStream("split", 1);
        standins.kinesisClient
                .splitShard(b -> b.streamName("split")
                        .shardToSplit("shardId-000000000000")
                        .newStartingHashKey("170141183460469231731687303715884105728"))
                .join();
        new LeaseBootstrap(standins.dynamoDbClient, standins.kinesisClient, "split", "split").run();
        assertThat(leases("split"))
                .singleElement()
                .satisfies(lease ->
                        assertThat(lease).containsEntry("leaseKey", AttributeValue.fromS("shardId-000000000000")));
    }

    @Test
    void run_onlyTells_whenDynamoDbIsAway() {
        try (var away = DynamoDbAsyncClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:1"))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(standins.http)
                .build()) {
            new LeaseBootstrap(away, standins.kinesisClient, "t", "stream").run();
        }
    }
}
