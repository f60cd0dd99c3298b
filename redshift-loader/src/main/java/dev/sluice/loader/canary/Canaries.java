package dev.sluice.loader.canary;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which canaries are under way, and what became of the others: {@code accepted = landed + missed + under way}. Confined to the canary's
 * thread.
 */
final class Canaries {
    private static final Logger LOG = LoggerFactory.getLogger(Canaries.class);

    /** Where they are sent. */
    interface Collector {
        /** Whether it was accepted; blocks for seconds at most. */
        boolean take(UUID eventId, Instant at) throws InterruptedException;
    }

    /** Where they are looked for. */
    interface Landing {
        /**
         * Rows of these events that were received after that time: when each was loaded, once for each row.
         *
         * @throws RuntimeException when the warehouse can't be asked now
         */
        Map<UUID, List<Instant>> rows(List<UUID> eventIds, Instant receivedAfter);
    }

    private final Collector collector;
    private final Landing landing;
    private final Duration patience;
    private final Supplier<UUID> ids;
    private final Map<UUID, Instant> underWay = new LinkedHashMap<>();

    private final Counter accepted;
    private final Counter refused;
    private final Counter missed;
    private final Counter doubled;
    private final Timer endToEnd;
    private boolean missing;
    private boolean refusing;

    Canaries(Collector collector, Landing landing, Duration patience, Supplier<UUID> ids, MeterRegistry registry) {
        this.collector = collector;
        this.landing = landing;
        this.patience = patience;
        this.ids = ids;
        this.accepted = sent("accepted", registry);
        this.refused = sent("refused", registry);
        this.missed = Counter.builder("sluice.canary.missed")
                .description("Canaries that were accepted and had no row in time")
                .register(registry);
        this.doubled = Counter.builder("sluice.canary.doubled")
                .description("Canaries with more than one row")
                .register(registry);
        this.endToEnd = Timer.builder("sluice.canary.e2e")
                .description("From when a canary was sent to when its row could be queried")
                .publishPercentileHistogram()
                .register(registry);
    }

    private static Counter sent(String result, MeterRegistry registry) {
        return Counter.builder("sluice.canary.sent")
                .description("Page views of our own to the public address")
                .tag("result", result)
                .register(registry);
    }

    /** Sends one, and looks for those that were sent. */
    void round(Instant now) throws InterruptedException {
        UUID id = ids.get();
        boolean taken = collector.take(id, now);
        if (taken) {
            accepted.increment();
            underWay.put(id, now);
        } else {
            refused.increment();
        }
        if (refusing == taken) {
            refusing = !taken;
            if (refusing) {
                LOG.warn(
                        "The public address does not take canaries: visitors' page views may be lost before they reach the line");
            } else {
                LOG.info("The public address takes canaries again");
            }
        }
        look(now);
    }

    private void look(Instant now) {
        if (underWay.isEmpty()) {
            return;
        }
        Instant oldest = underWay.values().iterator().next();
        // The edge's clock is not this one.
        Map<UUID, List<Instant>> rows = landing.rows(List.copyOf(underWay.keySet()), oldest.minus(patience));
        for (Map.Entry<UUID, Instant> entry : List.copyOf(underWay.entrySet())) {
            UUID id = entry.getKey();
            Instant sent = entry.getValue();
            List<Instant> loaded = rows.getOrDefault(id, List.of());
            if (!loaded.isEmpty()) {
                underWay.remove(id);
                Duration took = Duration.between(sent, loaded.getFirst());
                endToEnd.record(took.isNegative() ? Duration.ZERO : took);
                if (loaded.size() > 1) {
                    doubled.increment();
                    LOG.error("Canary {} has {} rows", id, loaded.size());
                }
                missing = false;
            } else if (sent.plus(patience).isBefore(now)) {
                underWay.remove(id);
                missed.increment();
                if (!missing) {
                    missing = true;
                    LOG.error("Canary {} was accepted at {} and is not in the warehouse after {}", id, sent, patience);
                }
            }
        }
    }

    int underWay() {
        return underWay.size();
    }
}
