package dev.sluice.loader.login;

import java.sql.SQLException;
import software.amazon.awssdk.services.redshiftserverless.RedshiftServerlessClient;
import software.amazon.awssdk.services.redshiftserverless.model.GetCredentialsResponse;

/** Temporary log-ins to a workgroup of Redshift Serverless. The user is the role that asks: {@code IAMR:name-of-the-role}. */
public final class AwsWorkgroupLogins implements LoginSource {
    private final RedshiftServerlessClient redshift;
    private final WarehouseAddress workgroup;

    public AwsWorkgroupLogins(RedshiftServerlessClient redshift, WarehouseAddress workgroup) {
        this.redshift = redshift;
        this.workgroup = workgroup;
    }

    @Override
    public Login read() throws SQLException {
        GetCredentialsResponse answer = AwsCall.of(
                "asking for a log-in to the workgroup " + workgroup.name(),
                () -> redshift.getCredentials(
                        request -> request.workgroupName(workgroup.name()).dbName(workgroup.database())));
        return AwsCall.temporary(answer.dbUser(), answer.dbPassword(), answer.expiration());
    }

    @Override
    public void close() {
        redshift.close();
    }
}
