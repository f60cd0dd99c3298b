package dev.sluice.cli.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventFilterTest {
    private final Row row = new RowDraft()
            .set(Columns.SITE_ID, "shop")
            .set(Columns.PAGE_URL, "https://shop.example/Cart?a=b")
            .set(Columns.IS_BOT, false)
            .toRow(Table.PAGE_VIEWS);

    @ParameterizedTest
    @CsvSource({
        "site_id=shop, true",
        "site_id=sho, false",
        "site_id~SHO, true",
        "page_url~/cart, true",
        "page_url=https://shop.example/Cart?a=b, true",
        "is_bot=false, true",
        "table=page_views, true",
        "table~bad, false",
        "page_title=, true",
        // A column of another table only.
        "reason=, true",
        "reason~x, false"
    })
    void takes(String condition, boolean taken) {
        assertThat(EventFilter.of(List.of(condition)).takes(row)).isEqualTo(taken);
    }

    @Test
    void allMustHold_andNoneTakesAll() {
        assertThat(EventFilter.of(List.of("site_id=shop", "is_bot=true")).takes(row))
                .isFalse();
        assertThat(EventFilter.of(List.of()).takes(row)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"site_id", "=shop", "colour=red", ""})
    void whatIsNoCondition_isRefused(String text) {
        assertThatThrownBy(() -> EventFilter.of(List.of(text))).isInstanceOf(IllegalArgumentException.class);
    }
}
