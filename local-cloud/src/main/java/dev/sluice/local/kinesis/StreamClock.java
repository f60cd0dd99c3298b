package dev.sluice.local.kinesis;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The time, and the positions of one stream, which follow from it: {@link SequenceNumber}. Thread-safe. */
final class StreamClock {
    private final InstantSource clock;
    private final AtomicLong lastPosition;

    /**
     * @param lastPosition the highest that the stream gave before
     */
    StreamClock(InstantSource clock, long lastPosition) {
        this.clock = clock;
        this.lastPosition = new AtomicLong(lastPosition);
    }

    long millis() {
        return clock.millis();
    }

    long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }

    long nextPosition() {
        return nextPosition(micros());
    }

    long nextPosition(long nowMicros) {
        return lastPosition.updateAndGet(last -> Math.max(last + 1, nowMicros));
    }
}
