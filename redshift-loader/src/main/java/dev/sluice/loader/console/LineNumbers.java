package dev.sluice.loader.console;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the warehouse tells of the line at one moment: one transaction's view of it. Immutable.
 *
 * @param asOf when it was asked, by this machine's clock
 * @param latest page views, the newest first, robots included
 */
record LineNumbers(Instant asOf, Proof proof, Way way, Loads loads, Bad bad, List<PageView> latest) {
    LineNumbers {
        latest = List.copyOf(latest);
    }

    /**
     * @param completeUntil null while no node has told what it accepted
     * @param checkedAt when that was found; null likewise
     * @param missing hits that are overdue
     */
    record Proof(
            @Nullable Instant completeUntil,
            @Nullable Instant checkedAt,
            long missing,
            long writtenOffEpochs,
            List<Minute> minutes) {
        Proof {
            minutes = List.copyOf(minutes);
        }
    }

    /** One minute of {@code received_at} as the books have it: hits that nodes accepted, and rows that loads brought. */
    record Minute(Instant minute, long accepted, long loaded, long bad, long repeated) {}

    /**
     * How long page views took that were received in the last two minutes.
     *
     * @param nodes that told what they accepted in that time
     * @param toldUntil up to when; null when none did
     */
    record Way(long nodes, @Nullable Instant toldUntil, Lag toRow, Lag toTable) {}

    /** @param p50 seconds; means nothing when there were no page views */
    record Lag(long pageViews, double p50, double p95) {}

    /**
     * @param last when the last one of all was; null before the first
     * @param rowsOfLastMinute staged rows of batches that were loaded in the last minute
     */
    record Loads(@Nullable Instant last, long rowsOfLastMinute, List<Load> latest) {
        Loads {
            latest = List.copyOf(latest);
        }
    }

    record Load(
            long id, Instant at, long batches, long pageViews, long events, long bad, long repeats, Instant oldest) {}

    record Bad(List<Reason> reasons, List<BadRow> latest) {
        Bad {
            reasons = List.copyOf(reasons);
            latest = List.copyOf(latest);
        }
    }

    record Reason(String stage, String reason, long rows) {}

    /** @param detail null, as {@code original} is, when there is none or it is not to be shown */
    record BadRow(
            Instant receivedAt,
            @Nullable String site,
            String stage,
            String reason,
            @Nullable String detail,
            @Nullable String original) {}

    record PageView(
            Instant receivedAt,
            @Nullable String site,
            @Nullable String host,
            @Nullable String path,
            @Nullable String title,
            @Nullable String referrer,
            @Nullable String device,
            @Nullable String country,
            boolean robot) {}
}
