package dev.sluice.loader.staging.archive;

import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.common.RawHit;
import dev.sluice.loader.identity.IdHash;
import dev.sluice.loader.identity.Mentions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Erases an id from the archive. A request that carries it is replaced by {@link RawHit#forgotten}, so that frames keep their
 * numbers and a replay gives nothing for it; a record that is no frame and mentions it loses its bytes. The object is written anew
 * under its own key: it is there as it was or as it is to be, at every moment. Whatever can't be read is left as it is and told.
 * Holds one object and what is to become of it. Stateless and thread-safe.
 */
public final class S3ArchiveErasure {
    private static final Logger LOG = LoggerFactory.getLogger(S3ArchiveErasure.class);

    private final S3Client s3;
    private final ArchiveLayout layout;

    /** Hears how many requests of an object were erased, when they are. */
    public interface Progress<E extends Exception> {
        void erased(long requests) throws E;
    }

    public S3ArchiveErasure(S3Client s3, ArchiveLayout layout) {
        this.s3 = s3;
        this.layout = layout;
    }

    /** How many requests carry the id. */
    public long count(IdHash id) {
        var mentions = new Mentions(List.of(id));
        long count = 0;
        for (S3Object object : objects()) {
            count += without(mentions, object.key(), Instant.MAX).erased();
        }
        return count;
    }

    /** @param until requests that reached the stream later are not touched */
    public <E extends Exception> void erase(IdHash id, Instant until, Progress<E> progress) throws E {
        var mentions = new Mentions(List.of(id));
        for (S3Object object : objects()) {
            Rewritten rewritten = without(mentions, object.key(), until);
            if (rewritten.erased() > 0) {
                s3.putObject(
                        request -> request.bucket(layout.bucket())
                                .key(object.key())
                                .contentType("application/octet-stream"),
                        RequestBody.fromBytes(rewritten.bytes()));
                progress.erased(rewritten.erased());
            }
        }
    }

    private Iterable<S3Object> objects() {
        return s3.listObjectsV2Paginator(
                        request -> request.bucket(layout.bucket()).prefix(layout.root()))
                .contents();
    }

    private record Rewritten(byte[] bytes, long erased) {}

    private Rewritten without(Mentions mentions, String key, Instant until) {
        var out = new ByteArrayOutputStream();
        long erased = 0;
        try (var in = new ArchiveReader(new ByteArrayInputStream(
                s3.getObjectAsBytes(request -> request.bucket(layout.bucket()).key(key))
                        .asByteArray()))) {
            for (Optional<ArchivedRecord> next = in.next(); next.isPresent(); next = in.next()) {
                ArchivedRecord record = next.get();
                Rewritten data = record.arrivedAt().isAfter(until)
                        ? new Rewritten(record.data(), 0)
                        : without(mentions, record.data());
                erased += data.erased();
                out.writeBytes(ArchiveFormat.encode(withData(record, data.bytes())));
            }
            return new Rewritten(out.toByteArray(), erased);
        } catch (NoSuchKeyException _) {
            // Past its retention since it was listed.
            return new Rewritten(new byte[0], 0);
        } catch (IOException e) {
            LOG.warn(
                    "s3://{}/{} is no whole archive object and stays as it is: {}",
                    layout.bucket(),
                    key,
                    e.getMessage());
            return new Rewritten(new byte[0], 0);
        }
    }

    private static ArchivedRecord withData(ArchivedRecord record, byte[] data) {
        return new ArchivedRecord(
                record.shard(), record.sequenceNumber(), record.partitionKey(), record.arrivedAt(), data);
    }

    private static Rewritten without(Mentions mentions, byte[] data) {
        try {
            Frame frame = FrameCodec.decode(data);
            var hits = new ArrayList<RawHit>();
            long erased = 0;
            for (RawHit hit : frame.hits()) {
                boolean theirs = !hit.isForgotten() && mentions.in(hit);
                erased += theirs ? 1 : 0;
                hits.add(theirs ? RawHit.forgotten(hit.receivedAt()) : hit);
            }
            return erased == 0
                    ? new Rewritten(data, 0)
                    : new Rewritten(FrameCodec.encode(new Frame(frame.epoch(), frame.firstSeq(), hits)), erased);
        } catch (FrameFormatException _) {
            return mentions.in(new String(data, StandardCharsets.UTF_8))
                    ? new Rewritten(new byte[0], 1)
                    : new Rewritten(data, 0);
        }
    }
}
