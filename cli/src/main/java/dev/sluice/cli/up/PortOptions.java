package dev.sluice.cli.up;

import dev.sluice.cli.line.CliFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Every port of the line, all on 127.0.0.1. */
final class PortOptions {
    @Option(names = "--any-ports", description = "Takes any free port for each that is not given below.")
    boolean any;

    @Option(names = "--port-ingest", paramLabel = "PORT", description = "Where page views are sent (default: 8080).")
    @Nullable Integer ingest;

    @Option(
            names = "--port-ingest-management",
            paramLabel = "PORT",
            description = "Health and metrics (default: 9080).")
    @Nullable Integer ingestManagement;

    @Option(names = "--port-consumer", paramLabel = "PORT", description = "Health and metrics (default: 9081).")
    @Nullable Integer consumer;

    @Option(
            names = "--port-loader",
            paramLabel = "PORT",
            description = "The console, health and metrics (default: 9082).")
    @Nullable Integer loader;

    @Option(names = "--port-kinesis", paramLabel = "PORT", description = "(default: 4567)")
    @Nullable Integer kinesis;

    @Option(names = "--port-dynamodb", paramLabel = "PORT", description = "(default: 8000)")
    @Nullable Integer dynamodb;

    @Option(names = "--port-s3", paramLabel = "PORT", description = "(default: 9000)")
    @Nullable Integer s3;

    @Option(names = "--port-redshift", paramLabel = "PORT", description = "(default: 5439)")
    @Nullable Integer redshift;

    @Option(names = "--port-demo", paramLabel = "PORT", description = "The demo site (default: 8090).")
    @Nullable Integer demo;

    int ingest() {
        return or(ingest, 8080);
    }

    int ingestManagement() {
        return or(ingestManagement, 9080);
    }

    int consumer() {
        return or(consumer, 9081);
    }

    int loader() {
        return or(loader, 9082);
    }

    int kinesis() {
        return or(kinesis, 4567);
    }

    int dynamodb() {
        return or(dynamodb, 8000);
    }

    int s3() {
        return or(s3, 9000);
    }

    int redshift() {
        return or(redshift, 5439);
    }

    int demo() {
        return or(demo, 8090);
    }

    private int or(@Nullable Integer given, int usual) {
        return given != null ? given : any ? 0 : usual;
    }

    /** Names a port for each service whose port may be any, so that others know where a service will be before it is. */
    void chooseForServices() throws IOException {
        ingest = chosen(ingest());
        ingestManagement = chosen(ingestManagement());
        consumer = chosen(consumer());
        loader = chosen(loader());
    }

    private static int chosen(int port) throws IOException {
        if (port != 0) {
            return port;
        }
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** @throws CliFailure naming the first of the stand-ins' ports that another process has, or that two parts share */
    void requireFreeForCloud() {
        requireFree(cloud());
    }

    /** The same for all ports. */
    void requireFreeForUp() {
        var ports = cloud();
        ports.put("--port-ingest", ingest());
        ports.put("--port-ingest-management", ingestManagement());
        ports.put("--port-consumer", consumer());
        ports.put("--port-loader", loader());
        ports.put("--port-demo", demo());
        requireFree(ports);
    }

    private Map<String, Integer> cloud() {
        var ports = new LinkedHashMap<String, Integer>();
        ports.put("--port-kinesis", kinesis());
        ports.put("--port-dynamodb", dynamodb());
        ports.put("--port-s3", s3());
        ports.put("--port-redshift", redshift());
        return ports;
    }

    private static void requireFree(Map<String, Integer> ports) {
        var seen = new LinkedHashMap<Integer, String>();
        ports.forEach((option, port) -> {
            if (port < 0 || port > 65_535) {
                throw new CliFailure(option + " is from 0 to 65535, not " + port);
            }
            String other = port == 0 ? null : seen.put(port, option);
            if (other != null) {
                throw new CliFailure(option + " and " + other + " are both " + port);
            }
            if (port != 0 && isTaken(port)) {
                throw new CliFailure(
                        "port " + port + " is taken: name another with " + option + ", or take --any-ports");
            }
        });
    }

    @SuppressWarnings("try") // opened to see whether it can be
    private static boolean isTaken(int port) {
        try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
