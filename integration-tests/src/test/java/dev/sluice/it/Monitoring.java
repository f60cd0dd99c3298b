package dev.sluice.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the project brings for monitoring: the alerts and the dashboards, as they lie in {@code deploy}. */
final class Monitoring {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Monitoring() {}

    /**
     * @param severity {@code page} or {@code ticket}
     * @param runbook the file and the section in it
     */
    record Alert(String name, String expression, String severity, String summary, String description, String runbook) {}

    /** @param title of the panel and its dashboard */
    record Query(String title, String expression) {}

    static Path alertsFile() {
        return Launched.root().resolve("deploy/prometheus/alerts.yml");
    }

    static Path alertTestsFile() {
        return Launched.root().resolve("deploy/prometheus/alerts.test.yml");
    }

    static List<Alert> alerts() throws IOException {
        var alerts = new ArrayList<Alert>();
        for (JsonNode group : yaml(alertsFile()).get("groups")) {
            for (JsonNode rule : group.get("rules")) {
                JsonNode annotations = rule.path("annotations");
                alerts.add(new Alert(
                        rule.path("alert").asString(),
                        rule.path("expr").asString(),
                        rule.path("labels").path("severity").asString(),
                        annotations.path("summary").asString(),
                        annotations.path("description").asString(),
                        annotations.path("runbook").asString()));
            }
        }
        return alerts;
    }

    static List<JsonNode> dashboards() throws IOException {
        try (Stream<Path> files = Files.list(Launched.root().resolve("deploy/grafana"))) {
            var dashboards = new ArrayList<JsonNode>();
            for (Path file : files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                dashboards.add(JSON.readTree(Files.readString(file)));
            }
            return dashboards;
        }
    }

    /** Everything that dashboards ask Prometheus. */
    static List<Query> queries() throws IOException {
        var queries = new ArrayList<Query>();
        for (JsonNode dashboard : dashboards()) {
            for (JsonNode panel : dashboard.path("panels")) {
                String title = dashboard.path("title").asString() + ", "
                        + panel.path("title").asString();
                for (JsonNode target : panel.path("targets")) {
                    queries.add(new Query(title, target.path("expr").asString()));
                }
            }
        }
        return queries;
    }

    static JsonNode yaml(Path file) throws IOException {
        Object content = new Yaml().load(Files.readString(file));
        return JSON.valueToTree(content);
    }
}
