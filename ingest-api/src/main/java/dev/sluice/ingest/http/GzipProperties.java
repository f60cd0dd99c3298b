package dev.sluice.ingest.http;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Compressed bodies. Keys {@code sluice.ingest.gzip.*}. What a body inflates to is bounded by {@code max-body} in any case.
 *
 * @param enabled whether {@code Content-Encoding: gzip} is taken; else it is answered by 415
 * @param maxRatio a body that inflates to more than so many times its size is refused
 * @param ratioFrom smaller bodies are not asked for their ratio: few events compress very well
 */
public record GzipProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("20") int maxRatio,
        @DefaultValue("64KB") DataSize ratioFrom) {
    public GzipProperties {
        if (maxRatio < 2) {
            throw new IllegalArgumentException("sluice.ingest.gzip.max-ratio is at least 2, not " + maxRatio);
        }
        if (ratioFrom.isNegative()) {
            throw new IllegalArgumentException("sluice.ingest.gzip.ratio-from is not negative, not " + ratioFrom);
        }
    }

    boolean isBomb(long inflated, long compressed) {
        return inflated > ratioFrom.toBytes() && inflated > maxRatio * compressed;
    }
}
