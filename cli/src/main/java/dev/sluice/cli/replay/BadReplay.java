package dev.sluice.cli.replay;

import dev.sluice.cli.replay.BadObjectReplay.Tried;
import dev.sluice.loader.load.BadSelection;
import dev.sluice.loader.load.LoadFailure;
import dev.sluice.loader.load.Recovery;
import dev.sluice.loader.load.SideTables.Unit;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes up bad events, an hour after the other: looks for their originals in the archive, and moves those that can be made rows. Holds
 * which bad events an hour has, not what they say. Confined to the caller's thread, but for the threads it reads with.
 */
final class BadReplay {
    private final Recovery recovery;
    private final ArchivedObjects archive;
    private final BadObjectReplay objects;
    private final @Nullable ReplayFiles files;
    private final Pace pace;

    /**
     * @param commitRows how many rows are moved at once, about
     * @param late how much later than it was received a hit may have come to the stream
     */
    record Pace(int threads, long commitRows, Duration late) {}

    private final List<Unit> collected = new ArrayList<>();
    private long collectedRows;

    /** @param files null moves nothing, and only counts */
    BadReplay(
            Recovery recovery,
            ArchivedObjects archive,
            BadObjectReplay objects,
            @Nullable ReplayFiles files,
            Pace pace) {
        this.recovery = recovery;
        this.archive = archive;
        this.objects = objects;
        this.files = files;
        this.pace = pace;
    }

    void run(BadSelection selection, BadCounts counts, PrintWriter err) throws LoadFailure, InterruptedException {
        List<Instant> hours = recovery.hours(selection);
        try (var threads = new ReplayThreads(pace.threads())) {
            for (int i = 0; i < hours.size(); i++) {
                Instant hour = hours.get(i);
                err.println("replay: bad events of " + hour + ", hour " + (i + 1) + " of " + hours.size());
                err.flush();
                var wanted = new BadRequests(recovery.inHour(selection, hour));
                for (Instant folder : archive.hoursOf(hour, pace.late(), Instant.now())) {
                    if (wanted.areAllFound()) {
                        break;
                    }
                    threads.run(
                            archive.keysOf(folder),
                            key -> objects.run(key, wanted),
                            (Tried tried) -> take(tried, counts, err));
                }
                counts.gone(wanted.rest());
                // The next hour's rows are far from this one's: what is looked through for repeats stays short.
                move(counts, err);
            }
        }
    }

    private void take(Tried tried, BadCounts counts, PrintWriter err) throws LoadFailure {
        if (tried.damage() != null) {
            err.println("replay: " + tried.damage());
        }
        tried.verdicts().forEach(counts::tried);
        if (!tried.unit().files().isEmpty()) {
            collected.add(tried.unit());
            collectedRows += tried.unit().rows();
        }
        if (collectedRows >= pace.commitRows()) {
            move(counts, err);
        }
    }

    private void move(BadCounts counts, PrintWriter err) throws LoadFailure {
        if (collected.isEmpty() || files == null) {
            return;
        }
        Recovery.Moved moved = recovery.move(List.copyOf(collected));
        counts.moved(moved);
        moved.leftOut().forEach((unit, why) -> err.println("replay: left as they are: " + why));
        collected.forEach(unit -> files.delete(unit.files()));
        collected.clear();
        collectedRows = 0;
    }
}
