package dev.sluice.loader.load;

import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import dev.sluice.loader.staging.StagingLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Staged batches in S3. Confined to the loader's thread; calls fan out to a few threads that end before the call does. */
final class S3BatchStore implements BatchStore {
    private static final Logger LOG = LoggerFactory.getLogger(S3BatchStore.class);

    /** 10,000 descriptors: what is behind them in the order of keys is seen when these are out of the way. */
    private static final int MOST_PAGES = 10;

    private static final int PARALLEL = 8;
    private static final int NOT_FOUND = 404;
    private static final String SUFFIX = ".json";
    private static final String GZIP_SUFFIX = ".gz";

    private final S3Client s3;
    private final StagingLayout layout;

    S3BatchStore(S3Client s3, StagingLayout layout) {
        this.s3 = s3;
        this.layout = layout;
    }

    @Override
    public List<Waiting> list() throws LoadFailure {
        var waiting = new ArrayList<Waiting>();
        try {
            String continuation = null;
            for (int page = 0; page < MOST_PAGES; page++) {
                ListObjectsV2Response response = s3.listObjectsV2(ListObjectsV2Request.builder()
                        .bucket(layout.bucket())
                        .prefix(layout.waitingPrefix())
                        .continuationToken(continuation)
                        .build());
                response.contents()
                        .forEach(
                                object -> waiting.add(new Waiting(object.key(), object.size(), object.lastModified())));
                continuation = response.nextContinuationToken();
                if (continuation == null || !Boolean.TRUE.equals(response.isTruncated())) {
                    break;
                }
            }
            return waiting;
        } catch (SdkException e) {
            throw LoadFailure.of("listing s3://" + layout.bucket() + "/" + layout.waitingPrefix(), e);
        }
    }

    @Override
    public Map<String, byte[]> read(Collection<String> keys) throws LoadFailure {
        var contents = new HashMap<String, byte[]>();
        for (Done<String, Optional<byte[]>> done : inParallel(keys, this::readOne)) {
            if (done.failure() != null) {
                throw LoadFailure.of("reading s3://" + layout.bucket() + "/" + done.input(), done.failure());
            }
            if (done.output() != null) {
                done.output().ifPresent(bytes -> contents.put(done.input(), bytes));
            }
        }
        return contents;
    }

    private Optional<byte[]> readOne(String key) {
        try {
            return Optional.of(s3.getObjectAsBytes(
                            request -> request.bucket(layout.bucket()).key(key))
                    .asByteArray());
        } catch (NoSuchKeyException _) {
            return Optional.empty();
        }
    }

    @Override
    public void put(String key, byte[] bytes) throws LoadFailure {
        try {
            String type = key.endsWith(GZIP_SUFFIX) ? "application/gzip" : "application/json";
            s3.putObject(
                    request -> request.bucket(layout.bucket()).key(key).contentType(type),
                    RequestBody.fromBytes(bytes));
        } catch (SdkException e) {
            throw LoadFailure.of("writing s3://" + layout.bucket() + "/" + key, e);
        }
    }

    @Override
    public Map<StagedFile, String> damaged(Collection<StagedFile> files) throws LoadFailure {
        var damaged = new HashMap<StagedFile, String>();
        for (Done<StagedFile, Optional<String>> done : inParallel(files, this::damageOf)) {
            if (done.failure() != null) {
                throw LoadFailure.of(
                        "reading s3://" + layout.bucket() + "/" + done.input().key(), done.failure());
            }
            if (done.output() != null) {
                done.output().ifPresent(what -> damaged.put(done.input(), what));
            }
        }
        return damaged;
    }

    private Optional<String> damageOf(StagedFile file) {
        try (ResponseInputStream<GetObjectResponse> in =
                s3.getObject(request -> request.bucket(layout.bucket()).key(file.key()))) {
            if (in.response().contentLength() != file.bytes()) {
                in.abort();
                return Optional.of(
                        "has " + in.response().contentLength() + " bytes, and was staged with " + file.bytes());
            }
            var digest = MessageDigest.getInstance("SHA-256");
            try (var hashed = new DigestInputStream(in, digest)) {
                hashed.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest()).equals(file.sha256())
                    ? Optional.empty()
                    : Optional.of("has another content than was staged");
        } catch (NoSuchKeyException _) {
            return Optional.of("is gone");
        } catch (IOException e) {
            throw SdkClientException.create("reading " + file.key(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void deleteBelow(String prefix) {
        try {
            List<String> keys = s3
                    .listObjectsV2Paginator(
                            request -> request.bucket(layout.bucket()).prefix(prefix))
                    .contents()
                    .stream()
                    .map(S3Object::key)
                    .toList();
            for (Done<String, Boolean> done : inParallel(keys, this::deleteOne)) {
                if (done.failure() != null) {
                    throw done.failure();
                }
            }
        } catch (SdkException e) {
            LOG.debug("Objects below s3://{}/{} are left", layout.bucket(), prefix, e);
        }
    }

    private Boolean deleteOne(String key) {
        s3.deleteObject(request -> request.bucket(layout.bucket()).key(key));
        return true;
    }

    @Override
    public List<BatchDescriptor> moveToLoaded(List<BatchDescriptor> batches) {
        var moved = new ArrayList<BatchDescriptor>();
        for (Done<BatchDescriptor, Boolean> done : inParallel(batches, this::moveOne)) {
            if (done.failure() == null) {
                moved.add(done.input());
            } else {
                LOG.debug("Batch {} stays in the way for now", done.input().batchId(), done.failure());
            }
        }
        return moved;
    }

    private Boolean moveOne(BatchDescriptor batch) {
        String from = layout.waitingKey(batch.batchId());
        // The day the events were received: known to whoever repeats the move, unlike the day of the load.
        String to =
                layout.loadedKey(batch.maxReceivedAt().atZone(ZoneOffset.UTC).toLocalDate(), batch.batchId());
        try {
            s3.copyObject(request -> request.sourceBucket(layout.bucket())
                    .sourceKey(from)
                    .destinationBucket(layout.bucket())
                    .destinationKey(to));
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND && !"NoSuchBucket".equals(errorCode(e))) {
                // Moved before, by us or by another loader.
                return true;
            }
            throw e;
        }
        s3.deleteObject(request -> request.bucket(layout.bucket()).key(from));
        return true;
    }

    private static @Nullable String errorCode(S3Exception e) {
        return e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
    }

    @Override
    public @Nullable String batchIdOf(String key) {
        String prefix = layout.waitingPrefix();
        if (!key.startsWith(prefix) || !key.endsWith(SUFFIX) || key.length() == prefix.length() + SUFFIX.length()) {
            return null;
        }
        String id = key.substring(prefix.length(), key.length() - SUFFIX.length());
        return layout.waitingKey(id).equals(key) ? id : null;
    }

    /** What became of one input. */
    private record Done<I, O>(
            I input, @Nullable O output, @Nullable SdkException failure) {}

    /** One call. */
    private interface Call<I, O> {
        O on(I input);
    }

    private static <I, O> List<Done<I, O>> inParallel(Collection<I> inputs, Call<I, O> call) {
        if (inputs.isEmpty()) {
            return List.of();
        }
        // Made anew each time: virtual threads cost nothing, and none outlives the call.
        try (ExecutorService executor = Executors.newFixedThreadPool(
                PARALLEL, Thread.ofVirtual().name("redshift-loader-s3-", 0).factory())) {
            List<Future<Done<I, O>>> futures = inputs.stream()
                    .map(input -> executor.submit((Callable<Done<I, O>>) () -> {
                        try {
                            return new Done<>(input, call.on(input), null);
                        } catch (SdkException e) {
                            return new Done<>(input, null, e);
                        }
                    }))
                    .toList();
            var done = new ArrayList<Done<I, O>>();
            for (Future<Done<I, O>> future : futures) {
                done.add(future.get());
            }
            return done;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted between calls to S3", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
