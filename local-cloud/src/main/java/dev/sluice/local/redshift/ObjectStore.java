package dev.sluice.local.redshift;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** What COPY needs of S3. Thread-safe. */
interface ObjectStore extends AutoCloseable {
    /** Where an object is. */
    record Location(String bucket, String key) {
        /** Takes {@code s3://bucket/key} apart. */
        static Location of(String uri) {
            if (!uri.startsWith("s3://")) {
                throw new SqlFault("XX000", "Invalid S3 address '" + uri + "'");
            }
            int slash = uri.indexOf('/', 5);
            return slash < 0
                    ? new Location(uri.substring(5), "")
                    : new Location(uri.substring(5, slash), uri.substring(slash + 1));
        }

        String uri() {
            return "s3://" + bucket + "/" + key;
        }
    }

    /** The object or its bucket isn't there. */
    final class MissingException extends IOException {
        private static final long serialVersionUID = 1L;

        MissingException(Location location) {
            super(location.uri() + " does not exist");
        }
    }

    /** @throws MissingException when it isn't there */
    InputStream open(Location location) throws IOException;

    boolean exists(Location location) throws IOException;

    /** All objects whose key starts with the prefix's, in the order of their keys. */
    List<Location> list(Location prefix) throws IOException;

    @Override
    default void close() {}
}
