package dev.sluice.local.kinesis;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.KinesisClientBuilder;

/** Clients of an endpoint as a service would have them. */
final class TestClients {
    private TestClients() {}

    /** Retries what the SDK thinks may be retried. */
    static KinesisClient of(URI endpoint) {
        return of(endpoint, new SentFormats());
    }

    static KinesisClient of(URI endpoint, SentFormats sent) {
        return builder(endpoint)
                .overrideConfiguration(c -> c.addExecutionInterceptor(sent)
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(8)
                                .build()))
                .build();
    }

    /** Shows every answer to its caller. */
    static KinesisClient withoutRetries(URI endpoint) {
        return builder(endpoint)
                .overrideConfiguration(
                        c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(Duration.ofSeconds(20)))
                .build();
    }

    /** The SDK looks at the setting once, when a client is built. */
    static KinesisClient speakingJson(URI endpoint, SentFormats sent) {
        String property = SdkSystemSetting.CBOR_ENABLED.property();
        System.setProperty(property, "false");
        try {
            return of(endpoint, sent);
        } finally {
            System.clearProperty(property);
        }
    }

    private static KinesisClientBuilder builder(URI endpoint) {
        return KinesisClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")));
    }
}
