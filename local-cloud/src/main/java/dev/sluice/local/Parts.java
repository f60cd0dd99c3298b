package dev.sluice.local;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been started so far, to be closed in reverse order; one part's failure doesn't keep the others running.
 *
 * <p>Confined to the thread that starts and stops the cloud.
 */
final class Parts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    private final Deque<Part> started = new ArrayDeque<>();

    private record Part(String name, AutoCloseable closeable) {}

    void add(String name, AutoCloseable part) {
        started.push(new Part(name, part));
    }

    /** Closes all of them because of a failure, which stays the one to be told about. */
    void closeAfter(Exception failure) {
        try {
            close();
        } catch (LocalCloudException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Closes all of them; a second call does nothing.
     *
     * @throws LocalCloudException naming the first that failed, the others suppressed in it
     */
    @Override
    public void close() {
        @Nullable LocalCloudException failure = null;
        while (!started.isEmpty()) {
            Part part = started.pop();
            try {
                part.closeable().close();
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                LOG.warn("{} did not stop cleanly", part.name(), e);
                LocalCloudException named = new LocalCloudException(part.name() + " did not stop cleanly: " + e, e);
                if (failure == null) {
                    failure = named;
                } else {
                    failure.addSuppressed(named);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
