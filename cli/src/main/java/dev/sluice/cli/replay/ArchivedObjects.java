package dev.sluice.cli.replay;

import dev.sluice.loader.staging.archive.ArchiveLayout;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Which archive objects may hold hits of a span of time. Stateless. */
record ArchivedObjects(S3Client s3, ArchiveLayout layout) {
    /** An hour's object may begin in the hour before by the stream's clock. */
    private static final Duration CLOCKS = Duration.ofMinutes(1);

    /**
     * In the order of hours.
     *
     * @param late how much later than it was received a hit may have come to the stream
     */
    List<String> keys(Instant from, Instant to, Duration late, Instant now) {
        Instant last = to.plus(late).isBefore(now) ? to.plus(late) : now;
        var keys = new ArrayList<String>();
        for (Instant hour = from.minus(CLOCKS).truncatedTo(ChronoUnit.HOURS);
                !hour.isAfter(last);
                hour = hour.plus(1, ChronoUnit.HOURS)) {
            keys.addAll(keysOf(hour));
        }
        return keys;
    }

    /** Those that begin in this hour. */
    List<String> keysOf(Instant hour) {
        String folder = layout.hourFolder(hour);
        return s3.listObjectsV2Paginator(list -> list.bucket(layout.bucket()).prefix(folder)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    /** In which hours the archive may have hits of this one, where most of them are first. */
    List<Instant> hoursOf(Instant hour, Duration late, Instant now) {
        Instant last = hour.plus(1, ChronoUnit.HOURS).plus(late);
        var hours = new ArrayList<Instant>();
        for (Instant next = hour;
                !next.isAfter(last.isBefore(now) ? last : now);
                next = next.plus(1, ChronoUnit.HOURS)) {
            hours.add(next);
        }
        hours.add(hour.minus(CLOCKS).truncatedTo(ChronoUnit.HOURS));
        return hours;
    }

    byte[] read(String key) {
        return s3.getObjectAsBytes(get -> get.bucket(layout.bucket()).key(key)).asByteArray();
    }
}
