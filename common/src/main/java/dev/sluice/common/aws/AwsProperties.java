package dev.sluice.common.aws;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How to reach AWS, or its stand-ins. Keys {@code sluice.aws.*}.
 *
 * @param region null takes the SDK's default chain
 * @param credentials where credentials come from
 * @param endpoint per service, null is the service's own
 * @param attemptTimeout one attempt of one call
 * @param callTimeout a call with all its attempts
 */
@Validated
@ConfigurationProperties(value = "sluice.aws", ignoreUnknownFields = false)
public record AwsProperties(
        @Nullable String region,
        @DefaultValue("CHAIN") Credentials credentials,
        @DefaultValue Endpoint endpoint,
        @DefaultValue("2s") Duration attemptTimeout,
        @DefaultValue("6s") Duration callTimeout) {

    /** Where credentials come from. */
    public enum Credentials {
        /** The SDK's default chain: on AWS the role of the task or instance. */
        CHAIN,
        /** Fixed dummy ones, accepted by local stand-ins only; every endpoint must then be on loopback. */
        LOCAL
    }

    public record Endpoint(
            @Nullable URI kinesis,
            @Nullable URI dynamodb,
            @Nullable URI s3,
            @Nullable URI cloudwatch) {}

    public AwsProperties {
        if (!attemptTimeout.isPositive() || callTimeout.compareTo(attemptTimeout) < 0) {
            throw new IllegalArgumentException(
                    "sluice.aws: 0 < attempt-timeout <= call-timeout, not " + attemptTimeout + " and " + callTimeout);
        }
        if (credentials == Credentials.LOCAL) {
            requireLoopback("kinesis", endpoint.kinesis());
            requireLoopback("dynamodb", endpoint.dynamodb());
            requireLoopback("s3", endpoint.s3());
        }
    }

    private static void requireLoopback(String service, @Nullable URI endpoint) {
        if (endpoint == null || !isLoopback(endpoint.getHost())) {
            throw new IllegalArgumentException("sluice.aws.credentials=local is for stand-ins on this machine: set"
                    + " sluice.aws.endpoint." + service + " to a loopback address, not " + endpoint);
        }
    }

    private static boolean isLoopback(@Nullable String host) {
        return host != null && (host.equals("localhost") || host.equals("[::1]") || host.startsWith("127."));
    }
}
