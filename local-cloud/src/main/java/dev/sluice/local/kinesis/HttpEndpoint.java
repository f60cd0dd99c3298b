package dev.sluice.local.kinesis;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP/1.1 server, on 127.0.0.1 alone. Owns the virtual threads "kinesis-http-N" that work on the calls. */
final class HttpEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
    private static final int BACKLOG = 256;
    private static final int STOP_SECONDS = 5;

    static {
        // The JDK's server reads this once, when its classes are loaded. Without it the last packet of an answer waits
        // for
        // the client's delayed acknowledgement: 50 ms a call instead of 5.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    private final HttpServer server;
    private final ApiHandler api;
    private final ExecutorService workers;

    private HttpEndpoint(HttpServer server, ApiHandler api, ExecutorService workers) {
        this.server = server;
        this.api = api;
        this.workers = workers;
    }

    static HttpEndpoint start(int port, ApiHandler api, FaultControl control) throws IOException {
        HttpServer server = HttpServer.create();
        try {
            server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), BACKLOG);
        } catch (BindException e) {
            server.stop(0);
            throw new IOException(
                    "port " + port + " is taken: something else listens on 127.0.0.1:" + port
                            + "; stop it, or give the local Kinesis another port",
                    e);
        }
        ExecutorService workers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("kinesis-http-", 1).factory());
        server.setExecutor(workers);
        server.createContext("/", api);
        server.createContext(FaultControl.PATH, control);
        server.start();
        return new HttpEndpoint(server, api, workers);
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Takes no more calls, lets those at work end, at most for 5 s, then cuts them. */
    @Override
    public void close() {
        api.close();
        // Before the server: its own stop waits for its whole delay if no call is at work.
        workers.shutdown();
        try {
            if (!workers.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Some calls did not end in {} s and are left behind", STOP_SECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
    }
}
