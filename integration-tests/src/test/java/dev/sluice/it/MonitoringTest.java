package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Alerts, runbook, dashboards and the README's metrics table fit each other, and Prometheus takes them. */
class MonitoringTest {
    private static final Pattern SECTION = Pattern.compile(
            "^## (\\w+)\\n\\n\\*\\*(\\w+)\\.\\*\\* .+?(?=^##? |\\z)", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(#([a-z0-9-]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);
    private static final Pattern CELL = Pattern.compile("(?<!\\\\)\\|");
    private static final Pattern NAME = Pattern.compile("`([a-z.-]+)(?:\\{[^}]*})?`");

    /** What the README tells to look at and no rule asks for, with the reason. */
    private static final Map<String, String> WITHOUT_A_RULE = Map.ofEntries(
            Map.entry("sluice.ingest.journal.pending", "the age of the oldest says the same, at any traffic"),
            Map.entry("sluice.ingest.journal.group", "explains the flush; no value of it is wrong"),
            Map.entry("sluice.archive.records", "a sum to check the others by"),
            Map.entry("sluice.archive.held.records", "their bytes are what is bounded"),
            Map.entry("sluice.archive.object.size", "explains the cost; no value of it is wrong"),
            Map.entry(
                    "sluice.archive.time",
                    "when it is too long, bytes are held and checkpoints are late, which are asked for"),
            Map.entry("sluice.archive.expired", "counts what was wished for"),
            Map.entry("sluice.load.duration", "when it is too long, rows arrive late, which is asked for"),
            Map.entry("sluice.audit.late", "what does not come counts as missing, which is asked for"),
            Map.entry(
                    "sluice.audit.failures",
                    "rounds that come to an end are asked for, which notices one that hangs too"),
            Map.entry("sluice.canary.doubled", "its row is there twice, which the audit finds and is asked for"),
            Map.entry("sluice.canary.e2e", "when it is too long, rows arrive late, which is asked for"));

    @TempDir
    Path folder;

    @Test
    void promtool_findsNoFaultInTheRules() throws Exception {
        Machine.needs("promtool");
        assertThat(Machine.run(
                        "promtool", "check", "rules", Monitoring.alertsFile().toString()))
                .contains(Monitoring.alerts().size() + " rules found");
        assertThat(Machine.run(
                        "promtool",
                        "check",
                        "config",
                        Launched.root()
                                .resolve("deploy/prometheus/prometheus.yml")
                                .toString()))
                .contains("1 rule files found");
    }

    @Test
    void promtool_seesEachAlertFireWhenItShouldAndNotBefore() throws Exception {
        Machine.needs("promtool");
        assertThat(Machine.run(
                        "promtool", "test", "rules", Monitoring.alertTestsFile().toString()))
                .contains("SUCCESS");
    }

    /** As rules, since that is what promtool reads. */
    @Test
    void promtool_understandsEveryQueryOfTheDashboards() throws Exception {
        Machine.needs("promtool");
        var rules = new StringBuilder("groups:\n  - name: dashboards\n    rules:\n");
        List<Monitoring.Query> queries = Monitoring.queries();
        for (int i = 0; i < queries.size(); i++) {
            String plain = queries.get(i).expression().replace("$__rate_interval", "1m");
            rules.append("      - {record: 'query:" + i + "', expr: '" + plain.replace("'", "''") + "'}\n");
        }
        Path file = folder.resolve("dashboards.yml");
        Files.writeString(file, rules);
        assertThat(Machine.run("promtool", "check", "rules", file.toString()))
                .contains(queries.size() + " rules found");
    }

    @Test
    void eachAlert_isTestedQuietAndFiring() throws IOException {
        var quiet = new TreeSet<String>();
        var firing = new TreeSet<String>();
        for (JsonNode test : Monitoring.yaml(Monitoring.alertTestsFile()).get("tests")) {
            String alert = test.get("name").asString();
            for (JsonNode question : test.get("promql_expr_test")) {
                assertThat(question.get("expr").asString())
                        .isEqualTo("count(ALERTS{alertname=\"" + alert + "\", alertstate=\"firing\"})");
                (question.get("exp_samples").isEmpty() ? quiet : firing).add(alert);
            }
        }
        assertThat(quiet).isEqualTo(names());
        assertThat(firing).isEqualTo(names());
    }

    @Test
    void eachAlert_saysWhatIsWrongAndHowBad_andHasASectionOfTheRunbook() throws IOException {
        Map<String, String> sections = SECTION.matcher(runbook())
                .results()
                .collect(Collectors.toMap(match -> match.group(1), match -> match.group(2)));
        List<Monitoring.Alert> alerts = Monitoring.alerts();
        assertThat(alerts).extracting(Monitoring.Alert::name).doesNotHaveDuplicates();
        assertThat(alerts).allSatisfy(alert -> {
            assertThat(alert.name()).startsWith("Sluice");
            assertThat(alert.summary()).isNotBlank();
            assertThat(alert.description()).isNotBlank();
            assertThat(alert.runbook())
                    .isEqualTo("docs/runbook.md#" + alert.name().toLowerCase(Locale.ROOT));
        });
        assertThat(sections)
                .isEqualTo(
                        alerts.stream().collect(Collectors.toMap(Monitoring.Alert::name, Monitoring.Alert::severity)));
        assertThat(sections.values()).containsOnly("page", "ticket");
    }

    @Test
    void eachSectionOfTheRunbook_saysWhatToDoAndWhatIsLost_andItsLinksLeadSomewhere() throws IOException {
        Matcher section = SECTION.matcher(runbook());
        while (section.find()) {
            assertThat(section.group())
                    .as(section.group(1))
                    .containsPattern("(?m)^- (Look and do|Do)")
                    .containsPattern("(?m)^- Meanwhile");
        }
        Set<String> anchors = HEADING.matcher(runbook())
                .results()
                .map(match -> match.group(1).toLowerCase(Locale.ROOT).replace(' ', '-'))
                .collect(Collectors.toSet());
        assertThat(LINK.matcher(runbook()).results().map(match -> match.group(1)))
                .isNotEmpty()
                .isSubsetOf(anchors);
    }

    @Test
    void whatTheReadmeTellsToLookAt_isInARule_orHasAReasonNotToBe() throws IOException {
        Set<String> meters = MetricNames.inSources();
        Set<String> inRules = Monitoring.alerts().stream()
                .flatMap(alert -> MetricNames.in(alert.expression()).stream())
                .flatMap(name -> MetricNames.owner(name, meters).stream())
                .collect(Collectors.toSet());
        Set<String> lookedAt = lookedAt(meters);
        assertThat(lookedAt).hasSizeGreaterThan(25);
        var without = new TreeSet<>(lookedAt);
        without.removeAll(inRules);
        without.removeAll(WITHOUT_A_RULE.keySet());
        assertThat(without).as("neither in a rule nor excused").isEmpty();
        assertThat(WITHOUT_A_RULE.keySet()).doesNotContainAnyElementsOf(inRules);
    }

    @Test
    void eachPanel_saysWhatItShows_inAUnit() throws IOException {
        for (JsonNode dashboard : Monitoring.dashboards()) {
            String title = dashboard.path("title").asString();
            assertThat(dashboard
                            .path("templating")
                            .path("list")
                            .path(0)
                            .path("type")
                            .asString())
                    .as(title)
                    .isEqualTo("datasource");
            for (JsonNode panel : dashboard.path("panels")) {
                String name = title + ", " + panel.path("title").asString();
                if (!panel.path("type").asString().equals("row")) {
                    assertThat(panel.path("description").asString()).as(name).isNotBlank();
                    assertThat(panel.path("fieldConfig")
                                    .path("defaults")
                                    .path("unit")
                                    .asString())
                            .as(name)
                            .isNotBlank();
                    assertThat(panel.path("datasource").path("uid").asString())
                            .as(name)
                            .isEqualTo("${datasource}");
                    assertThat(panel.path("targets").size()).as(name).isPositive();
                }
            }
        }
    }

    private static Set<String> names() throws IOException {
        return Monitoring.alerts().stream().map(Monitoring.Alert::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String runbook() throws IOException {
        return Files.readString(Launched.root().resolve("docs/runbook.md"));
    }

    /** The metrics in rows of the README whose last column says when to look. */
    private static Set<String> lookedAt(Set<String> meters) throws IOException {
        String readme = Files.readString(Launched.root().resolve("README.md"));
        int start = readme.indexOf("\n## Metrics\n");
        String table = readme.substring(start, readme.indexOf("\n## ", start + 1));
        var names = new TreeSet<String>();
        for (String line : table.lines().filter(row -> row.startsWith("| `")).toList()) {
            String[] cells = CELL.split(line);
            if (cells.length > 4 && !cells[4].isBlank()) {
                names.addAll(names(cells[1], meters));
            }
        }
        return names;
    }

    /** A name that begins with a dot goes on where one before it ends, or branches off from it. */
    private static List<String> names(String cell, Set<String> meters) {
        var names = new ArrayList<String>();
        String whole = "";
        Matcher name = NAME.matcher(cell);
        while (name.find()) {
            String found = name.group(1);
            if (!found.startsWith(".")) {
                whole = found;
            } else {
                String stem = whole;
                while (!meters.contains(stem + found) && stem.contains(".")) {
                    stem = stem.substring(0, stem.lastIndexOf('.'));
                }
                found = stem + found;
            }
            assertThat(meters).as("the code's metrics").contains(found);
            names.add(found);
        }
        return names;
    }
}
