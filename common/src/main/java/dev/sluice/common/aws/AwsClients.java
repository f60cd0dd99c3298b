package dev.sluice.common.aws;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;

/**
 * Gives every AWS client of the process the same region, credentials, timeouts and retry strategy. Retries are explicit because
 * the SDK's defaults change between releases.
 */
public final class AwsClients {
    /** Callers own retries (they know what is safe to repeat); the SDK only smooths one bad connection. */
    private static final int SDK_ATTEMPTS = 2;

    private final AwsProperties properties;

    public AwsClients(AwsProperties properties) {
        this.properties = properties;
    }

    /** Applies the common settings; the caller adds its HTTP client and builds. */
    public <B extends AwsClientBuilder<B, ?>> B configure(B builder, @Nullable URI endpoint) {
        builder.credentialsProvider(credentials());
        if (properties.region() != null) {
            builder.region(Region.of(properties.region()));
        }
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return builder.overrideConfiguration(ClientOverrideConfiguration.builder()
                .apiCallAttemptTimeout(properties.attemptTimeout())
                .apiCallTimeout(properties.callTimeout())
                .retryStrategy(StandardRetryStrategy.builder()
                        .maxAttempts(SDK_ATTEMPTS)
                        .build())
                .build());
    }

    public AwsCredentialsProvider credentials() {
        return switch (properties.credentials()) {
            case CHAIN -> DefaultCredentialsProvider.builder().build();
            case LOCAL -> StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
        };
    }
}
