package dev.sluice.ingest.journal;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What each start says of the hits it accepted, so that it can be proved that none is missing. Keys {@code sluice.ingest.audit.*}.
 *
 * @param interval between two audit records: how far behind the proof is. Each one is a record on the stream and, where nothing else
 *     is loaded, a load
 */
public record AuditProperties(@DefaultValue("10s") Duration interval) {
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofMinutes(10);

    public AuditProperties {
        if (interval.compareTo(LEAST) < 0 || interval.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("sluice.ingest.audit: interval is from 1s to 10m");
        }
    }
}
