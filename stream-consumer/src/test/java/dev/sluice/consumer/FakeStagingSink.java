package dev.sluice.consumer;

import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.RowBatch;
import dev.sluice.loader.staging.StagingLayout;
import dev.sluice.loader.staging.StagingSink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Keeps batches, and can fail the n-th, or be away until interrupted. Outlives a processor, as S3 does. Thread-safe. */
final class FakeStagingSink implements StagingSink {
    /** What the n-th call (from 1) throws, before the batch is kept; null is nothing. */
    IntFunction<@Nullable Throwable> fail = n -> null;
    /** What the n-th call throws after the batch was kept. */
    IntFunction<@Nullable Throwable> failAfter = n -> null;

    /** While true, every call blocks until it is interrupted. */
    volatile boolean away;

    final CountDownLatch blocked = new CountDownLatch(1);
    private final List<RowBatch> batches = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private int calls;

    @Override
    public BatchDescriptor stage(RowBatch batch) throws InterruptedException {
        if (away) {
            blocked.countDown();
            new CountDownLatch(1).await();
        }
        synchronized (this) {
            int call = ++calls;
            sneak(fail.apply(call));
            batches.add(batch);
            unpack(batch);
            sneak(failAfter.apply(call));
        }
        return new BatchDescriptor(
                BatchDescriptor.VERSION,
                StagingLayout.batchId(
                        batch.range().shard(),
                        batch.range().first(),
                        batch.range().last()),
                batch.range(),
                batch.received().min(),
                batch.received().max(),
                batch.madeBy().enrichVersion(),
                batch.madeBy().dataVersions(),
                batch.tables().stream()
                        .map(t ->
                                new BatchDescriptor.StagedFile(t.table(), "key", t.rows(), t.gzip().length, t.sha256()))
                        .toList());
    }

    synchronized List<RowBatch> batches() {
        return List.copyOf(batches);
    }

    /** {@code first-last} of each batch. */
    List<String> ranges() {
        return batches().stream()
                .map(b -> b.range().first() + "-" + b.range().last())
                .toList();
    }

    long rows() {
        return batches().stream().mapToLong(RowBatch::rows).sum();
    }

    /** The lines of all files of all batches. */
    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    private void unpack(RowBatch batch) {
        for (RowBatch.TableRows table : batch.tables()) {
            try (var in = new GZIPInputStream(new ByteArrayInputStream(table.gzip()))) {
                new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(lines::add);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void sneak(@Nullable Throwable failure) throws InterruptedException {
        switch (failure) {
            case null -> {}
            case InterruptedException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError(failure);
        }
    }
}
