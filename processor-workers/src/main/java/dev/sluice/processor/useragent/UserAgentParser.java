package dev.sluice.processor.useragent;

import java.util.Map;
import java.util.Set;
import nl.basjes.parse.useragent.UserAgent;
import nl.basjes.parse.useragent.UserAgentAnalyzerDirect;
import nl.basjes.parse.useragent.Version;
import nl.basjes.parse.useragent.classify.UserAgentClassifier;
import org.jspecify.annotations.Nullable;

/**
 * Takes user agents apart by yauaa's rules, of which it holds about 100 MB and takes seconds to read. Confined to whoever
 * holds the lock of its user: the analyzer has one of its own, so that more threads would only wait inside.
 */
final class UserAgentParser {
    static final String VERSION = "yauaa " + Version.PROJECT_VERSION;

    /**
     * Bounds of what is parsed, each several times of what browsers and known crawlers write (2 levels, 4 comments, 38
     * words). The grammar is ambiguous: 512 characters of nested comments would cost 0.2 s, within these nothing costs
     * more than some milliseconds.
     */
    static final int MAX_CHARS = 512;

    private static final int MAX_DEPTH = 3;
    private static final int MAX_COMMENTS = 8;
    private static final int MAX_WORDS = 48;

    /** What the rules say where there is nothing to say. */
    private static final Set<String> NOTHING = Set.of("??", "Unknown", "Hacker", "Anonymized");

    /** In place of a robot's system they say whose data centre it runs in, as far as they guess. */
    private static final String NO_SYSTEM = "Cloud";

    /** As people call them. */
    private static final Map<String, String> NAMES = Map.of("Windows NT", "Windows", "Mac OS", "macOS");

    private final UserAgentAnalyzerDirect analyzer = UserAgentAnalyzerDirect.newBuilder()
            .hideMatcherLoadStats()
            .dropTests()
            .withUserAgentMaxLength(MAX_CHARS)
            .withFields(
                    UserAgent.DEVICE_CLASS,
                    UserAgent.AGENT_NAME,
                    UserAgent.AGENT_VERSION,
                    UserAgent.OPERATING_SYSTEM_NAME,
                    UserAgent.OPERATING_SYSTEM_VERSION)
            .immediateInitialization()
            .build();

    /** @param userAgent not longer than {@link #MAX_CHARS} */
    UserAgentFacts parse(String userAgent) {
        if (userAgent.isBlank() || !isPlausible(userAgent)) {
            return UserAgentFacts.UNKNOWN.asBot();
        }
        UserAgent parsed;
        try {
            parsed = analyzer.parse(userAgent);
        } catch (RuntimeException | StackOverflowError _) {
            // No rule is known that does it. What breaks a parser was not written by a browser.
            return UserAgentFacts.UNKNOWN.asBot();
        }
        String device = DeviceClasses.columnValue(UserAgentClassifier.getDeviceClass(parsed));
        String os = value(parsed, UserAgent.OPERATING_SYSTEM_NAME);
        boolean system = os != null && !os.endsWith(NO_SYSTEM);
        return new UserAgentFacts(
                value(parsed, UserAgent.AGENT_NAME),
                value(parsed, UserAgent.AGENT_VERSION),
                system ? NAMES.getOrDefault(os, os) : null,
                system ? value(parsed, UserAgent.OPERATING_SYSTEM_VERSION) : null,
                device,
                DeviceClasses.BOT.equals(device));
    }

    private static @Nullable String value(UserAgent parsed, String field) {
        String value = parsed.getValue(field);
        return value == null || NOTHING.contains(value) ? null : value;
    }

    private static boolean isPlausible(String userAgent) {
        int depth = 0;
        int comments = 0;
        int words = 1;
        for (int i = 0; i < userAgent.length(); i++) {
            switch (userAgent.charAt(i)) {
                case '(', '[', '{' -> {
                    depth++;
                    comments++;
                }
                case ')', ']', '}' -> depth--;
                case ' ', '\t', '+' -> words++;
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                return false;
            }
        }
        return comments <= MAX_COMMENTS && words <= MAX_WORDS;
    }
}
