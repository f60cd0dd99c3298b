package dev.sluice.loader.forget;

import dev.sluice.loader.identity.IdHash;
import dev.sluice.loader.load.LoadFailure;
import dev.sluice.loader.load.WarehouseErasure;
import dev.sluice.loader.load.WarehouseErasure.Request;
import dev.sluice.loader.staging.S3StagedErasure;
import dev.sluice.loader.staging.archive.S3ArchiveErasure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Erases what carries an id from the warehouse, the archive and staged files, beside a line that goes on. First the request is
 * recorded, under the lock that every load takes; since then what arrives is erased by the load that brings it. So the places can be
 * gone through in any order and at any pace, a run that died is simply run again, and what was on the way when the request came is
 * taken care of by the loader and, for archive and files, by {@link #finish} when none can be on the way any more. Confined to one
 * thread; a run takes as long as reading the archive does.
 */
public final class Forget {
    private final WarehouseErasure warehouse;
    private final S3ArchiveErasure archive;
    private final StagedFiles staged;
    private final Pace pace;

    /**
     * @param inFlight how long an event may be on the way from the browser to the warehouse: the stream's retention and the longest
     *     outage
     * @param forLoads how long a run waits for batches that hold the id to be loaded
     * @param betweenLooks while it waits
     */
    public record Pace(Duration inFlight, Duration forLoads, Duration betweenLooks, LongSupplier nanoTime) {}

    public Forget(WarehouseErasure warehouse, S3ArchiveErasure archive, S3StagedErasure staged, Pace pace) {
        this.warehouse = warehouse;
        this.archive = archive;
        this.staged = new StagedFiles(staged, warehouse);
        this.pace = pace;
    }

    /** Counts what there is, and changes nothing. */
    public Receipt dryRun(IdHash id) throws LoadFailure {
        Map<String, Long> places = new TreeMap<>(warehouse.count(id));
        places.put("archive", archive.count(id));
        places.put("staged", (long) staged.count(id));
        return new Receipt(id.kind().label(), id.sha256(), true, null, null, places, 0, 0, false);
    }

    /** Erases all there is. Running it again goes on where one that died stopped, and does no harm after one that did not. */
    public Receipt run(IdHash id) throws LoadFailure, InterruptedException {
        Request request = warehouse.request(id, pace.inFlight());
        eraseRowsAndRequests(request);
        StagedFiles.Left left = eraseStaged(id);
        return Receipt.of(request, warehouse.receipts(id), left, false);
    }

    private StagedFiles.Left eraseStaged(IdHash id) throws LoadFailure, InterruptedException {
        long deadline = pace.nanoTime().getAsLong() + pace.forLoads().toNanos();
        StagedFiles.Left left = staged.erase(id);
        while (left.waiting() > 0 && deadline - pace.nanoTime().getAsLong() > 0) {
            Thread.sleep(pace.betweenLooks());
            left = staged.erase(id);
        }
        return left;
    }

    private void eraseRowsAndRequests(Request request) throws LoadFailure {
        IdHash id = request.id();
        warehouse.erase(id, request.eraseUntil());
        archive.erase(id, request.eraseUntil(), requests -> warehouse.receipt(id, "archive", requests));
    }

    /**
     * Goes through all places once more for every request for which nothing can be on the way any more: what consumers archived and
     * staged after the run, and what one that died wrote twice. Needs no id. What came later is another visit, and stays.
     */
    public List<Receipt> finish() throws LoadFailure {
        var receipts = new ArrayList<Receipt>();
        for (Request request : warehouse.due()) {
            eraseRowsAndRequests(request);
            StagedFiles.Left left = staged.erase(request.id());
            boolean finished = left.waiting() + left.unknown() == 0;
            if (finished) {
                warehouse.finish(request);
            }
            receipts.add(Receipt.of(request, warehouse.receipts(request.id()), left, finished));
        }
        return receipts;
    }
}
