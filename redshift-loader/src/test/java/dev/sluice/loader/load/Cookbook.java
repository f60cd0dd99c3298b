package dev.sluice.loader.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The queries of {@code docs/cookbook.md}: every fenced block of SQL, by the name in its first line. */
final class Cookbook {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sql\\n(.*?)^```$");
    private static final Pattern QUERY = Pattern.compile("(?s)-- ([a-z0-9-]+)\\n(.*);\\s*");

    private Cookbook() {}

    static Map<String, String> queries() throws IOException {
        return queries(Files.readString(Docs.directory().resolve("cookbook.md")));
    }

    static String query(String name) throws IOException {
        return Objects.requireNonNull(queries().get(name), name);
    }

    /** @throws IllegalArgumentException when a block has no name, or one that another has */
    static Map<String, String> queries(String page) {
        var queries = new LinkedHashMap<String, String>();
        Matcher block = BLOCK.matcher(page);
        while (block.find()) {
            Matcher query = QUERY.matcher(block.group(1));
            if (!query.matches()) {
                throw new IllegalArgumentException("not one query below a line with its name: " + block.group(1));
            }
            if (queries.put(query.group(1), query.group(2)) != null) {
                throw new IllegalArgumentException("two queries are called " + query.group(1));
            }
        }
        return queries;
    }

    /** Where the answers lie that the queries must give. */
    static Path expected() {
        return Path.of("src/test/resources/cookbook/expected");
    }
}
