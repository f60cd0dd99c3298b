package dev.sluice.loader.load;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done between loads, while nothing waits: one small step of each chore. A chore that fails is tried again at the next
 * quiet moment and never fails a load. Confined to the loader's thread, but for {@link #abort}.
 */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    /** Something that is never finished, in steps that end within seconds. */
    interface Chore {
        /** For the log and the metric. */
        String name();

        /** Does a little of what is due; returns at once when nothing is. */
        void step() throws LoadFailure;

        /** Breaks off a step that is under way, from any thread. */
        void abort();
    }

    private final List<Chore> chores;
    private final RetentionMetrics metrics;
    private final Set<String> failing = new HashSet<>();

    Upkeep(List<Chore> chores, RetentionMetrics metrics) {
        this.chores = List.copyOf(chores);
        this.metrics = metrics;
    }

    void run() {
        for (Chore chore : chores) {
            try {
                chore.step();
                if (failing.remove(chore.name())) {
                    LOG.info("{} works again", chore.name());
                }
            } catch (LoadFailure | RuntimeException e) {
                metrics.failed(chore.name());
                if (failing.add(chore.name())) {
                    LOG.warn("{} fails; loading goes on, and it is tried again", chore.name(), e);
                } else {
                    LOG.debug("{} failed again", chore.name(), e);
                }
            }
        }
    }

    void abort() {
        chores.forEach(Chore::abort);
    }
}
