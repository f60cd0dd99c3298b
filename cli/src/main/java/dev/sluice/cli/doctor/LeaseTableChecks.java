package dev.sluice.cli.doctor;

import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** KCL's three tables: the leases, the workers' metrics, the leader; new applications have all three in the first. Writes are tried on conditions that never hold. */
final class LeaseTableChecks {
    private static final String ADVICE =
            "grant what Leases of ConsumerRole in deploy/aws/access.yml does, on the table and its indexes, to the role of the consumer";

    /** No lease, worker or leader is called so. */
    private static final String NOBODY = "sluice-doctor";

    private final ServiceClients clients;
    private final String application;

    LeaseTableChecks(ServiceClients clients, String application) {
        this.clients = clients;
        this.application = application;
    }

    List<Check> all() {
        return List.of(
                table("consumer.leases", application),
                table("consumer.worker-metrics", application + "-WorkerMetricStats"),
                table("consumer.leader", application + "-CoordinatorState"),
                Check.of(
                        "consumer.cloudwatch",
                        "whether the right to write metrics is needed",
                        "none is needed",
                        () -> Finding.skipped("KCL's own metrics are off, so CloudWatch is never called")));
    }

    private Check table(String name, String table) {
        return Check.of(
                name,
                "DescribeTable, Scan, Query, GetItem, and writes that no item meets, in " + table,
                ADVICE,
                () -> rights(table));
    }

    private Finding rights(String table) {
        TableDescription description;
        try {
            description =
                    clients.dynamoDb().describeTable(r -> r.tableName(table)).table();
        } catch (ResourceNotFoundException _) {
            return Finding.skipped(table + " is not there: KCL makes it when it first needs it");
        }
        if (description.tableStatus() != TableStatus.ACTIVE && description.tableStatus() != TableStatus.UPDATING) {
            return Finding.fail(table + " is " + description.tableStatus(), "wait until the table is ACTIVE");
        }
        String key = hashKey(description.keySchema());
        Map<String, AttributeValue> nobody = Map.of(key, AttributeValue.fromS(NOBODY));
        var dynamoDb = clients.dynamoDb();
        dynamoDb.scan(r -> r.tableName(table).limit(1));
        dynamoDb.getItem(r -> r.tableName(table).key(nobody));
        refused(() -> dynamoDb.putItem(r -> r.tableName(table).item(nobody).conditionExpression(exists(key))));
        refused(() -> dynamoDb.deleteItem(r -> r.tableName(table).key(nobody).conditionExpression(exists(key))));
        refused(() -> dynamoDb.updateItem(r ->
                r.tableName(table).key(nobody).updateExpression("REMOVE doctor").conditionExpression(exists(key))));
        for (var index : description.globalSecondaryIndexes()) {
            String owner = hashKey(index.keySchema());
            dynamoDb.query(r -> r.tableName(table)
                    .indexName(index.indexName())
                    .limit(1)
                    .keyConditionExpression(owner + " = :nobody")
                    .expressionAttributeValues(Map.of(":nobody", AttributeValue.fromS(NOBODY))));
        }
        return Finding.ok(table + " can be read and written");
    }

    private static String exists(String key) {
        return "attribute_exists(" + key + ")";
    }

    private static String hashKey(List<KeySchemaElement> schema) {
        return schema.stream()
                .filter(element -> element.keyType() == KeyType.HASH)
                .findFirst()
                .orElseThrow()
                .attributeName();
    }

    /** The right is looked at before the condition. */
    private static void refused(Runnable write) {
        try {
            write.run();
            throw new IllegalStateException("a write went through whose condition does not hold");
        } catch (ConditionalCheckFailedException _) {
            // As it must be.
        }
    }
}
