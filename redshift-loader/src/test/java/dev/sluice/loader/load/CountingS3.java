package dev.sluice.loader.load;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A bucket in memory that lists in pages of a thousand, as S3 does, and counts what it is asked for. Thread-safe. */
final class CountingS3 implements S3Client {
    private static final int PAGE = 1_000;

    final NavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>();
    final AtomicLong lists = new AtomicLong();
    final AtomicLong listed = new AtomicLong();
    final AtomicLong otherCalls = new AtomicLong();
    volatile Instant now = TestBatch.RECEIVED;

    record Stored(byte[] bytes, Instant at) {}

    void put(String key, byte[] bytes) {
        objects.put(key, new Stored(bytes, now));
    }

    @Override
    public ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
        lists.incrementAndGet();
        String after = request.continuationToken() != null ? request.continuationToken() : request.startAfter();
        String from = after == null || after.compareTo(request.prefix()) < 0 ? request.prefix() : after;
        var page = new ArrayList<S3Object>();
        boolean more = false;
        for (Map.Entry<String, Stored> entry :
                objects.tailMap(from, !from.equals(after)).entrySet()) {
            if (!entry.getKey().startsWith(request.prefix())) {
                break;
            }
            if (page.size() == PAGE) {
                more = true;
                break;
            }
            page.add(S3Object.builder()
                    .key(entry.getKey())
                    .size((long) entry.getValue().bytes().length)
                    .lastModified(entry.getValue().at())
                    .build());
        }
        listed.addAndGet(page.size());
        return ListObjectsV2Response.builder()
                .contents(page)
                .isTruncated(more)
                .nextContinuationToken(more ? page.getLast().key() : null)
                .build();
    }

    @Override
    public <T> T getObject(GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
        otherCalls.incrementAndGet();
        byte[] bytes = require(request.key()).bytes();
        try {
            return transformer.transform(
                    GetObjectResponse.builder()
                            .contentLength((long) bytes.length)
                            .build(),
                    AbortableInputStream.create(new ByteArrayInputStream(bytes)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public ResponseBytes<GetObjectResponse> getObjectAsBytes(GetObjectRequest request) {
        return getObject(request, ResponseTransformer.toBytes());
    }

    @Override
    public HeadObjectResponse headObject(HeadObjectRequest request) {
        otherCalls.incrementAndGet();
        require(request.key());
        return HeadObjectResponse.builder().build();
    }

    @Override
    public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
        otherCalls.incrementAndGet();
        try (var in = body.contentStreamProvider().newStream()) {
            put(request.key(), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return PutObjectResponse.builder().build();
    }

    @Override
    public CopyObjectResponse copyObject(CopyObjectRequest request) {
        otherCalls.incrementAndGet();
        put(request.destinationKey(), require(request.sourceKey()).bytes());
        return CopyObjectResponse.builder().build();
    }

    @Override
    public DeleteObjectResponse deleteObject(DeleteObjectRequest request) {
        otherCalls.incrementAndGet();
        objects.remove(request.key());
        return DeleteObjectResponse.builder().build();
    }

    @Override
    public DeleteObjectsResponse deleteObjects(DeleteObjectsRequest request) {
        otherCalls.incrementAndGet();
        request.delete().objects().forEach(object -> objects.remove(object.key()));
        return DeleteObjectsResponse.builder().errors(List.of()).build();
    }

    private Stored require(String key) {
        @Nullable Stored stored = objects.get(key);
        if (stored == null) {
            throw NoSuchKeyException.builder().statusCode(404).build();
        }
        return stored;
    }

    @Override
    public String serviceName() {
        return "s3";
    }

    @Override
    public void close() {}
}
