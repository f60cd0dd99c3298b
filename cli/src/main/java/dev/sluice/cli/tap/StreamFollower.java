package dev.sluice.cli.tap;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.common.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * Reads all shards of a stream by iterators of its own: no lease, no checkpoint, nothing that a consumer would notice. Follows splits
 * and merges. What isn't taken waits, a page per shard and some records; then it reads no further.
 *
 * <p>Owns a virtual thread per shard, from {@link #start} to {@link #close}. {@link #poll} is for one thread.
 */
final class StreamFollower implements AutoCloseable {
    private static final int HELD_RECORDS = 64;
    private static final int PAGE_RECORDS = 100;
    private static final Backoff RETRY = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));
    /** Of calls to one shard, in a row. */
    private static final int MOST_FAILURES = 10;

    private sealed interface Item {}

    private record Read(StreamRecord record) implements Item {}

    private record Failed(CliFailure failure) implements Item {}

    private final KinesisClient kinesis;
    private final String stream;
    private final @Nullable Instant from;
    private final ReadPace pace;
    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>(HELD_RECORDS);
    private final Set<String> followed = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param from null begins with what arrives from now on */
    StreamFollower(KinesisClient kinesis, String stream, @Nullable Instant from, ReadPace pace) {
        this.kinesis = kinesis;
        this.stream = stream;
        this.from = from;
        this.pace = pace;
    }

    /**
     * Returns when every shard has its place, so that what arrives afterwards is seen.
     *
     * @throws CliFailure when the stream can't be read
     */
    void start() {
        try {
            var iterators = new ArrayList<String>();
            List<Shard> shards = shards();
            for (Shard shard : shards) {
                iterators.add(kinesis.getShardIterator(request -> {
                            request.streamName(stream).shardId(shard.shardId());
                            if (from == null) {
                                request.shardIteratorType(ShardIteratorType.LATEST);
                            } else {
                                request.shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                                        .timestamp(from);
                            }
                        })
                        .shardIterator());
            }
            for (int i = 0; i < shards.size(); i++) {
                follow(shards.get(i).shardId(), iterators.get(i));
            }
        } catch (SdkException e) {
            throw failure(e);
        }
    }

    private List<Shard> shards() {
        var shards = new ArrayList<Shard>();
        String next = null;
        do {
            String token = next;
            ListShardsResponse page = kinesis.listShards(request -> {
                if (token != null) {
                    request.nextToken(token);
                    return;
                }
                request.streamName(stream).shardFilter(filter -> {
                    if (from == null) {
                        filter.type(ShardFilterType.AT_LATEST);
                    } else {
                        filter.type(ShardFilterType.AT_TIMESTAMP).timestamp(from);
                    }
                });
            });
            shards.addAll(page.shards());
            next = page.nextToken();
        } while (next != null);
        return shards;
    }

    /**
     * The next record of any shard; those of one shard in their order.
     *
     * @return null when none came in time, or it is closed
     * @throws CliFailure when a shard can't be read any more
     */
    @Nullable StreamRecord poll(Duration patience) throws InterruptedException {
        Item item = items.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        return switch (item) {
            case null -> null;
            case Read read -> read.record();
            case Failed failed -> throw failed.failure();
        };
    }

    private void follow(String shardId, String iterator) {
        if (!followed.add(shardId) || closed) {
            return;
        }
        Thread thread = Thread.ofVirtual().name("tap-" + shardId).unstarted(() -> {
            try {
                read(shardId, iterator);
            } catch (InterruptedException e) {
                // Closed.
            } catch (SdkException e) {
                // Of what comes between reads: another iterator, or a child shard's.
                var _ = closed || items.offer(new Failed(failure(e)));
            } finally {
                threads.remove(Thread.currentThread());
            }
        });
        threads.add(thread);
        thread.start();
    }

    private void read(String shardId, String first) throws InterruptedException {
        String iterator = first;
        String last = null;
        int failures = 0;
        int throttled = 0;
        while (!closed) {
            String at = iterator;
            Duration pause;
            try {
                GetRecordsResponse page =
                        kinesis.getRecords(request -> request.shardIterator(at).limit(PAGE_RECORDS));
                failures = 0;
                throttled = 0;
                long bytes = 0;
                for (Record record : page.records()) {
                    byte[] data = record.data().asByteArrayUnsafe();
                    bytes += data.length;
                    items.put(new Read(new StreamRecord(
                            shardId, record.sequenceNumber(), record.approximateArrivalTimestamp(), data)));
                    last = record.sequenceNumber();
                }
                if (page.nextShardIterator() == null) {
                    goOnWith(page.childShards());
                    return;
                }
                iterator = page.nextShardIterator();
                pause = pace.after(bytes);
            } catch (ExpiredIteratorException e) {
                iterator = iteratorAfter(shardId, last);
                pause = Duration.ZERO;
            } catch (ProvisionedThroughputExceededException e) {
                // The others go first, for as long as they need it all.
                pause = RETRY.delay(++throttled, RandomGenerator.getDefault());
            } catch (AbortedException e) {
                return;
            } catch (SdkException e) {
                failures++;
                if (e instanceof ResourceNotFoundException || failures > MOST_FAILURES) {
                    items.put(new Failed(failure(e)));
                    return;
                }
                pause = RETRY.delay(failures, RandomGenerator.getDefault());
            }
            Thread.sleep(pause);
        }
    }

    /** What was not read before the iterator expired is read by another. */
    private String iteratorAfter(String shardId, @Nullable String last) {
        return kinesis.getShardIterator(request -> {
                    request.streamName(stream).shardId(shardId);
                    if (last != null) {
                        request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                                .startingSequenceNumber(last);
                    } else if (from != null) {
                        request.shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                                .timestamp(from);
                    } else {
                        request.shardIteratorType(ShardIteratorType.LATEST);
                    }
                })
                .shardIterator();
    }

    /** A shard ended in a split or a merge. */
    private void goOnWith(List<ChildShard> children) {
        for (ChildShard child : children) {
            String iterator = kinesis.getShardIterator(request -> request.streamName(stream)
                            .shardId(child.shardId())
                            .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                    .shardIterator();
            follow(child.shardId(), iterator);
        }
    }

    private CliFailure failure(SdkException e) {
        String why = e instanceof KinesisException kinesisFailure && kinesisFailure.awsErrorDetails() != null
                ? kinesisFailure.awsErrorDetails().errorMessage()
                : e.getMessage();
        return new CliFailure("cannot read the stream " + stream + ": " + why, e);
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        items.clear();
    }
}
