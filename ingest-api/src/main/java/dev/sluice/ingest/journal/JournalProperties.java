package dev.sluice.ingest.journal;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much may wait for the stream. Keys {@code sluice.ingest.journal.*}.
 *
 * @param maxBytes of heap, counted as {@link dev.sluice.common.RawHit#weight()}
 * @param maxHits a second bound, so that many tiny hits cannot cost more than their bytes say
 */
public record JournalProperties(
        @DefaultValue("128MB") DataSize maxBytes,
        @DefaultValue("500000") @Min(1) int maxHits) {

    /** Below this a single large request could not be taken even by an empty journal. */
    private static final DataSize LEAST = DataSize.ofMegabytes(2);

    public JournalProperties {
        if (maxBytes.compareTo(LEAST) < 0) {
            throw new IllegalArgumentException("sluice.ingest.journal.max-bytes is at least 2MB, not " + maxBytes);
        }
    }
}
