package dev.sluice.loader.staging;

import dev.sluice.common.aws.AwsClients;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Makes the S3 client that staging, and whoever reads what was staged, calls. */
public final class StagingClients {
    private static final int CONNECTIONS = 50;

    private StagingClients() {}

    /** @param endpoint of a stand-in, which has no host per bucket; null is S3's own */
    public static S3Client s3(AwsClients clients, @Nullable URI endpoint) {
        return clients.configure(S3Client.builder(), endpoint)
                // Named, as several may be on the class path.
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(CONNECTIONS))
                .forcePathStyle(endpoint != null)
                .build();
    }
}
