package dev.sluice.cli.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PrintersTest {
    private final StringWriter printed = new StringWriter();

    @Test
    void csv_quotesWhatNeedsItAndTellsNullFromEmpty() {
        var csv = ResultPrinter.Format.CSV.to(new PrintWriter(printed), false);

        csv.header(List.of("plain", "a,b"));
        csv.row(List.of(text("x"), text(null)));
        csv.row(List.of(text(""), text("say \"hi\"")));
        csv.row(List.of(text("two\nlines"), text("=1+1")));
        csv.end();

        assertThat(printed).hasToString("plain,\"a,b\"\nx,\n\"\",\"say \"\"hi\"\"\"\n\"two\nlines\",=1+1\n");
    }

    @Test
    void csv_defusesFormulasForSpreadsheetsOnly() {
        var csv = ResultPrinter.Format.CSV.to(new PrintWriter(printed), true);

        csv.row(List.of(text("=cmd|x"), text("@a"), text("-1"), number("-1"), text("a=b"), text(null)));
        csv.end();

        assertThat(printed).hasToString("'=cmd|x,'@a,'-1,-1,a=b,\n");
    }

    @Test
    void json_keepsTypes() {
        var json = ResultPrinter.Format.JSON.to(new PrintWriter(printed), false);

        json.header(List.of("s", "n", "b", "j", "z"));
        json.row(List.of(
                text("a\"b"),
                number("1.50"),
                new Cell("t", Cell.Kind.BOOLEAN),
                new Cell("{\"k\":1}", Cell.Kind.JSON),
                text(null)));
        json.row(List.of(
                text(""),
                number("NaN"),
                new Cell("false", Cell.Kind.BOOLEAN),
                new Cell(null, Cell.Kind.JSON),
                text("x")));
        json.end();

        assertThat(printed).hasToString("""
                        [
                        {"s":"a\\"b","n":1.50,"b":true,"j":{"k":1},"z":null},
                        {"s":"","n":"NaN","b":false,"j":null,"z":"x"}
                        ]
                        """);
    }

    @Test
    void json_ofNothingIsAnEmptyArray() {
        var json = ResultPrinter.Format.JSON.to(new PrintWriter(printed), false);

        json.header(List.of("s"));
        json.end();

        assertThat(printed).hasToString("[\n]\n");
    }

    @Test
    void table_alignsAndNamesNull() {
        var table = ResultPrinter.Format.TABLE.to(new PrintWriter(printed), false);

        table.header(List.of("name", "count"));
        table.row(List.of(text("long one"), number("5")));
        table.row(List.of(text(null), number("12345678")));
        table.row(List.of(text("tab\there\033[2J"), number("1")));
        table.end();

        assertThat(printed).hasToString("""
                        name         |    count
                        -------------+---------
                        long one     |        5
                        NULL         | 12345678
                        tab here [2J |        1
                        (3 rows)
                        """);
    }

    @Test
    void table_printsRowsPastThoseItHolds() {
        var table = ResultPrinter.Format.TABLE.to(new PrintWriter(printed), false);

        table.header(List.of("n"));
        for (int i = 0; i < 1_234; i++) {
            table.row(List.of(number(Integer.toString(i))));
        }
        table.end();

        assertThat(printed.toString().lines()).hasSize(1_234 + 3).contains("1233", "(1234 rows)");
    }

    private static Cell text(@Nullable String text) {
        return new Cell(text, Cell.Kind.TEXT);
    }

    private static Cell number(String text) {
        return new Cell(text, Cell.Kind.NUMBER);
    }
}
