package dev.sluice.local.dynamodb;

import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import software.amazon.dynamodb.services.exceptions.DynamoDBLocalServiceException;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB for this machine alone: DynamoDB Local behind an HTTP server bound to 127.0.0.1. Tables are files below the given
 * directory and what was acknowledged survives a restart and a killed process. All regions and credentials see the same tables.
 *
 * <p>DynamoDB Local's own server would listen on every interface and report its use to AWS at start, so only its request handler
 * is used.
 *
 * <p>Thread-safe. Owns the threads {@code dynamodb-local-*}; {@link #close} ends them.
 */
public final class LocalDynamoDb implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    /** Connectors take two; KCL holds a handful of calls open at a time. */
    private static final int MAX_THREADS = 16;

    private final Server server;
    private final ServerConnector connector;
    private final LocalDynamoDBServerHandler handler;

    private LocalDynamoDb(LocalDynamoDBServerHandler handler, int port) {
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS);
        threads.setName("dynamodb-local");
        threads.setDaemon(true);
        this.handler = handler;
        this.server = new Server(threads);
        this.connector = new ServerConnector(server, 1, 1);
        connector.setHost(LOOPBACK);
        connector.setPort(port);
        server.addConnector(connector);
        server.setHandler(handler);
    }

    /**
     * Starts it; when this returns, it answers.
     *
     * @param dir where the tables are; created when absent, to be used by one instance at a time
     * @param port 0 takes any free one
     * @throws BindException when the port is taken
     */
    public static LocalDynamoDb start(Path dir, int port) throws IOException {
        Files.createDirectories(dir);
        SqliteLibrary.load(dir.resolve("native"));
        LocalDynamoDb dynamoDb = new LocalDynamoDb(handler(dir), port);
        try {
            dynamoDb.server.start();
            return dynamoDb;
        } catch (Exception e) {
            dynamoDb.closeAfter(e);
            if (e.getCause() instanceof BindException taken) {
                throw (IOException) new BindException(
                                "DynamoDB can't listen on " + LOOPBACK + ":" + port + ": " + taken.getMessage())
                        .initCause(e);
            }
            throw new IOException("DynamoDB did not start: " + e.getMessage(), e);
        }
    }

    private static LocalDynamoDBServerHandler handler(Path dir) throws IOException {
        try {
            // On disk, one database for all credentials and regions, no pretended CREATING states, no CORS.
            return new LocalDynamoDBServerHandler(
                    new LocalDynamoDBRequestHandler(0, false, dir.toString(), true, false), null);
        } catch (DynamoDBLocalServiceException e) {
            throw new IOException("DynamoDB can't use " + dir + ": " + e.getMessage(), e);
        }
    }

    public URI endpoint() {
        return URI.create("http://" + LOOPBACK + ":" + port());
    }

    public int port() {
        return connector.getLocalPort();
    }

    /** Breaks off calls under way and closes the tables. */
    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("DynamoDB did not stop cleanly: " + e.getMessage(), e);
        } finally {
            handler.close();
        }
    }

    private void closeAfter(Exception cause) {
        try {
            close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public String toString() {
        return "DynamoDB at " + endpoint();
    }
}
