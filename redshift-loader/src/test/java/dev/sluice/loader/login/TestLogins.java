package dev.sluice.loader.login;

import dev.sluice.loader.login.WarehouseAddress.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Properties;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.redshift.RedshiftClient;
import software.amazon.awssdk.services.redshiftserverless.RedshiftServerlessClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Sources that ask a stand-in, and its answers in AWS's form: temporary log-ins that end at 09:15. */
final class TestLogins {
    static final String SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:warehouse-AbCdEf";
    static final Instant EXPIRATION = Instant.parse("2026-11-23T09:15:00Z");

    private TestLogins() {}

    static LoginSource ofCluster(AwsStandIn aws) {
        return new AwsClusterLogins(
                at(aws, RedshiftClient.builder()).build(),
                new WarehouseAddress(Kind.CLUSTER, "clicks", "eu-west-1", "dev"),
                "sluice_loader");
    }

    static LoginSource ofWorkgroup(AwsStandIn aws) {
        return new AwsWorkgroupLogins(
                at(aws, RedshiftServerlessClient.builder()).build(),
                new WarehouseAddress(Kind.WORKGROUP, "clicks", "eu-west-1", "dev"));
    }

    static LoginSource ofSecret(AwsStandIn aws) {
        return new AwsSecretLogins(at(aws, SecretsManagerClient.builder()).build(), SECRET);
    }

    static String clusterAnswer(String password) {
        return "<GetClusterCredentialsResponse xmlns=\"http://redshift.amazonaws.com/doc/2012-12-01/\">"
                + "<GetClusterCredentialsResult><DbUser>IAM:sluice_loader</DbUser><DbPassword>" + password
                + "</DbPassword><Expiration>" + EXPIRATION + "</Expiration></GetClusterCredentialsResult>"
                + "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetClusterCredentialsResponse>";
    }

    static String workgroupAnswer(String password) {
        return "{\"dbUser\":\"IAMR:sluice-loader\",\"dbPassword\":\"" + password + "\",\"expiration\":"
                + EXPIRATION.getEpochSecond() + "}";
    }

    static String secretAnswer(String secret) {
        return "{\"ARN\":\"" + SECRET + "\",\"Name\":\"warehouse\",\"SecretString\":\"" + secret.replace("\"", "\\\"")
                + "\"}";
    }

    static String secretAnswer(String username, String password) {
        return secretAnswer("{\"username\":\"" + username + "\",\"password\":\"" + password + "\"}");
    }

    /** Connections that the loader would open, but without TLS. */
    static LoginDataSource connections(String jdbcUrl, LoginSource logins, InstantSource clock) {
        return new LoginDataSource(jdbcUrl, new Properties(), logins, clock);
    }

    private static <B extends AwsClientBuilder<B, ?> & AwsSyncClientBuilder<B, ?>> B at(AwsStandIn aws, B builder) {
        return builder.endpointOverride(aws.endpoint())
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .overrideConfiguration(override -> override.apiCallTimeout(Duration.ofSeconds(20)))
                .httpClientBuilder(ApacheHttpClient.builder());
    }
}
