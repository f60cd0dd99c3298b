package dev.sluice.local;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/** Makes what the line expects to find: its stream and its bucket. What is there already stays as it is. */
final class Line {
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final Duration ACTIVE_WITHIN = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Line() {}

    static void makeStream(URI endpoint, String stream, int shards) throws InterruptedException {
        try (KinesisClient kinesis = configure(KinesisClient.builder(), endpoint)
                .httpClient(ApacheHttpClient.create())
                .build()) {
            try {
                kinesis.describeStreamSummary(request -> request.streamName(stream));
            } catch (ResourceNotFoundException e) {
                kinesis.createStream(request -> request.streamName(stream).shardCount(shards));
            }
            awaitActive(kinesis, stream);
        }
    }

    private static void awaitActive(KinesisClient kinesis, String stream) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + ACTIVE_WITHIN.toNanos();
        while (kinesis.describeStreamSummary(request -> request.streamName(stream))
                        .streamDescriptionSummary()
                        .streamStatus()
                != StreamStatus.ACTIVE) {
            if (deadlineNanos - System.nanoTime() <= 0) {
                throw new IllegalStateException("not active after " + ACTIVE_WITHIN.toSeconds() + " s");
            }
            Thread.sleep(PAUSE);
        }
    }

    static void makeBucket(URI endpoint, String bucket) {
        try (S3Client s3 = configure(S3Client.builder(), endpoint)
                .forcePathStyle(true)
                .httpClient(ApacheHttpClient.create())
                .build()) {
            try {
                s3.headBucket(request -> request.bucket(bucket));
            } catch (NoSuchBucketException e) {
                s3.createBucket(request -> request.bucket(bucket));
            }
        }
    }

    private static <B extends AwsClientBuilder<B, ?>> B configure(B builder, URI endpoint) {
        return builder.endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .overrideConfiguration(ClientOverrideConfiguration.builder()
                        .apiCallAttemptTimeout(CALL)
                        .apiCallTimeout(CALL)
                        .retryStrategy(
                                StandardRetryStrategy.builder().maxAttempts(2).build())
                        .build());
    }
}
