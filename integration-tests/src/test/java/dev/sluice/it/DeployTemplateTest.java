package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.aws.AwsProperties;
import dev.sluice.common.aws.CloudWatchProperties;
import dev.sluice.consumer.ConsumerProperties;
import dev.sluice.ingest.IngestProperties;
import dev.sluice.ingest.http.AsidePages;
import dev.sluice.loader.canary.CanaryProperties;
import dev.sluice.loader.load.LoaderProperties;
import dev.sluice.loader.login.WarehouseAddress;
import dev.sluice.loader.staging.StagingProperties;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the templates of deploy/aws tell the services, and what they expect of them: names, ports, paths and times are the code's. */
class DeployTemplateTest {
    private static final AwsTemplate LINE = AwsTemplate.LINE;
    private static final AwsTemplate NODE = AwsTemplate.NODE;
    private static final TemplateEnvironment INGEST = TemplateEnvironment.of(NODE, "IngestTask");
    private static final TemplateEnvironment CONSUMER = TemplateEnvironment.of(LINE, "ConsumerTask");
    private static final TemplateEnvironment LOADER = TemplateEnvironment.of(LINE, "LoaderTask");

    /** What ingest-api gives itself to stop, but for its leave delay. */
    private static final Duration INGEST_DRAIN = Duration.ofSeconds(35);
    /** What the others give themselves. */
    private static final Duration STOP = Duration.ofSeconds(60);
    /** Of a container on Fargate. */
    private static final Duration LONGEST_STOP = Duration.ofMinutes(2);

    @Test
    void everyVariable_isAKeyOfTheServiceThatGetsIt() throws IOException {
        assertKeys(INGEST, Set.of("sluice.ingest.", "sluice.aws.", "sluice.metrics."));
        assertKeys(
                CONSUMER,
                Set.of("sluice.consumer.", "sluice.staging.", "sluice.archive.", "sluice.aws.", "sluice.metrics."));
        assertKeys(
                LOADER,
                Set.of("sluice.loader.", "sluice.staging.", "sluice.canary.", "sluice.aws.", "sluice.metrics."));
    }

    private static void assertKeys(TemplateEnvironment environment, Set<String> prefixes) throws IOException {
        var known = new TreeSet<String>();
        for (String key : keys()) {
            if (prefixes.stream().anyMatch(key::startsWith)) {
                known.add(key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT));
            }
        }
        assertThat(environment.variables()).isNotEmpty();
        assertThat(known).containsAll(environment.variables().keySet());
    }

    private static Set<String> keys() throws IOException {
        var keys = new TreeSet<String>();
        for (URL file : Collections.list(DeployTemplateTest.class
                .getClassLoader()
                .getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream in = file.openStream()) {
                JsonMapper.builder()
                        .build()
                        .readTree(in)
                        .path("properties")
                        .forEach(property -> keys.add(property.path("name").asString()));
            }
        }
        return keys;
    }

    @Test
    void ingest_readsWhatItIsTold() {
        var ingest = INGEST.read("sluice.ingest", IngestProperties.class);
        assertThat(ingest.send().stream()).isEqualTo("the-stream");
        assertThat(ingest.trustedProxies()).containsExactly("10.0.0.0/24", "10.0.1.0/24");
        assertThat(ingest.journal().directory()).isEqualTo(Path.of("/journal"));
        assertThat(ingest.journal().maxBytes()).isEqualTo(DataSize.ofGigabytes(4));
        assertOfTheStack(INGEST);
    }

    @Test
    void consumer_readsWhatItIsTold() {
        var consumer = CONSUMER.read("sluice.consumer", ConsumerProperties.class);
        assertThat(consumer.stream()).isEqualTo("the-stream");
        assertThat(consumer.application()).isEqualTo("the-application");
        assertThat(CONSUMER.read("sluice.staging", StagingProperties.class).bucket())
                .isEqualTo("the-bucket");
        assertOfTheStack(CONSUMER);
    }

    @Test
    void loader_readsWhatItIsTold_andLogsInToItsWorkgroup() {
        var loader = LOADER.read("sluice.loader", LoaderProperties.class);
        assertThat(loader.credentials()).isEqualTo(LoaderProperties.Credentials.IAM);
        assertThat(WarehouseAddress.of(loader.jdbcUrl()))
                .isEqualTo(new WarehouseAddress(WarehouseAddress.Kind.WORKGROUP, "w", "eu-west-1", "dev"));
        assertThat(loader.iamRole()).isEqualTo("arn:aws:iam::123456789012:role/copy");
        assertThat(loader.retention().stream()).isEqualTo(Duration.ofDays(7));
        assertThat(LOADER.read("sluice.staging", StagingProperties.class).bucket())
                .isEqualTo("the-bucket");
        assertThat(LOADER.read("sluice.canary", CanaryProperties.class).url())
                .isEqualTo(URI.create("https://collect.example.org"));
        assertOfTheStack(LOADER);
    }

    private static void assertOfTheStack(TemplateEnvironment environment) {
        assertThat(environment.read("sluice.aws", AwsProperties.class).region()).isEqualTo("eu-west-1");
        var metrics = environment.read("sluice.metrics.cloudwatch", CloudWatchProperties.class);
        assertThat(metrics.enabled()).isTrue();
        assertThat(metrics.namespace()).isEqualTo("Shop");
    }

    /** The loader refuses a stream that may bring batches back after the ledger has forgotten them. */
    @Test
    void longestRetentionOfTheStream_isOneThatTheLoaderTakes() {
        var variables = new TreeMap<>(LOADER.variables());
        int longest = LINE.section("Parameters")
                .path("StreamRetentionHours")
                .path("MaxValue")
                .asInt();
        variables.put("SLUICE_LOADER_RETENTION_STREAM", longest + "h");
        assertThat(new TemplateEnvironment(variables)
                        .read("sluice.loader", LoaderProperties.class).retention().stream())
                .isEqualTo(Duration.ofHours(longest));
    }

    @Test
    void tools_seeWhatTheServicesSee() {
        var ofTheLine = new TreeMap<>(CONSUMER.variables());
        ofTheLine.putAll(LOADER.variables());
        assertSame(TemplateEnvironment.of(LINE, "ToolsTask"), ofTheLine, Set.of("SLUICE_CANARY_URL"));
        assertSame(TemplateEnvironment.of(NODE, "ToolsTask"), INGEST.variables(), Set.of("SLUICE_INGEST_LEAVE_DELAY"));
    }

    private static void assertSame(TemplateEnvironment tools, Map<String, String> services, Set<String> left) {
        var seen = new TreeMap<>(services);
        seen.keySet().removeIf(name -> left.contains(name) || name.startsWith("SLUICE_METRICS_"));
        assertThat(tools.variables()).isEqualTo(seen);
    }

    @Test
    void ports_areThoseOfTheServices() {
        Properties ingest = settings("ingest");
        assertThat(ports(NODE, "IngestTask"))
                .containsExactly(ingest.getProperty("server.port"), ingest.getProperty("management.server.port"));
        assertThat(ports(LINE, "ConsumerTask"))
                .containsExactly(settings("consumer").getProperty("server.port"));
        assertThat(ports(LINE, "LoaderTask")).containsExactly(settings("loader").getProperty("server.port"));
        assertThat(LINE.properties("IngestTargets").path("Port").asString())
                .isEqualTo(ingest.getProperty("server.port"));
        JsonNode target = NODE.properties("Service").path("LoadBalancers").path(0);
        assertThat(target.path("ContainerPort").asString()).isEqualTo(ingest.getProperty("server.port"));
        assertThat(target.path("ContainerName").asString())
                .isEqualTo(NODE.container("IngestTask").path("Name").asString());
    }

    /** Who may come in is asked for the ports that are there. */
    @Test
    void securityGroups_openThePortsOfTheServices() {
        assertThat(opened("IngestGroup")).containsExactlyElementsOf(ports(NODE, "IngestTask"));
        assertThat(opened("ConsumerGroup")).containsExactlyElementsOf(ports(LINE, "ConsumerTask"));
        assertThat(opened("LoaderGroup")).containsExactlyElementsOf(ports(LINE, "LoaderTask"));
    }

    private static List<String> opened(String group) {
        return LINE.properties(group)
                .path("SecurityGroupIngress")
                .valueStream()
                .peek(rule -> assertThat(rule.path("ToPort")).isEqualTo(rule.path("FromPort")))
                .map(rule -> rule.path("FromPort").asString())
                .toList();
    }

    private static List<String> ports(AwsTemplate template, String task) {
        return template.container(task)
                .path("PortMappings")
                .valueStream()
                .map(mapping -> mapping.path("ContainerPort").asString())
                .toList();
    }

    /** To end what is behind, or whose warehouse is away, would help nobody. */
    @Test
    void containers_areEndedForLackOfLivenessAlone() {
        Map.of("IngestTask", NODE, "ConsumerTask", LINE, "LoaderTask", LINE).forEach((task, template) -> {
            List<String> command = template.container(task)
                    .path("HealthCheck")
                    .path("Command")
                    .valueStream()
                    .map(JsonNode::asString)
                    .toList();
            assertThat(command)
                    .as(task)
                    .containsExactly(
                            "CMD", "healthcheck", ports(template, task).getLast(), "/actuator/health/liveness");
        });
    }

    @Test
    void loadBalancer_asksForTheHealthThatIsThereForIt() {
        JsonNode targets = LINE.properties("IngestTargets");
        assertThat(AsidePages.PATHS).contains(targets.path("HealthCheckPath").asString());
        assertThat(targets.path("HealthCheckPath").asString()).contains("health");
        assertThat(targets.path("HealthCheckTimeoutSeconds").asInt())
                .isLessThan(targets.path("HealthCheckIntervalSeconds").asInt());
    }

    @Test
    void loadBalancer_hasNoticedALeavingCollector_beforeItStopsServing() {
        JsonNode targets = LINE.properties("IngestTargets");
        int noticed = targets.path("HealthCheckIntervalSeconds").asInt()
                * targets.path("UnhealthyThresholdCount").asInt();
        var ingest = INGEST.read("sluice.ingest", IngestProperties.class);
        assertThat(ingest.leaveDelay()).isGreaterThan(Duration.ofSeconds(noticed));
    }

    @Test
    void loadBalancer_waitsForTheSlowestRequest_andKeepsNoConnectionThatTheCollectorCloses() {
        var ingest = INGEST.read("sluice.ingest", IngestProperties.class);
        assertThat(attribute("IngestTargets", "TargetGroupAttributes", "deregistration_delay.timeout_seconds"))
                .isGreaterThan(ingest.headerTimeout().plus(ingest.bodyTimeout()).plus(ingest.acceptTimeout()));
        assertThat(attribute("LoadBalancer", "LoadBalancerAttributes", "idle_timeout.timeout_seconds"))
                .isLessThan(
                        DurationStyle.SIMPLE.parse(settings("ingest").getProperty("server.tomcat.keep-alive-timeout")));
    }

    private static Duration attribute(String resource, String list, String key) {
        return LINE.properties(resource)
                .path(list)
                .valueStream()
                .filter(attribute -> attribute.path("Key").asString().equals(key))
                .map(attribute -> Duration.ofSeconds(
                        Long.parseLong(attribute.path("Value").asString())))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void containers_areGivenMoreTimeToStopThanTheyTake() {
        Duration leave = INGEST.read("sluice.ingest", IngestProperties.class).leaveDelay();
        assertThat(stopTimeout(NODE, "IngestTask")).isGreaterThan(leave.plus(INGEST_DRAIN));
        assertThat(List.of("ConsumerTask", "LoaderTask"))
                .allSatisfy(task -> assertThat(stopTimeout(LINE, task)).isBetween(STOP.plusSeconds(1), LONGEST_STOP));
    }

    private static Duration stopTimeout(AwsTemplate template, String task) {
        return Duration.ofSeconds(template.container(task).path("StopTimeout").asInt());
    }

    @Test
    void images_areParametersWithoutADefault() {
        for (AwsTemplate template : List.of(LINE, NODE)) {
            template.ofType("AWS::ECS::TaskDefinition").forEach(task -> {
                String image = template.container(task.getKey())
                        .path("Image")
                        .path("Ref")
                        .asString();
                assertThat(template.section("Parameters").has(image)).as(image).isTrue();
                assertThat(template.defaultOf(image).asString("")).as(image).isEmpty();
            });
        }
    }

    /** The one that doctor warns of when it is shorter, or missing. */
    @Test
    void stream_isAsDoctorWantsIt() {
        assertThat(LINE.defaultOf("StreamRetentionHours").asInt()).isGreaterThanOrEqualTo(7 * 24);
        assertThat(LINE.properties("Stream")
                        .path("StreamEncryption")
                        .path("EncryptionType")
                        .asString())
                .isEqualTo("KMS");
    }

    private static Properties settings(String service) {
        var yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ClassPathResource(service + ".yml"));
        return Objects.requireNonNull(yaml.getObject());
    }
}
