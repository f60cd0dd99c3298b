package dev.sluice.ingest.http;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which path is what: exact paths only, one look. Immutable, thread-safe. */
public final class Routes {
    /** The tracker protocol's own paths, which no other page can take. */
    static final List<String> PIXELS = List.of("/i", "/ice.png");

    static final String TRACKER = "/com.snowplowanalytics.snowplow/tp2";
    static final String WEBHOOK = "/com.snowplowanalytics.iglu/v1";

    private final Map<String, Route> routes = new HashMap<>();

    /** What a path takes. */
    enum Route {
        /** Events by GET and HEAD. */
        PIXEL,
        /** Events by POST as well. */
        TRACKER,
        /** Clicks, by GET and HEAD. */
        REDIRECT,
        /** Pages besides events. */
        ASIDE
    }

    private Routes() {}

    /**
     * @param aliases take what the tracker path takes
     * @param redirects whether clicks are taken
     * @param asides pages besides events
     */
    public static Routes with(Collection<String> aliases, boolean redirects, Collection<String> asides) {
        var routes = new Routes();
        asides.forEach(path -> routes.routes.put(path, Route.ASIDE));
        aliases.forEach(path -> routes.routes.put(path, Route.TRACKER));
        routes.routes.put(TRACKER, Route.TRACKER);
        routes.routes.put(WEBHOOK, Route.TRACKER);
        if (redirects) {
            routes.routes.put(RedirectTargets.PATH, Route.REDIRECT);
        }
        PIXELS.forEach(path -> routes.routes.put(path, Route.PIXEL));
        return routes;
    }

    /** Paths that no alias and no script may take. */
    public static Set<String> taken() {
        return Stream.of(PIXELS, AsidePages.PATHS, List.of(TRACKER, WEBHOOK, RedirectTargets.PATH))
                .flatMap(Collection::stream)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Nullable Route of(String path) {
        return routes.get(path);
    }
}
