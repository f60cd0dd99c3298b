package dev.sluice.processor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A query that a browser encoded says what was meant; any other one says something, and not more than it was long. */
class QueryStringFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void forEach_readsWhatWasEncoded_andSurvivesWhatWasNot(FuzzedDataProvider data) {
        var sent = new ArrayList<Map.Entry<String, String>>();
        var query = new StringBuilder();
        for (int i = data.consumeInt(0, 4); i > 0; i--) {
            // An empty name is no parameter.
            String name = "n" + whole(data.consumeString(20));
            String value = whole(data.consumeString(60));
            sent.add(Map.entry(name, value));
            query.append(query.isEmpty() ? "" : "&").append(encoded(name));
            if (!value.isEmpty() || data.consumeBoolean()) {
                query.append('=').append(encoded(value));
            }
        }
        assertThat(read(query.toString())).isEqualTo(sent);

        String raw = data.consumeRemainingAsString();
        List<Map.Entry<String, String>> read = read(raw);
        assertThat(read.size()).isLessThanOrEqualTo(raw.length());
        assertThat(read.stream()
                        .mapToInt(p -> p.getKey().length() + p.getValue().length())
                        .sum())
                .isLessThanOrEqualTo(raw.length());
    }

    private static List<Map.Entry<String, String>> read(String query) {
        var read = new ArrayList<Map.Entry<String, String>>();
        QueryString.forEach(query, (name, value) -> read.add(Map.entry(name, value)));
        return read;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Half a surrogate pair cannot be percent-encoded. */
    private static String whole(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
