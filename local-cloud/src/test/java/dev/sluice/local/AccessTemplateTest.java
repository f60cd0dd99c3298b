package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** deploy/aws/access.yml holds together, and gives no more than the services call. */
class AccessTemplateTest {
    private static final Path TEMPLATE =
            Path.of(System.getProperty("sluice.root", "..")).resolve("deploy/aws/access.yml");
    private static final Pattern IN_SUB = Pattern.compile("\\$\\{([A-Za-z0-9:.]+)}");

    private Map<String, Object> template;
    private Map<String, Object> resources;

    @BeforeEach
    void read() throws IOException {
        template = new Yaml().load(Files.readString(TEMPLATE));
        resources = map(template.get("Resources"));
    }

    @Test
    void whateverIsReferredTo_isThere() {
        Set<String> known = new HashSet<>(resources.keySet());
        known.addAll(map(template.get("Parameters")).keySet());
        known.addAll(Set.of("AWS::Partition", "AWS::Region", "AWS::AccountId", "AWS::StackName", "AWS::NoValue"));
        List<String> referred = new ArrayList<>();
        collect(template, referred);
        assertThat(referred).hasSizeGreaterThan(20);
        assertThat(known).containsAll(referred);
    }

    @Test
    void eachRole_mayDoWhatItsServiceCalls_andNothingElse() {
        assertThat(actions("IngestRole"))
                .containsExactlyInAnyOrder("kinesis:PutRecords", "kinesis:DescribeStreamSummary");
        assertThat(actions("ConsumerRole").stream().filter(action -> action.startsWith("s3:")))
                .containsExactlyInAnyOrder("s3:PutObject", "s3:GetObject", "s3:ListBucket");
        assertThat(actions("ConsumerRole").stream().filter(action -> action.startsWith("kinesis:")))
                .noneMatch(action -> action.contains("Put") || action.contains("Split") || action.contains("Merge"));
        assertThat(actions("LoaderRole"))
                .containsExactlyInAnyOrder("s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject");
        assertThat(actions("ReconcileRole"))
                .containsExactlyInAnyOrder(
                        "s3:GetObject",
                        "s3:ListBucket",
                        "kinesis:ListShards",
                        "kinesis:GetShardIterator",
                        "kinesis:GetRecords");
        assertThat(actions("ForgetRole"))
                .containsExactlyInAnyOrder("s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject");
        assertThat(actions("ReplayRole"))
                .containsExactlyInAnyOrder("s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject");
        assertThat(actions("CopyRole")).containsExactlyInAnyOrder("s3:GetObject", "s3:ListBucket");
    }

    /** Only the one way that is asked for, only to the loader, and nothing by which a user of the warehouse could be made or grow. */
    @Test
    void loadersLogIn_isGivenByTheOneWayThatIsChosen() {
        assertThat(login("LoaderClusterLogin", "LogsInToCluster", "LoginCluster"))
                .containsExactly("redshift:GetClusterCredentials");
        assertThat(login("LoaderWorkgroupLogin", "LogsInToWorkgroup", "LoginWorkgroupArn"))
                .containsExactly("redshift-serverless:GetCredentials");
        assertThat(login("LoaderSecretLogin", "LogsInBySecret", "LoginSecretArn"))
                .containsExactly("secretsmanager:GetSecretValue");
        assertThat(resources.entrySet().stream()
                        .filter(resource -> "AWS::IAM::Policy"
                                .equals(map(resource.getValue()).get("Type")))
                        .map(Map.Entry::getKey))
                .containsExactlyInAnyOrder(
                        "LoaderClusterLogin", "LoaderWorkgroupLogin", "LoaderSecretLogin", "Metrics");
    }

    /** Serverless takes on a role under either name; a cluster under one. */
    @Test
    void copyRole_isTakenOnByTheWarehouseAlone() {
        assertThat(map(map(resources.get("CopyRole")).get("Properties")).get("AssumeRolePolicyDocument"))
                .asString()
                .contains(
                        "Principal={Service={Fn::If=[CopiesOnServerless, [redshift-serverless.amazonaws.com, redshift.amazonaws.com], {Ref=RedshiftPrincipal}]}}");
        assertThat(map(template.get("Conditions")).get("CopiesOnServerless"))
                .hasToString("{Fn::Equals=[{Ref=RedshiftPrincipal}, redshift-serverless.amazonaws.com]}");
    }

    /** Metrics have no ARN, so that the namespace is all that the right can be held to. */
    @Test
    void metrics_mayBePutUnderOneNamespace_whenThatIsAskedFor() {
        Map<String, Object> resource = map(resources.get("Metrics"));
        assertThat(resource).containsEntry("Condition", "SendsMetrics");
        assertThat(map(template.get("Conditions")).get("SendsMetrics"))
                .hasToString("{Fn::Not=[{Fn::Equals=[{Ref=MetricsNamespace}, ]}]}");
        assertThat(map(map(template.get("Parameters")).get("MetricsNamespace"))).containsEntry("Default", "");
        Map<String, Object> properties = map(resource.get("Properties"));
        assertThat(properties.get("Roles")).hasToString("[{Ref=IngestRole}, {Ref=ConsumerRole}, {Ref=LoaderRole}]");
        List<Object> statements = list(map(properties.get("PolicyDocument")).get("Statement"));
        assertThat(statements).hasSize(1);
        assertThat(list(map(statements.getFirst()).get("Action"))).containsExactly("cloudwatch:PutMetricData");
        assertThat(map(statements.getFirst()).get("Condition"))
                .hasToString("{StringEquals={cloudwatch:namespace={Ref=MetricsNamespace}}}");
    }

    /** What a policy of a log-in allows: on what its parameter names, and only when that is set. */
    private List<Object> login(String policy, String condition, String parameter) {
        Map<String, Object> resource = map(resources.get(policy));
        assertThat(resource).containsEntry("Condition", condition);
        assertThat(map(template.get("Conditions")).get(condition))
                .hasToString("{Fn::Not=[{Fn::Equals=[{Ref=" + parameter + "}, ]}]}");
        assertThat(map(map(template.get("Parameters")).get(parameter))).containsEntry("Default", "");
        Map<String, Object> properties = map(resource.get("Properties"));
        assertThat(properties.get("Roles")).hasToString("[{Ref=LoaderRole}]");
        List<Object> statements = list(map(properties.get("PolicyDocument")).get("Statement"));
        assertThat(statements).hasSize(1);
        assertThat(list(map(statements.getFirst()).get("Resource")))
                .isNotEmpty()
                .allSatisfy(
                        arn -> assertThat(arn.toString()).contains(parameter).doesNotContain("*"));
        return list(map(statements.getFirst()).get("Action"));
    }

    @Test
    void noRole_hasAWildcardForWhatItDoesOrForAllThatThereIs() {
        for (Map<String, Object> statement : statements()) {
            assertThat(list(statement.get("Action")).toString()).doesNotContain("*");
            assertThat(list(statement.get("Resource"))).doesNotContain("*");
        }
    }

    @Test
    void nothingOfTheBucket_isPublicOrWithoutTls() {
        Map<String, Object> access =
                map(map(map(resources.get("Bucket")).get("Properties")).get("PublicAccessBlockConfiguration"));
        assertThat(access)
                .hasSize(4)
                .allSatisfy((rule, value) -> assertThat(value).as(rule).isEqualTo(true));
        assertThat(map(resources.get("BucketPolicy")).toString()).contains("aws:SecureTransport=false", "Effect=Deny");
    }

    /** Descriptors of batches that wait go when the loader has moved them; the archive is nobody's to delete from. */
    @Test
    void nobodyWhoDeletes_canDeleteTheArchive_andOnlyTheLoaderWhatWaits() {
        for (String role :
                List.of("ConsumerRole", "LoaderRole", "ForgetRole", "ReplayRole", "CopyRole", "IngestRole")) {
            String deleted = statements(role).stream()
                    .filter(statement -> list(statement.get("Action")).contains("s3:DeleteObject"))
                    .map(statement -> list(statement.get("Resource")).toString())
                    .toList()
                    .toString();
            assertThat(deleted).as(role).doesNotContain("/archive/");
            assertThat(deleted.contains("/staged/batches/")).as(role).isEqualTo(role.equals("LoaderRole"));
        }
    }

    /** It reads what was archived, and of the rest of the bucket knows its own files alone. */
    @Test
    void replay_writesAndDeletesNothingButItsOwn() {
        assertThat(statements("ReplayRole").stream()
                        .filter(statement -> !list(statement.get("Action")).contains("s3:GetObject"))
                        .filter(statement -> !list(statement.get("Action")).contains("s3:ListBucket"))
                        .map(statement -> list(statement.get("Resource")).toString()))
                .containsExactly("[{Fn::Sub=${Bucket.Arn}/replay/*}]");
    }

    /** What is staged is never ended by a rule: while the warehouse is away it waits, however long that is. */
    @Test
    void noLifecycleRule_takesWhatMayWait() {
        Map<String, Object> lifecycle =
                map(map(map(resources.get("Bucket")).get("Properties")).get("LifecycleConfiguration"));
        assertThat(list(lifecycle.get("Rules")))
                .extracting(rule -> map(rule).get("Prefix"))
                .containsExactly("archive/", "replay/");
    }

    private List<String> actions(String role) {
        return statements(role).stream()
                .flatMap(statement -> list(statement.get("Action")).stream())
                .map(Object::toString)
                .distinct()
                .toList();
    }

    private List<Map<String, Object>> statements() {
        return resources.keySet().stream()
                .filter(name -> name.endsWith("Role"))
                .flatMap(role -> statements(role).stream())
                .toList();
    }

    private List<Map<String, Object>> statements(String role) {
        var statements = new ArrayList<Map<String, Object>>();
        for (Object policy :
                list(map(map(resources.get(role)).get("Properties")).get("Policies"))) {
            list(map(map(policy).get("PolicyDocument")).get("Statement")).forEach(each -> statements.add(map(each)));
        }
        assertThat(statements).as(role).isNotEmpty();
        return statements;
    }

    private static void collect(@Nullable Object node, List<String> referred) {
        if (node instanceof List<?> items) {
            items.forEach(item -> collect(item, referred));
        } else if (node instanceof Map<?, ?> members) {
            members.forEach((name, value) -> {
                switch (String.valueOf(name)) {
                    case "Ref" -> referred.add(String.valueOf(value));
                    case "Fn::GetAtt" -> referred.add(list(value).getFirst().toString());
                    case "Fn::Sub" -> {
                        Matcher variable = IN_SUB.matcher(String.valueOf(value));
                        while (variable.find()) {
                            referred.add(variable.group(1).replace(".Arn", ""));
                        }
                    }
                    default -> collect(value, referred);
                }
            });
        }
    }

    @SuppressWarnings("unchecked") // YAML's maps have text for keys
    private static Map<String, Object> map(@Nullable Object node) {
        return (Map<String, Object>) Objects.requireNonNull(node);
    }

    @SuppressWarnings("unchecked") // one item may stand without its list
    private static List<Object> list(@Nullable Object node) {
        return node instanceof List<?> items ? (List<Object>) items : List.of(Objects.requireNonNull(node));
    }
}
