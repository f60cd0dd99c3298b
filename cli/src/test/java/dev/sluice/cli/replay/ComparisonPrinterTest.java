package dev.sluice.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.load.TableComparison.Change;
import dev.sluice.loader.load.TableComparison.Result;
import dev.sluice.loader.load.TableComparison.Sample;
import dev.sluice.loader.load.TableComparison.Wanted;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ComparisonPrinterTest {
    private static final Wanted WANTED = new Wanted("page_views", "next", null, null, 1);

    private final Result differing = new Result(
            2_000,
            1,
            0,
            56,
            List.of(new Change(
                    "geo_country", 5, List.of(new Sample("2026-06-01 09:00:00.000000", "e", 7, 0, null, "D\nE")))));

    @Test
    void text_hasALinePerColumnAndSample() {
        assertThat(ComparisonPrinter.TEXT.print(WANTED, differing).lines())
                .containsExactly(
                        "2,000 rows in both, 1 only in page_views, 0 only in next",
                        "geo_country                0.2500%  5 rows differ",
                        "    2026-06-01 09:00:00.000000 e/7/0: NULL -> 'D E'",
                        "1 of 56 columns differ");
    }

    @Test
    void text_saysThatAllIsTheSame() {
        assertThat(ComparisonPrinter.TEXT.print(WANTED, new Result(3, 0, 0, 56, List.of())))
                .endsWith("the same in all 56 columns");
    }

    @Test
    void json_isOneObject() {
        JsonNode node = JsonMapper.builder().build().readTree(ComparisonPrinter.JSON.print(WANTED, differing));
        assertThat(node.get("same").asBoolean()).isFalse();
        assertThat(node.get("only_one").asLong()).isEqualTo(1);
        JsonNode change = node.get("changes").get(0);
        assertThat(change.get("rate").asDouble()).isEqualTo(0.0025);
        assertThat(change.get("samples").get(0).get("one").isNull()).isTrue();
        assertThat(change.get("samples").get(0).get("other").asString()).isEqualTo("D\nE");
    }
}
