package dev.sluice.ingest.send;

import dev.sluice.common.KinesisLimits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How hits get into the stream. Keys {@code sluice.ingest.send.*}.
 *
 * @param stream the stream's name
 * @param linger how long the first hit waits for others to share its frame
 * @param frameBytes a frame is closed before its hits, not compressed, exceed this; one larger hit has a frame of its own
 * @param frameHits and at this many hits
 * @param callBytes a call is sent once its encoded frames reach this
 * @param inFlight calls under way at once, waiting ones included
 * @param backoffFirst the most that the first retry waits
 * @param backoffMost the most that any retry waits
 * @param drainTimeout how long a stop may take to send what was accepted
 */
public record SendProperties(
        @DefaultValue("sluice") @NotBlank String stream,
        @DefaultValue("150ms") Duration linger,
        @DefaultValue("200KB") DataSize frameBytes,
        @DefaultValue("500") @Min(1) @Max(100_000) int frameHits,
        @DefaultValue("1MB") DataSize callBytes,
        @DefaultValue("4") @Min(1) @Max(256) int inFlight,
        @DefaultValue("100ms") Duration backoffFirst,
        @DefaultValue("5s") Duration backoffMost,
        @DefaultValue("20s") Duration drainTimeout) {

    /** Leaves a call that is almost full room for one more frame of any size. */
    static final long MOST_CALL_BYTES = KinesisLimits.PUT_RECORDS_MAX_BYTES - KinesisLimits.RECORD_MAX_BYTES;

    public SendProperties {
        require(!linger.isNegative(), "linger is not negative");
        require(
                frameBytes.toBytes() >= 1 && frameBytes.toBytes() <= FrameBuilder.MOST_HIT_BYTES,
                "frame-bytes is between 1 and " + FrameBuilder.MOST_HIT_BYTES);
        require(
                callBytes.toBytes() >= 1 && callBytes.toBytes() <= MOST_CALL_BYTES,
                "call-bytes is between 1 and " + MOST_CALL_BYTES);
        require(
                backoffFirst.isPositive() && backoffMost.compareTo(backoffFirst) >= 0,
                "0 < backoff-first <= backoff-most");
        require(!drainTimeout.isNegative(), "drain-timeout is not negative");
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("sluice.ingest.send: " + rule);
        }
    }
}
