package dev.sluice.cli.doctor;

import dev.sluice.common.aws.AwsClients;
import dev.sluice.common.aws.AwsProperties;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * AWS as one service would call it, with less patience. Clients are made when first asked for, so that what is wrong with making
 * them (no region, no credentials) is found by a check. Thread-safe.
 */
final class ServiceClients implements AutoCloseable {
    private static final Duration ATTEMPT = Duration.ofSeconds(4);
    private static final Duration CALL = Duration.ofSeconds(9);

    private final AwsProperties settings;
    private final AwsClients clients;
    private final Deque<SdkAutoCloseable> open = new ArrayDeque<>();
    private @Nullable KinesisClient kinesis;
    private @Nullable DynamoDbClient dynamoDb;
    private @Nullable S3Client s3;

    ServiceClients(AwsProperties settings) {
        this.settings = settings;
        this.clients = new AwsClients(
                new AwsProperties(settings.region(), settings.credentials(), settings.endpoint(), ATTEMPT, CALL));
    }

    AwsProperties settings() {
        return settings;
    }

    /** Whether stand-ins on this machine are called, which have neither identities nor most settings. */
    boolean areStandIns() {
        return settings.credentials() == AwsProperties.Credentials.LOCAL;
    }

    synchronized KinesisClient kinesis() {
        if (kinesis == null) {
            kinesis = build(clients.configure(
                    KinesisClient.builder(), settings.endpoint().kinesis()));
        }
        return kinesis;
    }

    synchronized DynamoDbClient dynamoDb() {
        if (dynamoDb == null) {
            dynamoDb = build(clients.configure(
                    DynamoDbClient.builder(), settings.endpoint().dynamodb()));
        }
        return dynamoDb;
    }

    synchronized S3Client s3() {
        if (s3 == null) {
            var endpoint = settings.endpoint().s3();
            s3 = build(clients.configure(S3Client.builder().forcePathStyle(endpoint != null), endpoint));
        }
        return s3;
    }

    synchronized StsClient sts() {
        return build(clients.configure(StsClient.builder(), null));
    }

    synchronized IamClient iam() {
        return build(clients.configure(IamClient.builder(), null));
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C extends SdkAutoCloseable> C build(
            B builder) {
        C client = builder.httpClientBuilder(
                        ApacheHttpClient.builder().connectionTimeout(ATTEMPT).socketTimeout(ATTEMPT))
                .build();
        open.push(client);
        return client;
    }

    @Override
    public synchronized void close() {
        open.forEach(SdkAutoCloseable::close);
    }
}
