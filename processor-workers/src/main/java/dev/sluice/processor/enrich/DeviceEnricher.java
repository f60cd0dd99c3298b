package dev.sluice.processor.enrich;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.protocol.Param;
import org.jspecify.annotations.Nullable;

/**
 * What the device tells: its user agent, in which language, on how large a screen. The user agent is the header's: what a
 * client claims in {@code ua} is not believed.
 */
public final class DeviceEnricher implements Enricher {
    @Override
    public String name() {
        return "device";
    }

    @Override
    public void enrich(EventContext event) {
        event.text(Columns.USER_AGENT, event.hit().header("user-agent"))
                .text(Columns.BROWSER_LANGUAGE, language(event));
        if (event.isPageView()) {
            size(event, Param.VIEWPORT, Columns.VIEWPORT_WIDTH, Columns.VIEWPORT_HEIGHT);
            size(event, Param.SCREEN, Columns.SCREEN_WIDTH, Columns.SCREEN_HEIGHT);
        }
    }

    private static @Nullable String language(EventContext event) {
        String sent = event.param(Param.LANGUAGE);
        if (sent != null) {
            return sent;
        }
        // The first is what the user wants most: browsers write them in that order.
        String accepted = event.hit().header("accept-language");
        int end = 0;
        while (end < accepted.length() && ",; ".indexOf(accepted.charAt(end)) < 0) {
            end++;
        }
        String first = accepted.substring(0, end);
        return first.equals("*") ? null : first;
    }

    private static void size(EventContext event, Param param, Column<Integer> width, Column<Integer> height) {
        String text = event.param(param);
        if (text == null) {
            return;
        }
        int x = Math.max(text.indexOf('x'), text.indexOf('X'));
        Integer wide = x < 0 ? null : pixels(text, 0, x);
        Integer high = x < 0 ? null : pixels(text, x + 1, text.length());
        if (wide == null || high == null) {
            event.invalid(param.wireName(), text);
            return;
        }
        event.set(width, wide).set(height, high);
    }

    private static @Nullable Integer pixels(String text, int from, int to) {
        Long value = Numbers.whole(text, from, to);
        return value == null || value < 0 || value > Integer.MAX_VALUE ? null : value.intValue();
    }
}
