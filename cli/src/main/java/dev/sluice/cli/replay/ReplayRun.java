package dev.sluice.cli.replay;

import dev.sluice.loader.load.LoadFailure;
import dev.sluice.loader.load.SideTables;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes archive objects through the enrichment on several threads, and what they give into the side tables on the caller's. Owns the
 * threads "replay-N" while it runs. At most two objects a thread are under way or wait.
 */
final class ReplayRun {
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(2);
    /** A COPY's manifest, and the note of what is done, stay small. */
    private static final int MOST_UNITS = 200;

    private final ObjectReplay objects;
    private final SideTables tables;
    private final ReplayFiles files;
    private final Pace pace;

    /** @param commitRows how many rows are committed at once, about */
    record Pace(int threads, long commitRows) {}

    private final List<Replayed> collected = new ArrayList<>();
    private long collectedRows;
    private long reportedNanos;

    ReplayRun(ObjectReplay objects, SideTables tables, ReplayFiles files, Pace pace) {
        this.objects = objects;
        this.tables = tables;
        this.files = files;
        this.pace = pace;
    }

    void run(String replay, List<String> keys, ReplayCounts counts, PrintWriter err)
            throws LoadFailure, InterruptedException {
        reportedNanos = System.nanoTime();
        try (var threads = new ReplayThreads(pace.threads())) {
            threads.run(keys, objects::run, (Replayed replayed) -> take(replay, replayed, counts, err));
            commit(replay, counts);
        }
    }

    private void take(String replay, Replayed replayed, ReplayCounts counts, PrintWriter err) throws LoadFailure {
        collected.add(replayed);
        collectedRows += replayed.unit().rows();
        if (collectedRows >= pace.commitRows() || collected.size() >= MOST_UNITS) {
            commit(replay, counts);
        }
        if (System.nanoTime() - reportedNanos > BETWEEN_REPORTS.toNanos()) {
            reportedNanos = System.nanoTime();
            err.println(counts.progress());
            err.flush();
        }
    }

    private void commit(String replay, ReplayCounts counts) throws LoadFailure {
        if (collected.isEmpty()) {
            return;
        }
        long begunNanos = System.nanoTime();
        counts.gained(tables.load(replay, collected.stream().map(Replayed::unit).toList()));
        counts.warehouseTook(System.nanoTime() - begunNanos);
        for (Replayed replayed : collected) {
            files.delete(replayed.unit().files());
            counts.committed(replayed);
        }
        collected.clear();
        collectedRows = 0;
    }
}
