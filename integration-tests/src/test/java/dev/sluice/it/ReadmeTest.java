package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The README's configuration table against what the code really reads. */
class ReadmeTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `(sluice\\.[a-z0-9.-]+)` \\| ([^|]*) \\|", Pattern.MULTILINE);

    @Test
    void configurationTable_namesEveryKeyAndNoOther() throws IOException {
        Set<String> documented = new TreeSet<>();
        Matcher row = ROW.matcher(configurationSection());
        while (row.find()) {
            documented.add(row.group(1));
        }
        assertThat(documented).isEqualTo(metadata().keySet());
    }

    @Test
    void configurationTable_givesTheDefaults() throws IOException {
        var documented = new TreeMap<String, String>();
        Matcher row = ROW.matcher(configurationSection());
        while (row.find()) {
            documented.put(row.group(1), row.group(2).strip().replace("`", ""));
        }
        Map<String, String> inCode = metadata();
        inCode.values().removeIf(String::isEmpty);
        assertThat(documented.keySet()).containsAll(inCode.keySet());
        assertThat(documented.entrySet().stream()
                        .filter(e -> inCode.containsKey(e.getKey()))
                        .collect(Collectors.toMap(e -> e.getKey(), e -> e.getValue())))
                .isEqualTo(inCode);
    }

    private static String configurationSection() throws IOException {
        String readme = Files.readString(Launched.root().resolve("README.md"));
        int start = readme.indexOf("\n## Configuration\n");
        assertThat(start).as("a section called Configuration").isPositive();
        return readme.substring(start, readme.indexOf("\n## ", start + 1));
    }

    /** Every key with its default; empty where there is none. */
    private static Map<String, String> metadata() throws IOException {
        var keys = new TreeMap<String, String>();
        for (URL file : Collections.list(
                ReadmeTest.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream in = file.openStream()) {
                for (JsonNode property :
                        JsonMapper.builder().build().readTree(in).get("properties")) {
                    String name = property.get("name").asString();
                    if (name.startsWith("sluice.")) {
                        keys.put(name, defaultOf(property.path("defaultValue")));
                    }
                }
            }
        }
        assertThat(keys).isNotEmpty();
        return keys;
    }

    private static String defaultOf(JsonNode value) {
        if (value.isArray()) {
            return value.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
        }
        return value.isMissingNode() ? "" : value.asString();
    }
}
