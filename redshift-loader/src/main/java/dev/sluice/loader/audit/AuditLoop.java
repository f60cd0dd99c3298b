package dev.sluice.loader.audit;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.loader.rounds.Rounds;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Makes a round every interval, on the thread "auditor". A round that fails is made again: the proof stands where it stood, and
 * loading goes on without it. Start and stop may come from any thread.
 */
public final class AuditLoop implements SmartLifecycle, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLoop.class);
    private static final Duration STOP = Duration.ofSeconds(5);

    /** What the thread does. */
    interface Work {
        /** Fails with whatever the warehouse fails with. */
        void round();

        /** Lets go of the connections, also of one in use. */
        default void close() {}
    }

    private final Work work;
    private final Rounds rounds;
    private final AuditReport report;
    private final LongSupplier nanoTime;

    /** Confined to the thread. */
    private boolean failing;

    /** Over the auditor's own connections, which it closes when it is stopped for good. */
    public static AuditLoop of(HikariDataSource source, AuditProperties properties, AuditReport report) {
        var auditor = new Auditor(source, properties, report, InstantSource.system(), System::nanoTime);
        var work = new Work() {
            @Override
            public void round() {
                auditor.round();
            }

            @Override
            public void close() {
                source.close();
            }
        };
        return new AuditLoop(work, properties.interval(), report, System::nanoTime);
    }

    AuditLoop(Work work, Duration interval, AuditReport report, LongSupplier nanoTime) {
        this.work = work;
        this.rounds = new Rounds("auditor", interval, STOP, this::round);
        this.report = report;
        this.nanoTime = nanoTime;
    }

    @Override
    public void start() {
        rounds.start();
    }

    @Override
    public void stop() {
        rounds.stop();
    }

    /** For good. */
    @Override
    public void close() {
        stop();
        work.close();
    }

    @Override
    public boolean isRunning() {
        return rounds.isRunning();
    }

    void round() {
        long began = nanoTime.getAsLong();
        try {
            work.round();
            report.took(nanoTime.getAsLong() - began);
            if (failing) {
                LOG.info("The proof goes on");
            }
            failing = false;
        } catch (RuntimeException e) {
            report.failed();
            if (failing) {
                LOG.debug("The auditor's round failed again", e);
            } else {
                LOG.warn("The proof stands still: the auditor's round failed, and is made again", e);
            }
            failing = true;
        }
    }
}
