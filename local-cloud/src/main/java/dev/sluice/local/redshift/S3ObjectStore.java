package dev.sluice.local.redshift;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** COPY's objects from an S3 endpoint on this machine. */
final class S3ObjectStore implements ObjectStore {
    /** A COPY that names more objects than this is a mistake here. */
    private static final int MAX_OBJECTS = 100_000;
    /** Bounds how long a COPY waits for S3's next byte, since a blocked read can't be cancelled. */
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

    private final S3Client s3;

    S3ObjectStore(URI endpoint) {
        s3 = S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .forcePathStyle(true)
                .httpClientBuilder(ApacheHttpClient.builder()
                        .maxConnections(100)
                        .connectionTimeout(Duration.ofSeconds(5))
                        .socketTimeout(READ_TIMEOUT))
                .build();
    }

    @Override
    public InputStream open(Location location) throws IOException {
        try {
            return new TranslatingStream(
                    s3.getObject(get -> get.bucket(location.bucket()).key(location.key())));
        } catch (SdkException e) {
            throw translate(e, location);
        }
    }

    @Override
    public boolean exists(Location location) throws IOException {
        try {
            s3.headObject(head -> head.bucket(location.bucket()).key(location.key()));
            return true;
        } catch (SdkException e) {
            IOException failure = translate(e, location);
            if (failure instanceof MissingException) {
                return false;
            }
            throw failure;
        }
    }

    @Override
    public List<Location> list(Location prefix) throws IOException {
        try {
            var found = new ArrayList<Location>();
            for (S3Object object : s3.listObjectsV2Paginator(
                            list -> list.bucket(prefix.bucket()).prefix(prefix.key()))
                    .contents()) {
                found.add(new Location(prefix.bucket(), object.key()));
                if (found.size() > MAX_OBJECTS) {
                    throw new IOException("more than " + MAX_OBJECTS + " objects under " + prefix.uri());
                }
            }
            found.sort(Comparator.comparing(Location::key));
            return found;
        } catch (SdkException e) {
            throw translate(e, prefix);
        }
    }

    private static IOException translate(SdkException e, Location location) {
        if (e instanceof S3Exception s3e && s3e.statusCode() == 404) {
            return new MissingException(location);
        }
        return new IOException("S3 could not be read: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        s3.close();
    }

    /** The SDK may also fail while the object is read, when its checksum is wrong for one. */
    private static final class TranslatingStream extends FilterInputStream {
        TranslatingStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (SdkException e) {
                throw new IOException("S3 could not be read: " + e.getMessage(), e);
            }
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            try {
                return super.read(buffer, from, length);
            } catch (SdkException e) {
                throw new IOException("S3 could not be read: " + e.getMessage(), e);
            }
        }
    }
}
