package dev.sluice.ingest.http;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the servlet goes by, fixed at the start.
 *
 * @param paths where events are taken
 * @param voice how it answers
 * @param cookie the network cookie
 * @param optOutCookie name of the cookie whose bearer is not recorded; null when there is none
 * @param recordHead whether HEAD counts as an event
 * @param maxUri characters of path and query
 * @param acceptTimeout how long a request waits for the journal
 */
public record CollectorRules(
        Paths paths,
        Voice voice,
        NetworkCookie cookie,
        @Nullable String optOutCookie,
        boolean recordHead,
        int maxUri,
        Duration acceptTimeout) {

    /** How the collector answers. */
    public record Voice(Cors cors, Answers answers, AsidePages asidePages) {}

    /**
     * Where events are taken.
     *
     * @param pixels by GET and HEAD
     * @param trackers by POST as well
     */
    public record Paths(Set<String> pixels, Set<String> trackers) {
        private static final Set<String> PIXELS = Set.of("/i", "/ice.png");
        private static final String TRACKER = "/com.snowplowanalytics.snowplow/tp2";

        /** The protocol's own, and more that take what its tracker path takes. */
        public static Paths with(List<String> aliases) {
            return new Paths(
                    PIXELS,
                    Stream.concat(Stream.of(TRACKER), aliases.stream()).collect(Collectors.toUnmodifiableSet()));
        }
    }

    boolean isPixel(String path) {
        return paths.pixels().contains(path);
    }

    boolean takesPosts(String path) {
        return paths.trackers().contains(path);
    }

    Caller callerOf(HttpServletRequest request) {
        return Caller.of(request, cookie.name(), optOutCookie);
    }

    Cors cors() {
        return voice.cors();
    }

    Answers answers() {
        return voice.answers();
    }

    AsidePages asidePages() {
        return voice.asidePages();
    }
}
