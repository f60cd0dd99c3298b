package dev.sluice.loader.audit;

import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.common.RawHit;
import dev.sluice.loader.staging.archive.ArchiveLayout;
import dev.sluice.loader.staging.archive.ArchiveReader;
import dev.sluice.loader.staging.archive.ArchivedRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The raw archive: the stream's records as they were received. */
public final class S3ArchivedHits implements HitPlace {
    /** A hit comes to the stream after it was received; a node's journal holds it for longer only while the stream is away. */
    private static final Duration LATEST = Duration.ofDays(1);

    private final S3Client s3;
    private final ArchiveLayout layout;
    private final InstantSource clock;

    public S3ArchivedHits(S3Client s3, ArchiveLayout layout, InstantSource clock) {
        this.s3 = s3;
        this.layout = layout;
        this.clock = clock;
    }

    /** Hears of a hit that was looked for. */
    interface Heard {
        void hit(String epoch, long seq, RawHit hit, String where);
    }

    @Override
    public void search(MissingHits wanted, Sightings sightings) {
        read(
                wanted,
                sightings,
                (epoch, seq, _, where) -> sightings.add(epoch, seq, new Sighting(Sighting.Place.ARCHIVE, where)));
    }

    void read(MissingHits wanted, Sightings sightings, Heard heard) {
        Instant now = clock.instant();
        Instant latest = wanted.to().plus(LATEST).isBefore(now) ? wanted.to().plus(LATEST) : now;
        // An hour's object may begin in the hour before by the stream's clock.
        for (Instant hour = wanted.from().minus(1, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.HOURS);
                !hour.isAfter(latest);
                hour = hour.plus(1, ChronoUnit.HOURS)) {
            String folder = layout.hourFolder(hour);
            for (S3Object object : s3.listObjectsV2Paginator(
                            list -> list.bucket(layout.bucket()).prefix(folder))
                    .contents()) {
                read(object.key(), wanted, sightings, heard);
            }
        }
    }

    private void read(String key, MissingHits wanted, Sightings sightings, Heard heard) {
        try (var reader = new ArchiveReader(
                s3.getObject(get -> get.bucket(layout.bucket()).key(key)))) {
            for (Optional<ArchivedRecord> next = reader.next(); next.isPresent(); next = reader.next()) {
                read(next.get(), key, wanted, heard);
            }
        } catch (IOException | SdkException e) {
            sightings.note("the archive's object " + key + " can't be read to its end: " + e.getMessage());
        }
    }

    private static void read(ArchivedRecord record, String key, MissingHits wanted, Heard heard) {
        Frame frame;
        try {
            frame = FrameCodec.decode(record.data());
        } catch (FrameFormatException e) {
            // Not every record holds hits.
            return;
        }
        String epoch = frame.epoch().toString();
        long last = frame.firstSeq() + frame.hits().size() - 1;
        if (!wanted.hasAnyOf(epoch, frame.firstSeq(), last)) {
            return;
        }
        for (int i = 0; i < frame.hits().size(); i++) {
            long seq = frame.firstSeq() + i;
            if (wanted.has(epoch, seq)) {
                heard.hit(epoch, seq, frame.hits().get(i), key + ", record " + record.sequenceNumber());
            }
        }
    }

    @Override
    public String toString() {
        return "s3://" + layout.bucket() + "/" + layout.root();
    }
}
