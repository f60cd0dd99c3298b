package dev.sluice.local.redshift;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the local Redshift keeps its data and what it reads.
 *
 * @param directory its own directory; made when absent, kept between starts
 * @param port the front's port on loopback; 0 = any free one
 * @param s3Endpoint the S3 endpoint that COPY reads from, path style, region us-east-1
 * @param programs where PostgreSQL's programs are unpacked to, once for all who share it
 * @param password what clients must give; empty lets everybody on this machine in
 */
public record RedshiftSettings(Path directory, int port, URI s3Endpoint, Path programs, Optional<String> password) {
    static final String DATABASE = "dev";
    static final String USER = "sluice";

    public RedshiftSettings {
        directory = directory.toAbsolutePath().normalize();
        programs = programs.toAbsolutePath().normalize();
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port is out of range: " + port);
        }
    }

    /** Without a password; the programs go beside the directory, into {@code bin}. */
    public RedshiftSettings(Path directory, int port, URI s3Endpoint) {
        this(directory, port, s3Endpoint, directory.toAbsolutePath().resolveSibling("bin"), Optional.empty());
    }

    public RedshiftSettings withPrograms(Path path) {
        return new RedshiftSettings(directory, port, s3Endpoint, path, password);
    }

    public RedshiftSettings withPassword(String word) {
        return new RedshiftSettings(directory, port, s3Endpoint, programs, Optional.of(word));
    }

    @Override
    public String toString() {
        return "RedshiftSettings[" + directory + ", port " + port + ", S3 " + s3Endpoint + "]";
    }
}
