package dev.sluice.local;

import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The Redshift stand-in as a process of its own, for the container beside LocalStack. Configured by the environment:
 *
 * <ul>
 *   <li>{@code SLUICE_REDSHIFT_DIR}: where it keeps everything; needed
 *   <li>{@code SLUICE_REDSHIFT_S3_ENDPOINT}: where COPY reads from; needed
 *   <li>{@code SLUICE_REDSHIFT_PORT}: 5439
 *   <li>{@code SLUICE_REDSHIFT_PASSWORD}: none
 *   <li>{@code SLUICE_REDSHIFT_BIND}: 127.0.0.1; any other address wants a password
 * </ul>
 */
public final class LocalRedshiftMain implements AutoCloseable {
    private final Parts parts = new Parts();
    private final int port;

    private LocalRedshiftMain(Environment environment) throws IOException, InterruptedException {
        boolean loopback = environment.bind().isLoopbackAddress();
        try {
            parts.add("The data directory", DirectoryLock.acquire(environment.dir()));
            LocalRedshift redshift = LocalRedshift.start(environment.redshift(loopback ? environment.port() : 0));
            parts.add("Redshift", redshift);
            if (loopback) {
                this.port = redshift.port();
            } else {
                TcpRelay relay = TcpRelay.start(environment.bind(), environment.port(), redshift.port());
                parts.add("The relay", relay);
                this.port = relay.port();
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            parts.closeAfter(e);
            throw e;
        }
    }

    /** What the process is told by its environment. */
    record Environment(Path dir, URI s3Endpoint, int port, Optional<String> password, InetAddress bind) {
        Environment {
            if (!bind.isLoopbackAddress() && password.isEmpty()) {
                throw new IllegalArgumentException("SLUICE_REDSHIFT_BIND=" + bind.getHostAddress()
                        + " opens the warehouse to others: set SLUICE_REDSHIFT_PASSWORD");
            }
        }

        static Environment of(Map<String, String> variables) {
            return new Environment(
                    Path.of(required(variables, "SLUICE_REDSHIFT_DIR")),
                    URI.create(required(variables, "SLUICE_REDSHIFT_S3_ENDPOINT")),
                    Integer.parseInt(variables.getOrDefault("SLUICE_REDSHIFT_PORT", "5439")),
                    Optional.ofNullable(variables.get("SLUICE_REDSHIFT_PASSWORD"))
                            .filter(word -> !word.isEmpty()),
                    InetAddress.ofLiteral(variables.getOrDefault("SLUICE_REDSHIFT_BIND", "127.0.0.1")));
        }

        private static String required(Map<String, String> variables, String name) {
            String value = variables.get(name);
            if (value == null || value.isBlank()) {
                throw new IllegalArgumentException("set " + name);
            }
            return value;
        }

        RedshiftSettings redshift(int listen) {
            RedshiftSettings settings = new RedshiftSettings(dir.resolve("redshift"), listen, s3Endpoint);
            return password.map(settings::withPassword).orElse(settings);
        }

        /** The password stays out of logs. */
        @Override
        public String toString() {
            return "Environment[" + dir + ", " + bind.getHostAddress() + ":" + port + ", S3 " + s3Endpoint + "]";
        }
    }

    static LocalRedshiftMain start(Map<String, String> variables) throws IOException, InterruptedException {
        return new LocalRedshiftMain(Environment.of(variables));
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        parts.close();
    }

    @SuppressWarnings("SystemOut") // what one who starts it by hand reads
    public static void main(String[] arguments) throws InterruptedException {
        try {
            LocalRedshiftMain running = start(System.getenv());
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("redshift-stop").unstarted(running::close));
            System.out.println("ready on port " + running.port());
            new CountDownLatch(1).await();
        } catch (IOException | RuntimeException e) {
            System.err.println("Redshift did not start: " + e.getMessage());
            System.exit(1);
        }
    }
}
