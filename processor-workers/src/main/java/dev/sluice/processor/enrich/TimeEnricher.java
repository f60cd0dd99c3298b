package dev.sluice.processor.enrich;

import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.protocol.Param;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * When it happened. A client's clock is believed for intervals and, when it says so with {@code ttm}, for the time
 * itself; never for a time later than the arrival.
 */
public final class TimeEnricher implements Enricher {
    /** Client times from 1970 to the end of 9999: what every database and every format with four digits holds. */
    private static final long LAST_MILLIS =
            Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    @Override
    public String name() {
        return "time";
    }

    @Override
    public void enrich(EventContext event) {
        Instant received = event.hit().receivedAt().truncatedTo(ChronoUnit.MICROS);
        Instant created = time(event, Param.CREATED);
        Instant sent = time(event, Param.SENT);
        Instant stated = time(event, Param.TRUE_TIME);
        Instant occurred = stated != null ? stated : derived(received, created, sent);
        event.set(Columns.RECEIVED_AT, received)
                .set(Columns.CLIENT_CREATED_AT, created)
                .set(Columns.CLIENT_SENT_AT, sent)
                .set(Columns.OCCURRED_AT, occurred.isAfter(received) ? received : occurred)
                .set(Columns.ENRICHED_AT, event.origin().enrichedAt())
                .text(Columns.CLIENT_TIMEZONE, event.param(Param.TIMEZONE));
    }

    private static Instant derived(Instant received, @Nullable Instant created, @Nullable Instant sent) {
        if (created == null || sent == null || created.isAfter(sent)) {
            return received;
        }
        Instant occurred = received.minus(Duration.between(created, sent));
        // A client that was in 1970 when it created the event and in the present when it sent it.
        return occurred.isBefore(Instant.EPOCH) ? received : occurred;
    }

    private static @Nullable Instant time(EventContext event, Param param) {
        String text = event.param(param);
        if (text == null) {
            return null;
        }
        Long millis = Numbers.whole(text, 0, text.length());
        if (millis == null || millis < 0 || millis > LAST_MILLIS) {
            event.invalid(param.wireName(), text);
            return null;
        }
        return Instant.ofEpochMilli(millis);
    }
}
