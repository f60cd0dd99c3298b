package dev.sluice.consumer;

import dev.sluice.loader.staging.archive.ArchiveObject;
import dev.sluice.loader.staging.archive.ArchiveReader;
import dev.sluice.loader.staging.archive.ArchiveSink;
import dev.sluice.loader.staging.archive.ArchivedRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Keeps archive objects, and can be cut short at the n-th. Outlives a processor, as S3 does. */
final class FakeArchiveSink implements ArchiveSink {
    /** Whether the n-th call (from 1) is cut short, before the object is kept. */
    IntPredicate fail = n -> false;
    /** Whether the n-th call is cut short after the object was kept. */
    IntPredicate failAfter = n -> false;

    private final List<ArchiveObject> objects = new ArrayList<>();
    private int calls;

    @Override
    public void write(ArchiveObject object) throws InterruptedException {
        int call = ++calls;
        if (fail.test(call)) {
            throw new InterruptedException("killed");
        }
        objects.add(object);
        if (failAfter.test(call)) {
            throw new InterruptedException("killed");
        }
    }

    List<ArchiveObject> objects() {
        return List.copyOf(objects);
    }

    /** {@code first-last} of each object. */
    List<String> ranges() {
        return objects.stream().map(o -> o.first() + "-" + o.last()).toList();
    }

    /** All that is in them, read as a replay would. */
    List<ArchivedRecord> records() throws IOException {
        var records = new ArrayList<ArchivedRecord>();
        for (ArchiveObject object : objects) {
            for (byte[] encoded : object.records()) {
                try (var reader = new ArchiveReader(new ByteArrayInputStream(encoded))) {
                    records.add(reader.next().orElseThrow());
                }
            }
        }
        return records;
    }
}
