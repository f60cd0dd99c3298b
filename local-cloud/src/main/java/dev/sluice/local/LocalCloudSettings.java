package dev.sluice.local;

import java.nio.file.Path;

/**
 * What a {@link LocalCloud} is started with.
 *
 * @param dir holds everything; made when absent, one cloud at a time
 * @param shards of the stream when it is made; what there is stays as it is
 */
public record LocalCloudSettings(Path dir, Ports ports, int shards, String stream, String bucket) {
    private static final int MOST_SHARDS = 100;

    public LocalCloudSettings {
        dir = dir.toAbsolutePath().normalize();
        if (shards < 1 || shards > MOST_SHARDS) {
            throw new IllegalArgumentException("1 <= shards <= " + MOST_SHARDS + ", not " + shards);
        }
        if (stream.isBlank() || bucket.isBlank()) {
            throw new IllegalArgumentException(
                    "stream and bucket need names, not '" + stream + "' and '" + bucket + "'");
        }
    }

    /** The usual names and ports, two shards. */
    public static LocalCloudSettings in(Path dir) {
        return new LocalCloudSettings(dir, Ports.DEFAULT, 2, "sluice", "sluice-local");
    }

    public LocalCloudSettings withPorts(Ports newPorts) {
        return new LocalCloudSettings(dir, newPorts, shards, stream, bucket);
    }

    public LocalCloudSettings withShards(int newShards) {
        return new LocalCloudSettings(dir, ports, newShards, stream, bucket);
    }

    /** All on 127.0.0.1; 0 is any free one. */
    public record Ports(int kinesis, int dynamodb, int s3, int redshift) {
        public static final Ports DEFAULT = new Ports(4567, 8000, 9000, 5439);
        public static final Ports ANY = new Ports(0, 0, 0, 0);

        public Ports {
            require("kinesis", kinesis);
            require("dynamodb", dynamodb);
            require("s3", s3);
            require("redshift", redshift);
        }

        private static void require(String part, int port) {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException(part + " port: 0 to 65535, not " + port);
            }
        }
    }
}
