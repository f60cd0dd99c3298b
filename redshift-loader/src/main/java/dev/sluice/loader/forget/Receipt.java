package dev.sluice.loader.forget;

import dev.sluice.loader.load.WarehouseErasure.Request;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run found or erased. Names nobody.
 *
 * @param kind of the id
 * @param idHash SHA-256 of kind, colon and id
 * @param dryRun whether nothing was changed
 * @param requestedAt null for a dry run
 * @param eraseUntil up to when loads erase what is still on the way; null for a dry run
 * @param places how much was erased in each place since the first request, or how much there is for a dry run: rows, staged files,
 *     archived requests
 * @param filesOfWaitingBatches staged files with the id whose batch is not loaded yet; the load will erase their rows, and another run
 *     the files
 * @param filesOfNoBatch staged files with the id that belong to no batch that is known; one may be about to be staged
 * @param finished whether no event can be on the way any more and nothing is left
 */
public record Receipt(
        String kind,
        String idHash,
        boolean dryRun,
        @Nullable Instant requestedAt,
        @Nullable Instant eraseUntil,
        Map<String, Long> places,
        int filesOfWaitingBatches,
        int filesOfNoBatch,
        boolean finished) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public Receipt {
        // Sorted, as it is printed.
        places = Collections.unmodifiableMap(new TreeMap<>(places));
    }

    static Receipt of(Request request, Map<String, Long> places, StagedFiles.Left left, boolean finished) {
        return new Receipt(
                request.id().kind().label(),
                request.id().sha256(),
                false,
                request.requestedAt(),
                request.eraseUntil(),
                places,
                left.waiting(),
                left.unknown(),
                finished);
    }

    /** Whether nothing that was there when the run ended is theirs. */
    public boolean isEverythingErased() {
        return filesOfWaitingBatches == 0 && filesOfNoBatch == 0;
    }

    public String toJson() {
        return JSON.writeValueAsString(this);
    }
}
