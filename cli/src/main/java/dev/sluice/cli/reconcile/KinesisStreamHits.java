package dev.sluice.cli.reconcile;

import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.loader.audit.HitPlace;
import dev.sluice.loader.audit.MissingHits;
import dev.sluice.loader.audit.Sighting;
import dev.sluice.loader.audit.Sightings;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** What the stream still holds, from when the first missing hit was received up to now, shard by shard. */
record KinesisStreamHits(KinesisClient kinesis, String stream) implements HitPlace {
    /** Two reads a second: of the five that a shard allows, its consumer needs the others. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    @Override
    public void search(MissingHits wanted, Sightings sightings) throws InterruptedException {
        try {
            String next = null;
            do {
                // A page's token names the stream, and forbids to name it again.
                ListShardsRequest.Builder list = ListShardsRequest.builder();
                var shards =
                        kinesis.listShards((next == null ? list.streamName(stream) : list.nextToken(next)).build());
                for (Shard shard : shards.shards()) {
                    read(shard.shardId(), wanted, sightings);
                }
                next = shards.nextToken();
            } while (next != null);
        } catch (SdkException e) {
            sightings.note("the stream " + stream + " can't be read: " + e.getMessage());
        }
    }

    private void read(String shard, MissingHits wanted, Sightings sightings) throws InterruptedException {
        Instant now = Instant.now();
        String iterator = kinesis.getShardIterator(get -> get.streamName(stream)
                        .shardId(shard)
                        .shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                        .timestamp(wanted.from()))
                .shardIterator();
        while (iterator != null) {
            GetRecordsResponse page = page(iterator);
            boolean isPast = false;
            for (Record record : page.records()) {
                isPast |= record.approximateArrivalTimestamp().isAfter(now);
                look(record, shard, wanted, sightings);
            }
            boolean isAtEnd = page.records().isEmpty() && page.millisBehindLatest() == 0;
            iterator = isPast || isAtEnd ? null : page.nextShardIterator();
        }
    }

    private GetRecordsResponse page(String iterator) throws InterruptedException {
        while (true) {
            Thread.sleep(PAUSE);
            @Nullable GetRecordsResponse page = pageUnlessThrottled(iterator);
            if (page != null) {
                return page;
            }
        }
    }

    private @Nullable GetRecordsResponse pageUnlessThrottled(String iterator) {
        try {
            return kinesis.getRecords(get -> get.shardIterator(iterator));
        } catch (ProvisionedThroughputExceededException e) {
            return null;
        }
    }

    private static void look(Record record, String shard, MissingHits wanted, Sightings sightings) {
        Frame frame;
        try {
            frame = FrameCodec.decode(record.data().asByteArray());
        } catch (FrameFormatException e) {
            // Not every record holds hits.
            return;
        }
        String epoch = frame.epoch().toString();
        for (int i = 0; i < frame.hits().size(); i++) {
            long seq = frame.firstSeq() + i;
            if (wanted.has(epoch, seq)) {
                sightings.add(
                        epoch, seq, new Sighting(Sighting.Place.STREAM, shard + ", record " + record.sequenceNumber()));
            }
        }
    }

    @Override
    public String toString() {
        return "the stream " + stream;
    }
}
