package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands of docs/deploy.md fit the templates. */
class DeployGuideTest {
    private static final Pattern DEPLOY = Pattern.compile(
            "aws cloudformation deploy --stack-name (\\S+) --template-file deploy/aws/(\\S+)(.*?)--parameter-overrides(.*)");
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\\S+");
    private static final Pattern OUTPUT = Pattern.compile("(?:\\$\\(|`|^ *)out ([a-z-]+) (\\w+)", Pattern.MULTILINE);
    private static final Pattern STATEMENTS = Pattern.compile("^mapfile -t SQLS .*$", Pattern.MULTILINE);

    private String guide = "";

    @BeforeEach
    void read() throws IOException {
        guide = Files.readString(Launched.root().resolve("docs/deploy.md")).replaceAll("\\\\\n\\s*", "");
    }

    private static AwsTemplate template(String file) {
        return AwsTemplate.all().stream()
                .filter(template -> template.file().equals(file))
                .findFirst()
                .orElseThrow();
    }

    private static AwsTemplate ofStack(String stack) {
        return switch (stack) {
            case "sluice-access" -> AwsTemplate.ACCESS;
            case "sluice" -> AwsTemplate.LINE;
            case "sluice-ingest-a", "sluice-ingest-b" -> AwsTemplate.NODE;
            default -> throw new IllegalArgumentException(stack);
        };
    }

    /** And the first one of a stack gives all that have no default. */
    @Test
    void everyDeployment_givesParametersThatTheTemplateHas() {
        Set<String> stacks = new HashSet<>();
        Matcher deploy = DEPLOY.matcher(guide);
        while (deploy.find()) {
            assertThat(template(deploy.group(2))).isEqualTo(ofStack(deploy.group(1)));
            Set<String> given = new TreeSet<>();
            PARAMETER.matcher(deploy.group(4)).results().forEach(parameter -> given.add(parameter.group(1)));
            Set<String> known = new TreeSet<>();
            Set<String> needed = new TreeSet<>();
            template(deploy.group(2)).section("Parameters").properties().forEach(parameter -> {
                known.add(parameter.getKey());
                if (!parameter.getValue().has("Default")) {
                    needed.add(parameter.getKey());
                }
            });
            assertThat(known).as(deploy.group()).containsAll(given);
            if (stacks.add(deploy.group(1))) {
                assertThat(given).as(deploy.group()).containsAll(needed);
            }
        }
        assertThat(stacks).containsExactlyInAnyOrder("sluice-access", "sluice", "sluice-ingest-a", "sluice-ingest-b");
    }

    /** What a template makes that has a name of its own needs the administrator's word for it. */
    @Test
    void everyDeployment_saysWhichRolesItMakes() {
        Matcher deploy = DEPLOY.matcher(guide);
        while (deploy.find()) {
            boolean named = deploy.group(4).contains("LoaderRoleName=");
            assertThat(deploy.group(3))
                    .contains("--capabilities " + (named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM") + " ");
        }
    }

    @Test
    void everyOutputThatIsAskedFor_isThere() {
        List<String> asked = new ArrayList<>();
        Matcher output = OUTPUT.matcher(guide);
        while (output.find()) {
            asked.add(output.group());
            assertThat(ofStack(output.group(1)).section("Outputs").has(output.group(2)))
                    .as(output.group())
                    .isTrue();
        }
        assertThat(asked).hasSizeGreaterThan(10);
    }

    @Test
    void grants_areGivenToTheUserOfTheRole_statementByStatement() throws Exception {
        Machine.needs("bash");
        Matcher statements = STATEMENTS.matcher(guide);
        assertThat(statements.find()).isTrue();
        List<String> run = Machine.run(
                        "bash",
                        "-c",
                        "cd '" + Launched.root() + "'; out() { echo IAMR:sluice-loader; }; " + statements.group()
                                + "; printf '%s\\n' \"${SQLS[@]}\"")
                .lines()
                .map(String::strip)
                .toList();
        assertThat(run)
                .hasSizeGreaterThan(5)
                .allMatch(statement -> statement.matches("(CREATE|GRANT|ALTER) .*"))
                .contains(
                        "CREATE USER \"IAMR:sluice-loader\" PASSWORD DISABLE",
                        "GRANT USAGE, CREATE ON SCHEMA sluice TO \"IAMR:sluice-loader\"")
                .noneMatch(statement -> statement.contains("sluice_loader"));
    }

    /** Whoever reads on finds what is meant. */
    @Test
    void links_leadSomewhere() throws IOException {
        Matcher link = Pattern.compile("]\\(([^)#]+)(?:#([a-z0-9-]+))?\\)").matcher(guide);
        int links = 0;
        while (link.find()) {
            var file = Launched.root().resolve("docs").resolve(link.group(1));
            assertThat(file).exists();
            if (link.group(2) != null) {
                assertThat(headings(Files.readString(file))).contains(link.group(2));
            }
            links++;
        }
        assertThat(links).isPositive();
    }

    private static Set<String> headings(String page) {
        Set<String> anchors = new TreeSet<>();
        Pattern.compile("^#+ (.+)$", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .forEach(heading -> anchors.add(heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-')));
        return anchors;
    }
}
