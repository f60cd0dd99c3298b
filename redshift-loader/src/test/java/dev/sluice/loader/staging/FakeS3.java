package dev.sluice.loader.staging;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A bucket in memory that can fail the n-th call, before or after the object is there. */
public final class FakeS3 implements S3Client {
    public final Map<String, byte[]> objects = new LinkedHashMap<>();
    public final AtomicInteger calls = new AtomicInteger();
    /** What the n-th call (from 1) throws before it does anything; null is nothing. */
    public IntFunction<@Nullable RuntimeException> failBefore = n -> null;
    /** What the n-th call throws after it was done: an answer that got lost. */
    public IntFunction<@Nullable RuntimeException> failAfter = n -> null;

    @Override
    public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
        int n = calls.incrementAndGet();
        fail(failBefore.apply(n));
        if ("*".equals(request.ifNoneMatch()) && objects.containsKey(request.key())) {
            throw S3Exception.builder().statusCode(412).message("exists").build();
        }
        try (var in = body.contentStreamProvider().newStream()) {
            objects.put(request.key(), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        fail(failAfter.apply(n));
        return PutObjectResponse.builder().build();
    }

    @Override
    public <T> T getObject(GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
        fail(failBefore.apply(calls.incrementAndGet()));
        byte[] bytes = objects.get(request.key());
        if (bytes == null) {
            throw NoSuchKeyException.builder().statusCode(404).build();
        }
        try {
            return transformer.transform(
                    GetObjectResponse.builder().build(), AbortableInputStream.create(new ByteArrayInputStream(bytes)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public ResponseBytes<GetObjectResponse> getObjectAsBytes(GetObjectRequest request) {
        return getObject(request, ResponseTransformer.toBytes());
    }

    /** All in one page. */
    @Override
    public ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
        fail(failBefore.apply(calls.incrementAndGet()));
        String delimiter = request.delimiter();
        var contents = new ArrayList<S3Object>();
        var folders = new TreeSet<String>();
        for (String key : objects.keySet()) {
            int end = delimiter == null
                    ? -1
                    : key.indexOf(delimiter, request.prefix().length());
            if (key.startsWith(request.prefix()) && end >= 0) {
                folders.add(key.substring(0, end + 1));
            } else if (key.startsWith(request.prefix())) {
                contents.add(S3Object.builder().key(key).build());
            }
        }
        return ListObjectsV2Response.builder()
                .contents(contents)
                .commonPrefixes(folders.stream()
                        .map(folder -> CommonPrefix.builder().prefix(folder).build())
                        .toList())
                .isTruncated(false)
                .build();
    }

    @Override
    public DeleteObjectResponse deleteObject(DeleteObjectRequest request) {
        fail(failBefore.apply(calls.incrementAndGet()));
        objects.remove(request.key());
        return DeleteObjectResponse.builder().build();
    }

    @Override
    public String serviceName() {
        return "s3";
    }

    @Override
    public void close() {}

    private static void fail(@Nullable RuntimeException failure) {
        if (failure != null) {
            throw failure;
        }
    }
}
