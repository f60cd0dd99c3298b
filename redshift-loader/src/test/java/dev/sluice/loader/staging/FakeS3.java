package dev.sluice.loader.staging;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A bucket in memory that can fail the n-th call, before or after the object is there. */
final class FakeS3 implements S3Client {
    final Map<String, byte[]> objects = new LinkedHashMap<>();
    final AtomicInteger calls = new AtomicInteger();
    /** What the n-th call (from 1) throws before it does anything; null is nothing. */
    IntFunction<@Nullable RuntimeException> failBefore = n -> null;
    /** What the n-th call throws after it was done: an answer that got lost. */
    IntFunction<@Nullable RuntimeException> failAfter = n -> null;

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
