package dev.sluice.local.kinesis;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard: its log, its limits, and the door that resharding shuts. Thread-safe; appends are one after the other, under the
 * monitor, as the positions must be in the order of the file.
 */
final class Shard {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);

    private final StreamClock clock;
    private final String stream;
    private final ShardLog log;
    private final ShardThrottle throttle;
    private volatile ShardState state;
    private boolean shut;

    Shard(String stream, ShardState state, ShardLog log, ShardLimits limits, StreamClock clock) {
        this.stream = stream;
        this.state = state;
        this.log = log;
        this.clock = clock;
        this.throttle = new ShardThrottle(limits, clock.micros());
        this.shut = !state.isOpen();
    }

    ShardState state() {
        return state;
    }

    ShardLog log() {
        return log;
    }

    ShardThrottle throttle() {
        return throttle;
    }

    String id() {
        return state.shardId();
    }

    /**
     * Stores what the limits let pass, and writes each entry's outcome at its place.
     *
     * @return false if the door is shut; then there are no outcomes, and the entries belong to the children
     */
    synchronized boolean append(List<PutEntry> entries, PutOutcome[] outcomes) {
        if (shut) {
            return false;
        }
        long nowMicros = clock.micros();
        List<StoredRecord> records = new ArrayList<>(entries.size());
        List<PutEntry> passed = new ArrayList<>(entries.size());
        for (PutEntry entry : entries) {
            if (throttle.tryWrite(entry.bytes(), nowMicros)) {
                long position = clock.nextPosition(nowMicros);
                records.add(new StoredRecord(position, nowMicros / 1_000, entry.partitionKey(), entry.data()));
                passed.add(entry);
            } else {
                outcomes[entry.at()] = new PutOutcome.Refused(ApiException.throttled(id(), stream));
            }
        }
        try {
            log.append(records);
            for (int i = 0; i < records.size(); i++) {
                SequenceNumber number = new SequenceNumber(records.get(i).position(), state.index());
                outcomes[passed.get(i).at()] = new PutOutcome.Stored(id(), number);
            }
        } catch (IOException e) {
            LOG.error("Could not write {} records of shard {} of stream {}", records.size(), id(), stream, e);
            passed.forEach(entry -> outcomes[entry.at()] = new PutOutcome.Refused(ApiException.internal()));
        }
        return true;
    }

    /** A number that no record gets. */
    SequenceNumber skipped() {
        return new SequenceNumber(clock.nextPosition(), state.index());
    }

    /** No record goes in any more. The state follows when it is on disk. */
    synchronized void shut() {
        shut = true;
    }

    /** Undoes {@link #shut}: the resharding failed. */
    synchronized void reopen() {
        shut = false;
    }

    void closed(ShardState closed) {
        state = closed;
    }
}
