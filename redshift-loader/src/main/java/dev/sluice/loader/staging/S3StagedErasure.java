package dev.sluice.loader.staging;

import dev.sluice.loader.identity.IdHash;
import dev.sluice.loader.identity.Mentions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Finds staged files that hold an id, and deletes those that no load will read any more. What waits is left for the loader, which
 * erases it as it arrives in the warehouse: a file that is changed or deleted under a load would fail that load, and a descriptor
 * never changes. Holds one listing's page and one line of a file. Stateless and thread-safe.
 */
public final class S3StagedErasure {
    private final S3Client s3;
    private final StagingLayout layout;

    /**
     * A file that holds the id.
     *
     * @param batchId null when its key is none of ours
     */
    public record Found(String key, @Nullable String batchId) {}

    public S3StagedErasure(S3Client s3, StagingLayout layout) {
        this.s3 = s3;
        this.layout = layout;
    }

    /** Files of batches, and what a load without bad rows left behind, that hold the id as a whole value. */
    public List<Found> find(IdHash id) {
        var mentions = new Mentions(List.of(id));
        var found = new ArrayList<Found>();
        for (String prefix : List.of(layout.dataPrefix(), layout.cleanPrefix())) {
            for (S3Object object : s3.listObjectsV2Paginator(
                            request -> request.bucket(layout.bucket()).prefix(prefix))
                    .contents()) {
                if (holds(object.key(), mentions)) {
                    found.add(new Found(object.key(), batchIdOf(object.key())));
                }
            }
        }
        return found;
    }

    private @Nullable String batchIdOf(String key) {
        if (key.startsWith(layout.cleanPrefix())) {
            String rest = key.substring(layout.cleanPrefix().length());
            return rest.substring(0, Math.max(0, rest.indexOf('/')));
        }
        return layout.batchIdOfData(key);
    }

    private boolean holds(String key, Mentions mentions) {
        try (var lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(
                        s3.getObject(request -> request.bucket(layout.bucket()).key(key))),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                // A value with a line's end in it is cut in two; no id has one.
                if (mentions.in(line)) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchKeyException _) {
            return false;
        } catch (IOException e) {
            throw SdkClientException.create("reading s3://" + layout.bucket() + "/" + key, e);
        }
    }

    /** Whether a load may still read the batch's files. */
    public boolean waits(String batchId) {
        try {
            s3.headObject(request -> request.bucket(layout.bucket()).key(layout.waitingKey(batchId)));
            return true;
        } catch (NoSuchKeyException _) {
            return false;
        }
    }

    public void delete(Found file) {
        s3.deleteObject(request -> request.bucket(layout.bucket()).key(file.key()));
    }
}
