package dev.sluice.cli.status;

import dev.sluice.common.PrometheusPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where everything is. A number that nobody can tell, as the part that knows it is down, is null.
 *
 * <p>What is before the tables is counted in the services' memory, so since they started; what is loaded is
 * counted in the tables. Between a request and its rows, a number may be a moment older than its neighbour: differences that
 * would be negative are 0.
 *
 * @param parts who is there
 * @param accepted requests answered 2xx
 * @param inBuffer of these, not yet in the stream
 * @param inStream requests in the stream, not yet read
 * @param inWork rows made of what was read, not yet staged
 * @param staged rows in S3, not yet loaded
 * @param behindSeconds how far the consumer is behind the stream's end
 * @param tables null when the warehouse can't be asked
 */
record StatusReport(
        List<Part> parts,
        @Nullable Long accepted,
        @Nullable Long inBuffer,
        @Nullable Long inStream,
        @Nullable Long inWork,
        @Nullable Long staged,
        @Nullable Double behindSeconds,
        @Nullable WarehouseCounts tables) {

    /**
     * @param problem null when it is up
     */
    record Part(String name, @Nullable String problem) {}

    static StatusReport of(
            List<Part> parts,
            @Nullable PrometheusPage ingest,
            @Nullable PrometheusPage consumer,
            @Nullable PrometheusPage loader,
            @Nullable WarehouseCounts tables) {
        Long accepted = count(ingest, "sluice_ingest_accepted_hits_total");
        Long sent = count(ingest, "sluice_ingest_sent_hits_total");
        Long read = count(consumer, "sluice_consumer_hits_total");
        Long made = count(consumer, "sluice_consumer_rows_total");
        Long discarded = count(consumer, "sluice_consumer_rows_discarded_rows_total");
        Long staged = count(consumer, "sluice_stage_rows_total");
        Long loaded = count(loader, "sluice_load_rows_total");
        return new StatusReport(
                List.copyOf(parts),
                accepted,
                count(ingest, "sluice_ingest_journal_pending_hits"),
                left(sent, read),
                left(made, staged, discarded),
                left(staged, loaded),
                // A gauge of time, which the page has in seconds whatever its name says.
                consumer == null ? null : consumer.max("sluice_consumer_millis_behind_seconds"),
                tables);
    }

    private static @Nullable Long count(@Nullable PrometheusPage page, String name) {
        return page == null ? null : (long) page.sum(name);
    }

    /** What came and has not gone; null when one of the numbers is not known. */
    private static @Nullable Long left(@Nullable Long came, @Nullable Long... gone) {
        if (came == null) {
            return null;
        }
        long left = came;
        for (Long some : gone) {
            if (some == null) {
                return null;
            }
            left -= some;
        }
        return Math.max(0, left);
    }

    boolean allUp() {
        return parts.stream().allMatch(part -> part.problem() == null);
    }
}
