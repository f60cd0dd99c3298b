package dev.sluice.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names of metrics: as the sources register them ({@code sluice.load.lag}), and as Prometheus has them ({@code sluice_load_lag_seconds}). */
final class MetricNames {
    private static final Pattern LITERAL = Pattern.compile("\"(sluice\\.[a-z.-]+)\"");
    private static final Pattern METER = Pattern.compile(
            "(Counter|Gauge|TimeGauge|Timer|DistributionSummary)\\s*\\.builder\\(\\s*\"(sluice\\.[a-z.-]+)\"([^;]*);");
    private static final Pattern UNIT = Pattern.compile("\\.baseUnit\\(\"([a-z]+)\"\\)");

    private static final Pattern TEXTS = Pattern.compile("\"[^\"]*\"");
    private static final Pattern NO_METRICS =
            Pattern.compile("\\{[^}]*}|\\[[^]]*]|\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern NAME = Pattern.compile("\\b[a-zA-Z_:][a-zA-Z0-9_:]*\\b(?!\\s*\\()");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "offset", "bool");

    private MetricNames() {}

    /** The metrics that a query asks for. */
    static Set<String> in(String query) {
        String bare =
                NO_METRICS.matcher(TEXTS.matcher(query).replaceAll("\"\"")).replaceAll(" ");
        return NAME.matcher(bare)
                .results()
                .map(match -> match.group())
                .filter(name -> !WORDS.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Every name of ours in the sources, which is more than the metrics. */
    static Set<String> inSources() throws IOException {
        return LITERAL.matcher(sources())
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What Prometheus calls a meter that may not be there until something happens: told by the statement that registers it. */
    static String ofRegistered(String meter) throws IOException {
        Matcher statement = METER.matcher(sources());
        while (statement.find()) {
            if (statement.group(2).equals(meter)) {
                Matcher unit = UNIT.matcher(statement.group(3));
                String name = underscored(meter);
                if (unit.find() && !name.endsWith("_" + unit.group(1))) {
                    name += "_" + unit.group(1);
                }
                return statement.group(1).equals("Counter") ? name + "_total" : name;
            }
        }
        throw new IllegalArgumentException("no code registers " + meter);
    }

    /** Which of the names in the sources one of Prometheus' names is made of. */
    static Optional<String> owner(String prometheus, Set<String> meters) {
        return meters.stream()
                .filter(meter ->
                        prometheus.equals(underscored(meter)) || prometheus.startsWith(underscored(meter) + "_"))
                .max(Comparator.comparingInt(String::length));
    }

    private static String underscored(String meter) {
        return meter.replace('.', '_').replace('-', '_');
    }

    /** All modules' main sources, one after the other. */
    private static String sources() throws IOException {
        var texts = new TreeMap<Path, String>();
        try (Stream<Path> modules = Files.list(Launched.root())) {
            for (Path module : modules.map(folder -> folder.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(module)) {
                    for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                            .toList()) {
                        texts.put(file, Files.readString(file));
                    }
                }
            }
        }
        return String.join("\n", texts.values());
    }
}
