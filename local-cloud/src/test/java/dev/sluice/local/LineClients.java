package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.s3.S3Client;

/** Leaves something in each part of a cloud, and looks whether it is there: with the clients that the services use. */
final class LineClients implements AutoCloseable {
    private static final String LEASES = "leases";
    private static final String KEY = "staged/views.csv";

    private final LocalCloudSettings names;
    private final KinesisClient kinesis;
    private final DynamoDbClient dynamoDb;
    private final S3Client s3;
    private final String jdbcUrl;

    LineClients(LocalCloudSettings names, URI kinesis, URI dynamoDb, URI s3, String jdbcUrl) {
        this.names = names;
        this.kinesis = configure(KinesisClient.builder(), kinesis)
                .httpClient(ApacheHttpClient.create())
                .build();
        this.dynamoDb = configure(DynamoDbClient.builder(), dynamoDb)
                .httpClient(ApacheHttpClient.create())
                .build();
        this.s3 = configure(S3Client.builder(), s3)
                .forcePathStyle(true)
                .httpClient(ApacheHttpClient.create())
                .build();
        this.jdbcUrl = jdbcUrl;
    }

    static LineClients of(LocalCloud cloud) {
        return new LineClients(
                cloud.settings(),
                cloud.kinesisEndpoint(),
                cloud.dynamoDbEndpoint(),
                cloud.s3Endpoint(),
                cloud.jdbcUrl());
    }

    @SuppressWarnings("unchecked") // the SDK's varargs of Consumer
    void makeTables() throws SQLException {
        dynamoDb.createTable(request -> request.tableName(LEASES)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(attribute -> attribute.attributeName("id").attributeType(ScalarAttributeType.S))
                .keySchema(key -> key.attributeName("id").keyType(KeyType.HASH)));
        execute("create table views (id int, url varchar(100))");
    }

    /** A record, an item, an object, and the object's row by COPY. */
    void leave(int id) throws SQLException {
        kinesis.putRecord(request -> request.streamName(names.stream())
                .partitionKey("p" + id)
                .data(SdkBytes.fromUtf8String("record " + id)));
        dynamoDb.putItem(request -> request.tableName(LEASES).item(Map.of("id", AttributeValue.fromS("item " + id))));
        s3.putObject(
                request -> request.bucket(names.bucket()).key(KEY + id),
                RequestBody.fromString(id + ",/page" + id + "\n"));
        execute("copy views from 's3://" + names.bucket() + "/" + KEY + id + "' iam_role default csv");
    }

    void assertThere(int id) throws SQLException {
        assertThat(records()).containsOnlyOnce("record " + id);
        assertThat(dynamoDb.getItem(request -> request.tableName(LEASES)
                                .consistentRead(true)
                                .key(Map.of("id", AttributeValue.fromS("item " + id))))
                        .item())
                .isNotEmpty();
        assertThat(s3.getObjectAsBytes(request -> request.bucket(names.bucket()).key(KEY + id))
                        .asUtf8String())
                .isEqualTo(id + ",/page" + id + "\n");
        assertThat(rows(id)).containsExactly("/page" + id);
    }

    int shards() {
        return kinesis.listShards(request -> request.streamName(names.stream()))
                .shards()
                .size();
    }

    private List<String> records() {
        List<String> records = new ArrayList<>();
        for (Shard shard : kinesis.listShards(request -> request.streamName(names.stream()))
                .shards()) {
            String iterator = kinesis.getShardIterator(request -> request.streamName(names.stream())
                            .shardId(shard.shardId())
                            .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                    .shardIterator();
            kinesis.getRecords(request -> request.shardIterator(iterator)).records().stream()
                    .map(Record::data)
                    .map(SdkBytes::asUtf8String)
                    .forEach(records::add);
        }
        return records;
    }

    private List<String> rows(int id) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select url from views where id = " + id)) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl, "sluice", "");
    }

    private static <B extends AwsClientBuilder<B, ?>> B configure(B builder, URI endpoint) {
        return builder.endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")));
    }

    @Override
    public void close() {
        kinesis.close();
        dynamoDb.close();
        s3.close();
    }
}
