package dev.sluice.processor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Any text: refused as no JSON, or read; and what is written of it can be stored in SUPER, is JSON to others too, and is read and
 * written again as the same.
 */
class JsonFuzzTest {
    private static final JsonMapper OTHERS = new JsonMapper();

    @FuzzTest(maxDuration = "20s")
    void readAndWrite_settleAfterOnce(byte[] utf8) throws JsonProblem {
        JsonValue value;
        try {
            value = JsonReader.read(new String(utf8, StandardCharsets.UTF_8));
        } catch (JsonProblem e) {
            assertThat(e).hasMessageMatching("[-A-Za-z0-9 ,()]+");
            return;
        }
        String written = JsonWriter.write(value);
        assertThat(Text.clean(written)).isSameAs(written);
        assertThat(written.chars()).allMatch(c -> c >= 0x20);
        assertThat(JsonWriter.write(JsonReader.read(written))).isEqualTo(written);
        try {
            OTHERS.readTree(written);
        } catch (JacksonException e) {
            throw new AssertionError("no JSON was written", e);
        }
    }
}
