package dev.sluice.processor;

import dev.sluice.processor.protocol.BadReason;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an enricher that is not ours, so that whatever it does costs its own event and at most the timeout: on threads
 * of its own, on a view of the event that is taken over only when it comes back in time and without a fault.
 *
 * <p>A thread that doesn't come back is interrupted and left behind, another takes its place. When so many are left
 * behind or so many events in a row were too slow, the extension is switched off: its events then take the way of
 * failed ones at once, and no shard waits. Owns the threads {@code extension-NAME-0} and on, as many as callers and
 * hanging ones, from the first event to {@link #close}. Thread-safe.
 */
public final class ExtensionEnricher implements Enricher, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExtensionEnricher.class);
    private static final long IDLE_SECONDS = 60;

    private final String name;
    private final Enricher enricher;
    private final String version;
    private final ExtensionSettings settings;
    private final LongSupplier nanoTime;
    private final ExtensionMetrics metrics;
    private final ThreadPoolExecutor threads;

    private final AtomicInteger hung = new AtomicInteger();
    private final AtomicInteger lateInARow = new AtomicInteger();
    private final AtomicLong offSinceNanos = new AtomicLong();
    private final AtomicBoolean off = new AtomicBoolean();
    private final AtomicBoolean failedBefore = new AtomicBoolean();

    /** @param version of what it is, for {@link #dataVersion} */
    public ExtensionEnricher(
            Enricher enricher,
            String version,
            ExtensionSettings settings,
            MeterRegistry registry,
            LongSupplier nanoTime) {
        this.name = enricher.name();
        this.enricher = enricher;
        this.version = version;
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.metrics = new ExtensionMetrics(registry, name, hung);
        // Never waits for a thread: there is one for each caller, and the hanging ones are bounded here.
        this.threads = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().name("extension-" + name + "-", 0).daemon().factory());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String dataVersion() {
        return version;
    }

    @Override
    public void enrich(EventContext event) {
        if (isOff()) {
            metrics.count(ExtensionMetrics.Result.DISABLED);
            giveUp(BadReason.EXTENSION_TIMEOUT, "is switched off, as it did not come back before");
            return;
        }
        var attempt = new ExtensionAttempt(enricher, event.forExtension(), hung);
        threads.execute(attempt);
        if (!attempt.await(settings.timeout())) {
            metrics.count(ExtensionMetrics.Result.TIMEOUT);
            tooLate();
            giveUp(
                    BadReason.EXTENSION_TIMEOUT,
                    "took longer than " + settings.timeout().toMillis() + " ms");
            return;
        }
        inTime();
        Throwable thrown = attempt.thrown();
        if (thrown == null) {
            event.take(attempt.view());
            metrics.count(ExtensionMetrics.Result.OK);
            return;
        }
        if (thrown instanceof VirtualMachineError fatal && !(thrown instanceof StackOverflowError)) {
            throw fatal;
        }
        metrics.count(ExtensionMetrics.Result.FAILED);
        String fault = fault(thrown);
        if (failedBefore.compareAndSet(false, true)) {
            LOG.warn("Extension {} ({}) {}; further failures are only counted", name, version, fault);
        } else {
            LOG.debug("Extension {} {}", name, fault);
        }
        giveUp(BadReason.EXTENSION_FAILED, fault);
    }

    private void giveUp(BadReason reason, String why) {
        if (settings.onFailure() == ExtensionSettings.OnFailure.BAD_ROW) {
            throw new RejectedEventException(reason, "Extension " + name + " (" + version + ") " + why + ".");
        }
    }

    // Class and place, never the message: that may quote what was sent.
    private static String fault(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        return "failed: " + thrown.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
    }

    private boolean isOff() {
        if (hung.get() >= settings.maxTimeouts()) {
            return true;
        }
        return lateInARow.get() >= settings.maxTimeouts()
                && nanoTime.getAsLong() - offSinceNanos.get()
                        < settings.retryAfter().toNanos();
    }

    private void tooLate() {
        offSinceNanos.set(nanoTime.getAsLong());
        int late = lateInARow.incrementAndGet();
        if ((late >= settings.maxTimeouts() || hung.get() >= settings.maxTimeouts()) && !off.getAndSet(true)) {
            LOG.error(
                    "Extension {} ({}) is switched off: {} events in a row took longer than {} ms, {} threads hang. Its"
                            + " events are {}. Correct or remove it, and start again",
                    name,
                    version,
                    late,
                    settings.timeout().toMillis(),
                    hung.get(),
                    settings.onFailure() == ExtensionSettings.OnFailure.SKIP ? "left without it" : "bad rows");
        }
    }

    private void inTime() {
        lateInARow.set(0);
        if (off.get() && hung.get() < settings.maxTimeouts() && off.getAndSet(false)) {
            LOG.info("Extension {} comes back in time again", name);
        }
    }

    /** Interrupts what runs and waits a moment for it. Threads that hang end with the process. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Closed with {} threads of extension {} still running", threads.getActiveCount(), name);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
