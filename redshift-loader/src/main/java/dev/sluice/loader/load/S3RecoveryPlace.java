package dev.sluice.loader.load;

import dev.sluice.loader.staging.StagingLayout;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Where the files are that a recovery copies.
 *
 * @param layout in it the manifests lie too, and what is asked of the warehouse; the run's own
 * @param iamRole as COPY is to be told
 */
public record S3RecoveryPlace(S3Client s3, StagingLayout layout, String iamRole) {
    BatchStore store() {
        return new S3BatchStore(s3, layout);
    }
}
