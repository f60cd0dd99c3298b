package dev.sluice.bench.server;

import java.io.IOException;
import java.time.Duration;

/** The collector under test: the public port, and what its metrics say. Confined to one thread. */
public final class Ingest implements AutoCloseable {
    private static final Duration DRAIN = Duration.ofMinutes(2);

    private final ServerProcess process;
    private final int managementPort;

    Ingest(ServerProcess process, int managementPort) {
        this.process = process;
        this.managementPort = managementPort;
    }

    public ServerProcess process() {
        return process;
    }

    public Metrics metrics() throws IOException, InterruptedException {
        return Metrics.of(managementPort);
    }

    /**
     * Waits until all that was accepted is in the stream.
     *
     * @throws IOException when it is not, after two minutes
     */
    public void awaitSent() throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + DRAIN.toNanos();
        while (true) {
            Metrics now = metrics();
            if (now.sent() == now.accepted()) {
                return;
            }
            if (System.nanoTime() - giveUp > 0) {
                throw new IOException("of " + now.accepted() + " accepted hits only " + now.sent() + " were sent");
            }
            Thread.sleep(200);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
