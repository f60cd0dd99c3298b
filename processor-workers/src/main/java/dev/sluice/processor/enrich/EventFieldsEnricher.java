package dev.sluice.processor.enrich;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.protocol.Param;
import dev.sluice.processor.protocol.SelfDescribing;

/** What each type of event other than a page view says: structured, page ping, self-describing. */
public final class EventFieldsEnricher implements Enricher {
    @Override
    public String name() {
        return "event-fields";
    }

    @Override
    public void enrich(EventContext event) {
        switch (event.event().type()) {
            case PAGE_VIEW -> {}
            case PAGE_PING -> {
                offset(event, Param.PING_MIN_X, Columns.PING_MIN_X);
                offset(event, Param.PING_MAX_X, Columns.PING_MAX_X);
                offset(event, Param.PING_MIN_Y, Columns.PING_MIN_Y);
                offset(event, Param.PING_MAX_Y, Columns.PING_MAX_Y);
            }
            case STRUCT -> struct(event);
            case SELF_DESCRIBING -> selfDescribing(event);
        }
    }

    // Trackers leave an offset of zero out.
    private static void offset(EventContext event, Param param, Column<Integer> column) {
        String text = event.param(param);
        Integer value = text == null ? Integer.valueOf(0) : Numbers.integer(text);
        if (text != null && value == null) {
            event.invalid(param.wireName(), text);
        }
        event.set(column, value);
    }

    private static void struct(EventContext event) {
        event.text(Columns.CATEGORY, event.param(Param.CATEGORY))
                .text(Columns.ACTION, event.param(Param.ACTION))
                .text(Columns.LABEL, event.param(Param.LABEL))
                .text(Columns.PROPERTY, event.param(Param.PROPERTY));
        String text = event.param(Param.VALUE);
        if (text != null) {
            Double value = Numbers.decimal(text);
            if (value == null) {
                event.invalid(Param.VALUE.wireName(), text);
            }
            event.set(Columns.VALUE, value);
        }
    }

    private static void selfDescribing(EventContext event) {
        SelfDescribing said = event.event().selfDescribing();
        if (said != null) {
            event.text(Columns.SCHEMA_VENDOR, said.vendor())
                    .text(Columns.SCHEMA_NAME, said.name())
                    .text(Columns.SCHEMA_VERSION, said.version())
                    .json(Columns.DATA, said.data());
        }
    }
}
