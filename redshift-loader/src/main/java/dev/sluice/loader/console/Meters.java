package dev.sluice.loader.console;

import dev.sluice.common.PrometheusPage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the services count themselves: this loader, and those whose addresses are configured. Confined to one thread; blocks for seconds. */
final class Meters {
    private static final String ACCEPTED = "sluice_ingest_accepted_hits_total";
    private static final String REFUSED = "sluice_ingest_requests_total";
    private static final String READ = "sluice_consumer_hits_total";

    private final MeterRegistry own;
    private final Pages pages;
    private final List<URI> ingest;
    private final List<URI> consumers;
    private final Rates rates;

    /** Where the other services' metrics are read. */
    interface Pages {
        /** Of those that answered in time. */
        Map<URI, PrometheusPage> read(List<URI> services);
    }

    /** @param ingest null where no address is configured, as {@code consumers} is */
    record Now(
            Loader loader,
            @Nullable Ingest ingest,
            @Nullable Consumers consumers) {}

    /**
     * @param waitingBatches staged and not loaded, as this loader last saw them; NaN when it has not looked
     * @param oldestSeconds age of the oldest row of them
     */
    record Loader(double waitingBatches, double oldestSeconds) {}

    /**
     * @param acceptedPerSecond since they were read before; NaN the first time
     * @param refusedPerSecond likewise
     * @param pending hits on their disks and not yet in the stream
     */
    record Ingest(int nodes, int answering, double acceptedPerSecond, double refusedPerSecond, long pending) {}

    /**
     * @param hitsPerSecond since they were read before; NaN the first time
     * @param behindSeconds of the shard that is furthest behind the stream's end
     */
    record Consumers(int nodes, int answering, double hitsPerSecond, double behindSeconds) {}

    Meters(MeterRegistry own, Pages pages, List<URI> ingest, List<URI> consumers, LongSupplier nanoTime) {
        this.own = own;
        this.pages = pages;
        this.ingest = List.copyOf(ingest);
        this.consumers = List.copyOf(consumers);
        this.rates = new Rates(nanoTime);
    }

    Now read() {
        Map<URI, PrometheusPage> nodes = ingest.isEmpty() ? Map.of() : pages.read(ingest);
        Map<URI, PrometheusPage> readers = consumers.isEmpty() ? Map.of() : pages.read(consumers);
        return new Now(
                loader(),
                ingest.isEmpty()
                        ? null
                        : new Ingest(
                                ingest.size(),
                                nodes.size(),
                                rates.of(ACCEPTED, sums(nodes, page -> page.sum(ACCEPTED))),
                                rates.of(REFUSED, sums(nodes, page -> page.sum(REFUSED, "outcome", "refused"))),
                                (long) nodes.values().stream()
                                        .mapToDouble(page -> page.sum("sluice_ingest_journal_pending_hits"))
                                        .sum()),
                consumers.isEmpty()
                        ? null
                        : new Consumers(
                                consumers.size(),
                                readers.size(),
                                rates.of(READ, sums(readers, page -> page.sum(READ))),
                                // A gauge of time, which the page has in seconds whatever its name says.
                                readers.values().stream()
                                        .mapToDouble(page -> page.max("sluice_consumer_millis_behind_seconds"))
                                        .max()
                                        .orElse(Double.NaN)));
    }

    /** What this loader sees. Thread-safe. */
    Loader loader() {
        return new Loader(gauge("sluice.load.waiting.batches"), gauge("sluice.load.lag"));
    }

    private double gauge(String name) {
        Gauge gauge = own.find(name).gauge();
        return gauge == null ? Double.NaN : gauge.value();
    }

    private interface Sum {
        double of(PrometheusPage page);
    }

    private static Map<URI, Double> sums(Map<URI, PrometheusPage> pages, Sum sum) {
        return pages.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, page -> sum.of(page.getValue())));
    }
}
