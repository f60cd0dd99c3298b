package dev.sluice.loader.login;

import java.sql.SQLException;
import software.amazon.awssdk.services.redshift.RedshiftClient;
import software.amazon.awssdk.services.redshift.model.GetClusterCredentialsResponse;

/**
 * Temporary passwords of a cluster's user, who is there already: tables stay his, whichever way he logs in. (The other call of that
 * kind, GetClusterCredentialsWithIAM, makes a user of the role's name.)
 */
public final class AwsClusterLogins implements LoginSource {
    private final RedshiftClient redshift;
    private final WarehouseAddress cluster;
    private final String username;

    public AwsClusterLogins(RedshiftClient redshift, WarehouseAddress cluster, String username) {
        this.redshift = redshift;
        this.cluster = cluster;
        this.username = username;
    }

    @Override
    public Login read() throws SQLException {
        GetClusterCredentialsResponse answer = AwsCall.of(
                "asking for a log-in to the cluster " + cluster.name(),
                () -> redshift.getClusterCredentials(request -> request.clusterIdentifier(cluster.name())
                        .dbUser(username)
                        .dbName(cluster.database())
                        .autoCreate(false)));
        return AwsCall.temporary(answer.dbUser(), answer.dbPassword(), answer.expiration());
    }

    @Override
    public void close() {
        redshift.close();
    }
}
