package dev.sluice.loader.load;

import dev.sluice.loader.staging.StagingLayout;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Deletes what loads have left in the bucket: data files of batches that the ledger holds and files that no batch ever named, the
 * descriptors of loaded batches, manifests. A file of a batch that waits is kept however old it is, which no lifecycle rule could
 * tell. Once a day it goes through all of these, one page of a listing at each step, so it holds one page and costs what is kept,
 * not what there ever was. Confined to the loader's thread.
 */
final class S3ObjectRetention implements Upkeep.Chore {
    private static final Logger LOG = LoggerFactory.getLogger(S3ObjectRetention.class);
    private static final Duration BETWEEN_ROUNDS = Duration.ofDays(1);

    /** Tells which of these batches are loaded. */
    interface Ledger {
        Set<String> loadedAmong(Collection<String> batchIds) throws LoadFailure;
    }

    private record Place(String name, String prefix) {}

    private final S3Client s3;
    private final StagingLayout layout;
    private final Ledger ledger;
    private final RetentionMetrics metrics;
    private final Age age;
    private final List<Place> places;

    private Instant nextRound = Instant.MIN;
    private int place;
    private String lastKey = "";
    private long deletedInRound;

    /** When an object is old. */
    record Age(Duration keep, InstantSource clock) {
        boolean isOver(S3Object object) {
            return object.lastModified().isBefore(clock.instant().minus(keep));
        }
    }

    S3ObjectRetention(S3Client s3, StagingLayout layout, Ledger ledger, RetentionMetrics metrics, Age age) {
        this.s3 = s3;
        this.layout = layout;
        this.ledger = ledger;
        this.metrics = metrics;
        this.age = age;
        this.places = List.of(
                new Place("data", layout.dataPrefix()),
                new Place("clean", layout.cleanPrefix()),
                new Place("descriptors", layout.loadedPrefix()),
                new Place("manifests", layout.manifestPrefix()));
    }

    @Override
    public String name() {
        return "deleting loaded objects";
    }

    @Override
    public void step() throws LoadFailure {
        if (age.clock().instant().isBefore(nextRound)) {
            return;
        }
        Place at = places.get(place);
        try {
            ListObjectsV2Response page = s3.listObjectsV2(request ->
                    request.bucket(layout.bucket()).prefix(at.prefix()).startAfter(lastKey.isEmpty() ? null : lastKey));
            List<String> old = page.contents().stream()
                    .filter(age::isOver)
                    .map(S3Object::key)
                    .toList();
            long deleted = delete(at.prefix().equals(layout.dataPrefix()) ? withoutWaiting(old) : old);
            metrics.objectsDeleted(at.name(), deleted);
            deletedInRound += deleted;
            if (Boolean.TRUE.equals(page.isTruncated()) && !page.contents().isEmpty()) {
                lastKey = page.contents().getLast().key();
            } else {
                nextPlace();
            }
        } catch (SdkException e) {
            throw LoadFailure.of("deleting old objects below s3://" + layout.bucket() + "/" + at.prefix(), e);
        }
    }

    private void nextPlace() {
        lastKey = "";
        place = (place + 1) % places.size();
        if (place == 0) {
            if (deletedInRound > 0) {
                LOG.info("Deleted {} objects of loads from more than {} ago", deletedInRound, age.keep());
            }
            deletedInRound = 0;
            nextRound = age.clock().instant().plus(BETWEEN_ROUNDS);
        }
    }

    /** The keys of files that no load will read: their batch is in the ledger, or has no descriptor and never will. */
    private List<String> withoutWaiting(List<String> keys) throws LoadFailure {
        Set<String> ids = new HashSet<>();
        for (String key : keys) {
            String id = layout.batchIdOfData(key);
            if (id != null) {
                ids.add(id);
            }
        }
        Set<String> done = new HashSet<>(ledger.loadedAmong(ids));
        for (String id : ids) {
            if (!done.contains(id) && !waits(id)) {
                done.add(id);
            }
        }
        return keys.stream()
                .filter(key -> isOneOf(done, layout.batchIdOfData(key)))
                .toList();
    }

    private static boolean isOneOf(Set<String> ids, @Nullable String id) {
        return id != null && ids.contains(id);
    }

    private boolean waits(String batchId) {
        try {
            s3.headObject(request -> request.bucket(layout.bucket()).key(layout.waitingKey(batchId)));
            return true;
        } catch (NoSuchKeyException _) {
            return false;
        }
    }

    /** As many as a page has, which is as many as one call takes. */
    private long delete(List<String> keys) {
        if (keys.isEmpty()) {
            return 0;
        }
        var objects = new ArrayList<ObjectIdentifier>();
        keys.forEach(key -> objects.add(ObjectIdentifier.builder().key(key).build()));
        var answer = s3.deleteObjects(request -> request.bucket(layout.bucket())
                .delete(Delete.builder().objects(objects).quiet(true).build()));
        if (answer.hasErrors()) {
            LOG.debug(
                    "{} old objects could not be deleted; the next round finds them",
                    answer.errors().size());
        }
        return (long) keys.size() - answer.errors().size();
    }

    /** Its calls have short deadlines of their own. */
    @Override
    public void abort() {}
}
