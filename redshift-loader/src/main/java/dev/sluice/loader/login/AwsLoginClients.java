package dev.sluice.loader.login;

import dev.sluice.common.aws.AwsClients;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.redshift.RedshiftClient;
import software.amazon.awssdk.services.redshiftserverless.RedshiftServerlessClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Makes the sources that ask AWS, each with a client of its own in the region where the asked one lives. */
public final class AwsLoginClients {
    private static final int REGION_OF_ARN = 3;

    private final AwsClients clients;

    public AwsLoginClients(AwsClients clients) {
        this.clients = clients;
    }

    /** @param username of a cluster; a workgroup's comes with the log-in */
    public LoginSource temporary(WarehouseAddress address, String username) {
        return switch (address.kind()) {
            case CLUSTER ->
                new AwsClusterLogins(
                        in(address.region(), RedshiftClient.builder()).build(), address, username);
            case WORKGROUP ->
                new AwsWorkgroupLogins(
                        in(address.region(), RedshiftServerlessClient.builder()).build(), address);
        };
    }

    public LoginSource secret(String arn) {
        String region = arn.split(":")[REGION_OF_ARN];
        return new AwsSecretLogins(in(region, SecretsManagerClient.builder()).build(), arn);
    }

    private <B extends AwsClientBuilder<B, ?> & AwsSyncClientBuilder<B, ?>> B in(String region, B builder) {
        // Named, as several may be on the class path.
        return clients.configure(builder, null).region(Region.of(region)).httpClientBuilder(ApacheHttpClient.builder());
    }
}
