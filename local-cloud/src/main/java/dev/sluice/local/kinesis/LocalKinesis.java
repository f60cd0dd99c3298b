package dev.sluice.local.kinesis;

import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kinesis Data Streams on 127.0.0.1, for developing and testing: the operations that a producer and the Kinesis Client Library
 * need, over HTTP/1.1, in JSON and CBOR, unsigned or signed by any key.
 *
 * <p>Streams and records are kept on disk. The death of the process, by {@code kill -9} too, loses nothing that was
 * acknowledged; what a power cut may lose says {@link ShardLog}. Sequence numbers are never given twice.
 *
 * <p>Unlike AWS: a stream is ACTIVE and resharded at once; records stay readable until the file they are in is older than the
 * retention; no consumers with enhanced fan-out, no encryption, no account limits.
 *
 * <p>Thread-safe. Owns the thread "kinesis-retention".
 */
public final class LocalKinesis implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalKinesis.class);
    private static final int TRIM_SECONDS = 30;

    private final Streams streams;
    private final Faults faults;
    private final HttpEndpoint http;
    private final ScheduledExecutorService retention;

    private LocalKinesis(Streams streams, Faults faults, HttpEndpoint http) {
        this.streams = streams;
        this.faults = faults;
        this.http = http;
        this.retention = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("kinesis-retention").daemon(true).factory());
    }

    /**
     * Starts an endpoint on the streams and records of its directory.
     *
     * @throws IOException if the port is taken, another endpoint runs on the directory, or its files can't be read
     */
    public static LocalKinesis start(KinesisSettings settings) throws IOException {
        return start(settings, InstantSource.system());
    }

    static LocalKinesis start(KinesisSettings settings, InstantSource clock) throws IOException {
        Streams streams = Streams.open(settings, clock);
        try {
            Faults faults = new Faults();
            ApiHandler api = new ApiHandler(operations(streams, faults), faults);
            HttpEndpoint http = HttpEndpoint.start(settings.port(), api, new FaultControl(faults));
            LocalKinesis kinesis = new LocalKinesis(streams, faults, http);
            kinesis.startRetention();
            LOG.info("Kinesis at {}, records in {}", kinesis.endpoint(), settings.dir());
            return kinesis;
        } catch (IOException | RuntimeException e) {
            streams.close();
            throw e;
        }
    }

    private static Map<String, Operation> operations(Streams streams, Faults faults) {
        Map<String, Operation> operations = new HashMap<>();
        new StreamOperations(streams).register(operations);
        new ShardOperations(streams).register(operations);
        new PutOperations(streams, faults).register(operations);
        new ReadOperations(streams).register(operations);
        return operations;
    }

    private void startRetention() {
        ScheduledFuture<?> task =
                retention.scheduleWithFixedDelay(this::trim, TRIM_SECONDS, TRIM_SECONDS, TimeUnit.SECONDS);
        LOG.debug("Retention runs: {}", task);
    }

    /** Deletes what is older than the retention, as the thread "kinesis-retention" does from time to time. */
    void trim() {
        streams.trim();
    }

    /** What an AWS client takes as its endpoint override. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port());
    }

    public int port() {
        return http.port();
    }

    public Faults faults() {
        return faults;
    }

    /** Ends the calls that are at work, closes the files, gives the port and the directory back. */
    @Override
    public void close() throws IOException {
        http.close();
        retention.shutdown();
        try {
            if (!retention.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("The deletion of old records did not end in 5 s");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        streams.close();
    }

    @Override
    public String toString() {
        return "local Kinesis at " + endpoint();
    }
}
