package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.Range;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import dev.sluice.loader.staging.StagingLayout;
import java.time.Instant;
import java.util.List;

/** Descriptors for tests that touch no file. */
final class TestBatch {
    static final Instant RECEIVED = Instant.parse("2026-11-23T10:00:00Z");

    private TestBatch() {}

    static BatchDescriptor of(String shard, int first, long rows) {
        var range = new Range(shard, Integer.toString(first), Integer.toString(first + 9));
        String id = StagingLayout.batchId(range.shard(), range.first(), range.last());
        var file = new StagedFile(Table.PAGE_VIEWS, "staged/data/" + id + "/page_views.csv.gz", rows, 100, "00");
        return new BatchDescriptor(1, id, range, RECEIVED, RECEIVED.plusSeconds(1), "1", "", List.of(file));
    }
}
