package dev.sluice.consumer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;

/**
 * Does ahead of KCL what KCL takes a minute for at an application's first start: the lease table with its index, and a lease at the
 * oldest record for each shard. Harmless when another consumer does the same at the same time, when the table is there, and
 * when an earlier run died in the middle: a table that holds any lease is left alone, and KCL's own audit fills its gaps.
 */
final class LeaseBootstrap {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseBootstrap.class);
    private static final String KEY = "leaseKey";
    private static final String OWNER = "leaseOwner";
    /** The name KCL looks for. */
    private static final String INDEX = "LeaseOwnerToLeaseKeyIndex";
    /** DynamoDB's limit for one transaction. */
    private static final int TRANSACTION_MAX_ITEMS = 100;

    private final DynamoDbAsyncClient dynamoDb;
    private final KinesisAsyncClient kinesis;
    private final String table;
    private final String stream;

    LeaseBootstrap(DynamoDbAsyncClient dynamoDb, KinesisAsyncClient kinesis, String table, String stream) {
        this.dynamoDb = dynamoDb;
        this.kinesis = kinesis;
        this.table = table;
        this.stream = stream;
    }

    /** Blocks until done. A failure is only told: KCL makes by itself whatever is missing, if more slowly. */
    void run() {
        try {
            createTable();
            dynamoDb.waiter().waitUntilTableExists(b -> b.tableName(table)).join();
            if (hasLeases()) {
                return;
            }
            int leases = seed(oldestShards());
            LOG.info("Made {} leases in table {}", leases, table);
        } catch (CompletionException e) {
            LOG.warn("Could not prepare the lease table {}; KCL does it, more slowly", table, e.getCause());
        }
    }

    private void createTable() {
        var request = CreateTableRequest.builder()
                .tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(string(KEY), string(OWNER))
                .keySchema(key(KEY, KeyType.HASH))
                .globalSecondaryIndexes(GlobalSecondaryIndex.builder()
                        .indexName(INDEX)
                        .keySchema(key(OWNER, KeyType.HASH), key(KEY, KeyType.RANGE))
                        .projection(Projection.builder()
                                .projectionType(ProjectionType.KEYS_ONLY)
                                .build())
                        .build())
                .build();
        try {
            dynamoDb.createTable(request).join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof ResourceInUseException)) {
                throw e;
            }
        }
    }

    /** KCL keeps other things in the table too; only leases have a checkpoint. */
    private boolean hasLeases() {
        Map<String, AttributeValue> from = Map.of();
        do {
            var start = from;
            var page = dynamoDb.scan(b -> b.tableName(table)
                            .consistentRead(true)
                            .filterExpression("attribute_exists(checkpoint)")
                            .exclusiveStartKey(start.isEmpty() ? null : start))
                    .join();
            if (page.count() > 0) {
                return true;
            }
            from = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : Map.of();
        } while (!from.isEmpty());
        return false;
    }

    /** Only these: KCL makes the leases of their children when they end, so that no child is read before its parents. */
    private List<Shard> oldestShards() {
        var shards = new ArrayList<Shard>();
        ListShardsRequest request = ListShardsRequest.builder()
                .streamName(stream)
                .shardFilter(ShardFilter.builder()
                        .type(ShardFilterType.AT_TRIM_HORIZON)
                        .build())
                .build();
        while (true) {
            ListShardsResponse page = kinesis.listShards(request).join();
            shards.addAll(page.shards());
            if (page.nextToken() == null) {
                return shards;
            }
            request = ListShardsRequest.builder().nextToken(page.nextToken()).build();
        }
    }

    /** All or none, up to a hundred: a table with some of the leases would wait for KCL's audit. */
    private int seed(List<Shard> shards) {
        int seeded = 0;
        for (int from = 0; from < shards.size(); from += TRANSACTION_MAX_ITEMS) {
            List<TransactWriteItem> puts =
                    shards.subList(from, Math.min(shards.size(), from + TRANSACTION_MAX_ITEMS)).stream()
                            .map(this::put)
                            .toList();
            try {
                dynamoDb.transactWriteItems(b -> b.transactItems(puts)).join();
                seeded += puts.size();
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof TransactionCanceledException)) {
                    throw e;
                }
                LOG.debug("Another consumer makes the same leases");
            }
        }
        return seeded;
    }

    private TransactWriteItem put(Shard shard) {
        var item = new HashMap<String, AttributeValue>();
        item.put(KEY, AttributeValue.fromS(shard.shardId()));
        item.put("leaseCounter", AttributeValue.fromN("0"));
        item.put("ownerSwitchesSinceCheckpoint", AttributeValue.fromN("0"));
        item.put("checkpoint", AttributeValue.fromS("TRIM_HORIZON"));
        item.put("checkpointSubSequenceNumber", AttributeValue.fromN("0"));
        item.put("startingHashKey", AttributeValue.fromS(shard.hashKeyRange().startingHashKey()));
        item.put("endingHashKey", AttributeValue.fromS(shard.hashKeyRange().endingHashKey()));
        item.put("entityType", AttributeValue.fromS("LEASE"));
        return TransactWriteItem.builder()
                .put(Put.builder()
                        .tableName(table)
                        .item(item)
                        .conditionExpression("attribute_not_exists(" + KEY + ")")
                        .build())
                .build();
    }

    private static AttributeDefinition string(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }
}
