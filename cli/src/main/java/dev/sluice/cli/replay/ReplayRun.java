package dev.sluice.cli.replay;

import dev.sluice.loader.load.LoadFailure;
import dev.sluice.loader.load.SideTables;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;

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

    ReplayRun(ObjectReplay objects, SideTables tables, ReplayFiles files, Pace pace) {
        this.objects = objects;
        this.tables = tables;
        this.files = files;
        this.pace = pace;
    }

    void run(String replay, List<String> keys, ReplayCounts counts, PrintWriter err)
            throws LoadFailure, InterruptedException {
        ThreadFactory threads = Thread.ofPlatform().name("replay-", 1).daemon().factory();
        ExecutorService pool = Executors.newFixedThreadPool(pace.threads(), threads);
        try {
            Deque<Future<Replayed>> underWay = new ArrayDeque<>();
            long reportedNanos = System.nanoTime();
            for (String key : keys) {
                underWay.add(pool.submit(() -> objects.run(key)));
                if (underWay.size() >= 2 * pace.threads()) {
                    take(replay, underWay.remove(), counts);
                }
                if (System.nanoTime() - reportedNanos > BETWEEN_REPORTS.toNanos()) {
                    reportedNanos = System.nanoTime();
                    err.println(counts.progress());
                    err.flush();
                }
            }
            while (!underWay.isEmpty()) {
                take(replay, underWay.remove(), counts);
            }
            commit(replay, counts);
        } finally {
            pool.shutdownNow();
            // The enrichment is closed after this: nobody may be at work in it.
            pool.close();
        }
    }

    private void take(String replay, Future<Replayed> future, ReplayCounts counts)
            throws LoadFailure, InterruptedException {
        Replayed replayed = get(future);
        collected.add(replayed);
        collectedRows += replayed.unit().rows();
        if (collectedRows >= pace.commitRows() || collected.size() >= MOST_UNITS) {
            commit(replay, counts);
        }
    }

    private void commit(String replay, ReplayCounts counts) throws LoadFailure {
        if (collected.isEmpty()) {
            return;
        }
        counts.gained(tables.load(replay, collected.stream().map(Replayed::unit).toList()));
        for (Replayed replayed : collected) {
            files.delete(replayed.unit().files());
            counts.committed(replayed);
        }
        collected.clear();
        collectedRows = 0;
    }

    private static Replayed get(Future<Replayed> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
