package dev.sluice.processor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                               | {}",
                "[]                               | []",
                " { \"a\" : [1, 2.50, true, null] } | {\"a\":[1,2.50,true,null]}",
                "{\"a\":1,\"b\":2,\"a\":3}        | {\"a\":3,\"b\":2}",
                "\"a\\u0000b\"                    | \"a\uFFFDb\"",
                "\"\\ud800 \\udc00\"              | \"\uFFFD \uFFFD\"",
                "\"\\ud83d\\ude00\"               | \"😀\"",
                "{\"\\u0000\":\"\\\"\\\\\\n\\u001b\"} | {\"\uFFFD\":\"\\\"\\\\\\u000a\\u001b\"}",
                "-0                               | -0",
                "1e5                              | 1e5",
                "12345678901234567890             | 12345678901234567890",
                "1e400                            | \"1e400\"",
                "1e-400                           | \"1e-400\"",
                "0.1e-9999999999                  | \"0.1e-9999999999\"",
            })
    void write_givesWhatTheWarehouseTakes(String json, String expected) throws JsonProblem {
        assertThat(JsonWriter.write(JsonReader.read(json))).isEqualTo(expected);
    }

    @Test
    void write_quotesNumbersWithMoreDigitsThanAnyColumnHolds() throws JsonProblem {
        String digits = "1".repeat(39);
        assertThat(JsonWriter.write(JsonReader.read(digits))).isEqualTo('"' + digits + '"');
        assertThat(JsonWriter.write(JsonReader.read("1".repeat(38)))).isEqualTo("1".repeat(38));
    }

    @Test
    void write_cutsStringsThatSuperCannotHold() {
        String json = JsonWriter.write(new JsonValue.Text("😀".repeat(20_000)));
        assertThat(json.getBytes(StandardCharsets.UTF_8)).hasSize(65_532 + 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\"}",
                "{a:1}",
                "nul",
                "NaN",
                "Infinity",
                "01",
                "'a'",
                "\"a",
                "{} {}",
                "[1] x",
                "\"\u0001\"",
                "]"
            })
    void read_refusesWhatIsNotJson(String text) {
        assertThatThrownBy(() -> JsonReader.read(text))
                .isInstanceOfSatisfying(
                        JsonProblem.class, e -> assertThat(e.beyondLimits()).isFalse());
    }

    @Test
    void read_refusesWhatIsBeyondTheLimits() throws JsonProblem {
        String nested = "[".repeat(JsonReader.MAX_DEPTH) + "]".repeat(JsonReader.MAX_DEPTH);
        assertThat(JsonWriter.write(JsonReader.read(nested))).isEqualTo(nested);
        assertBeyondLimits("[" + nested + "]");
        assertBeyondLimits("[".repeat(100_000));
        assertBeyondLimits("{\"a\":".repeat(100_000));
        assertBeyondLimits("1".repeat(1_000_000));
        assertBeyondLimits("[" + "1,".repeat(JsonReader.MAX_TOKENS) + "1]");
    }

    private static void assertBeyondLimits(String json) {
        assertThatThrownBy(() -> JsonReader.read(json))
                .isInstanceOfSatisfying(
                        JsonProblem.class, e -> assertThat(e.beyondLimits()).isTrue());
    }

    @Test
    void problem_saysWhereAndNotWhat() {
        assertThatThrownBy(() -> JsonReader.read("{\"email\": secret@example.com}"))
                .hasMessageContaining("line 1, column")
                .hasMessageNotContaining("secret");
    }
}
