package dev.sluice.processor.useragent;

import dev.sluice.processor.protocol.JsonProblem;
import dev.sluice.processor.protocol.JsonReader;
import dev.sluice.processor.protocol.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user agents of known crawlers, by the list {@code crawler-user-agents} that the build puts beside this class. Nearly
 * all of its 1,500 patterns are plain text, and are looked for as such. Immutable.
 */
final class CrawlerList {
    /** Knows none. */
    static final CrawlerList NONE = new CrawlerList("", List.of());

    private static final Logger LOG = LoggerFactory.getLogger(CrawlerList.class);
    /** Of a regular expression; {@code /} is none, yet escaped in the list. */
    private static final String META = "\\^$.|?*+()[]{}";

    private final String version;
    private final List<Predicate<String>> patterns;

    private CrawlerList(String version, List<Predicate<String>> patterns) {
        this.version = version;
        this.patterns = List.copyOf(patterns);
    }

    /** The one that was built in; {@link #NONE}, and a warning, when none was, or it can't be read. */
    static CrawlerList builtIn() {
        try {
            String version = resource("crawlers/version.txt");
            String json = resource("crawlers/crawlers.json");
            if (version != null && json != null) {
                return of("crawler-user-agents " + version.strip(), json);
            }
            LOG.warn("Built without the list of crawlers: is_bot knows fewer. Build again where npm is.");
        } catch (IOException | JsonProblem | PatternSyntaxException e) {
            LOG.warn("The list of crawlers can't be read: is_bot knows fewer.", e);
        }
        return NONE;
    }

    /** @throws PatternSyntaxException when one of its patterns is none */
    static CrawlerList of(String version, String json) throws JsonProblem {
        var patterns = new ArrayList<Predicate<String>>();
        if (JsonReader.read(json) instanceof JsonValue.Arr(var entries)) {
            for (JsonValue entry : entries) {
                if (entry instanceof JsonValue.Obj(var members)
                        && members.get("pattern") instanceof JsonValue.Text(String pattern)) {
                    patterns.add(predicate(pattern));
                }
            }
        }
        return new CrawlerList(version, patterns);
    }

    /** Name and version; empty for {@link #NONE}. */
    String version() {
        return version;
    }

    int size() {
        return patterns.size();
    }

    /** Costs some tens of microseconds: ask once for each user agent, and bound its length. */
    boolean matches(String userAgent) {
        for (Predicate<String> pattern : patterns) {
            if (pattern.test(userAgent)) {
                return true;
            }
        }
        return false;
    }

    private static Predicate<String> predicate(String pattern) {
        boolean atStart = pattern.startsWith("^");
        String plain = plain(atStart ? pattern.substring(1) : pattern);
        if (plain == null) {
            return Pattern.compile(pattern).asPredicate();
        }
        return atStart ? userAgent -> userAgent.startsWith(plain) : userAgent -> userAgent.contains(plain);
    }

    /** The text that this expression stands for; null when it stands for more than one. */
    private static @Nullable String plain(String pattern) {
        var text = new StringBuilder(pattern.length());
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\' && i + 1 < pattern.length() && !Character.isLetterOrDigit(pattern.charAt(i + 1))) {
                i++;
                text.append(pattern.charAt(i));
            } else if (META.indexOf(c) >= 0) {
                return null;
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static @Nullable String resource(String name) throws IOException {
        try (InputStream in = CrawlerList.class.getResourceAsStream(name)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
