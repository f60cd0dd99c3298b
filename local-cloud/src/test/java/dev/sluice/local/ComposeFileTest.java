package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What must hold of docker-compose.yml and deploy/ whoever edits them; none of it needs Docker. */
class ComposeFileTest {
    private static final Path ROOT = Path.of(System.getProperty("sluice.root", ".."));
    private static final Path DOCKER = ROOT.resolve("deploy/docker");
    /** Its image starts as root and writes to its root file system. */
    private static final Set<String> NOT_HARDENED = Set.of("localstack");
    /** What each service gives itself to stop. */
    private static final Map<String, Duration> DEADLINES = Map.of(
            "ingest-api", Duration.ofSeconds(45),
            "stream-consumer", Duration.ofSeconds(60),
            "redshift-loader", Duration.ofSeconds(60));

    private Map<String, Map<String, Object>> services;

    @BeforeEach
    void read() throws IOException {
        services = map(yaml("docker-compose.yml").get("services"));
    }

    @Test
    void services_areTheLineAndWhatItNeeds() {
        assertThat(services)
                .containsOnlyKeys(
                        "ingest-api", "stream-consumer", "redshift-loader", "redshift", "localstack", "prometheus");
    }

    @Test
    void ports_arePublishedOnLoopbackOnly() {
        services.forEach((name, service) -> assertThat(strings(service.get("ports")))
                .as(name)
                .isNotEmpty()
                .allMatch(port -> port.matches("127\\.0\\.0\\.1:\\d+:\\d+")));
        assertThat(services).allSatisfy((name, service) -> assertThat(service).doesNotContainKey("network_mode"));
    }

    @Test
    void images_arePinned() {
        services.forEach((name, service) ->
                assertThat(string(service.get("image"))).as(name).matches(".+:v?\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"));
        assertThat(string(service("localstack").get("image"))).isEqualTo("localstack/localstack:4.14.0");
    }

    @Test
    void containers_runWithoutRightsTheyDontNeed() {
        services.forEach((name, service) -> {
            assertThat(strings(service.get("security_opt"))).as(name).contains("no-new-privileges:true");
            assertThat(service).as(name).doesNotContainKeys("privileged", "cap_add", "pid", "ipc");
            if (!NOT_HARDENED.contains(name)) {
                assertThat(string(service.get("user"))).as(name).matches("[1-9]\\d*:[1-9]\\d*");
                assertThat(service).as(name).containsEntry("read_only", true).containsKey("pids_limit");
                assertThat(strings(service.get("cap_drop"))).as(name).containsExactly("ALL");
            }
            assertThat(string(service.get("mem_limit"))).as(name).isNotBlank();
        });
    }

    @Test
    void javaContainers_canLoadNativeLibrariesFromTmp() {
        built().forEach((name, service) -> assertThat(strings(service.get("tmpfs")))
                .as(name)
                .singleElement()
                .asString()
                .startsWith("/tmp:")
                .contains("exec")
                .doesNotContain("noexec"));
    }

    @Test
    void gracePeriods_areLongerThanTheServicesOwnDeadlines() {
        DEADLINES.forEach((name, deadline) -> assertThat(
                        Duration.parse("PT" + string(service(name).get("stop_grace_period"))))
                .as(name)
                .isGreaterThan(deadline));
    }

    @Test
    void services_haveHealthchecksAndAreWaitedForByThem() {
        services.forEach((name, service) -> {
            assertThat(strings(plain(service.get("healthcheck")).get("test")))
                    .as(name)
                    .startsWith("CMD");
            if (service.containsKey("depends_on")) {
                Map<String, Object> needs = plain(service.get("depends_on"));
                assertThat(services.keySet()).as(name).containsAll(needs.keySet());
                assertThat(needs.values()).as(name).allMatch(Map.of("condition", "service_healthy")::equals);
            }
        });
    }

    @Test
    void builds_useJarsAndDockerfilesThatExist() throws IOException {
        String version = version();
        built().forEach((name, service) -> {
            Map<String, Object> build = plain(service.get("build"));
            assertThat(ROOT.resolve(string(build.get("dockerfile")))).as(name).isRegularFile();
            assertThat(string(service.get("image"))).as(name).endsWith(":" + version);
            if (build.containsKey("args")) {
                assertThat(string(plain(build.get("args")).get("JAR")))
                        .isEqualTo(name + "/target/" + name + "-" + version + "-exec.jar");
            }
        });
    }

    @Test
    void dockerfiles_endAsAnOrdinaryUserInExecForm() throws IOException {
        try (Stream<Path> files = Files.list(DOCKER)) {
            List<Path> dockerfiles =
                    files.filter(file -> file.toString().endsWith("Dockerfile")).toList();
            assertThat(dockerfiles).hasSize(3);
            for (Path file : dockerfiles) {
                List<String> lines = Files.readAllLines(file);
                assertThat(lines.stream().filter(line -> line.startsWith("FROM ")))
                        .isNotEmpty()
                        .allMatch(line -> line.matches("FROM eclipse-temurin:25-jre( AS \\w+)?"));
                assertThat(lines.stream().filter(line -> line.startsWith("USER ")))
                        .containsExactly("USER 10001:10001");
                assertThat(lines.stream().filter(line -> line.startsWith("ENTRYPOINT ")))
                        .singleElement()
                        .asString()
                        .startsWith("ENTRYPOINT [\"java\", ");
                assertThat(lines.indexOf("USER 10001:10001"))
                        .isGreaterThan(lines.lastIndexOf("FROM eclipse-temurin:25-jre"));
                assertThat(lines).noneMatch(line -> line.startsWith("ADD ") || line.startsWith("CMD "));
            }
        }
    }

    @Test
    void dockerfiles_copyOnlyWhatTheIgnoreFileLetsThrough() throws IOException {
        List<String> let = Files.readAllLines(ROOT.resolve(".dockerignore")).stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();

        assertThat(Files.readAllLines(ROOT.resolve(".dockerignore"))).contains("**");
        assertThat(let)
                .containsExactlyInAnyOrder(
                        "*/target/*-exec.jar",
                        "cli/target/lib/*.jar",
                        "cli/target/sluice-cli.jar",
                        "deploy/docker/healthcheck.sh");
    }

    @Test
    void mounts_areReadOnly_andOfFilesThatExist_orOfWhatTheBuildMakes() {
        List<String> mounts = new ArrayList<>();
        services.values()
                .forEach(service -> strings(service.get("volumes")).stream()
                        .filter(volume -> volume.startsWith("./"))
                        .forEach(mounts::add));

        assertThat(mounts).allMatch(mount -> mount.endsWith(":ro"));
        // By the build of cli, and not where npm is missing: the consumer then starts without.
        String built = "./cli/target/geo:/geo:ro";
        assertThat(mounts).contains(built);
        mounts.remove(built);
        assertThat(plain(service("stream-consumer").get("environment")))
                .containsEntry("SLUICE_ENRICH_GEO_COUNTRY", "/geo/country.mmdb");
        assertThat(mounts).hasSize(3).allSatisfy(mount -> {
            assertThat(ROOT.resolve(mount.substring(0, mount.indexOf(':')))).isRegularFile();
        });
        // LocalStack passes over a script that isn't executable.
        assertThat(ROOT.resolve("deploy/localstack/10-line.sh")).isExecutable();
    }

    @Test
    void names_agree() {
        Map<String, Object> localstack = plain(service("localstack").get("environment"));
        assertThat(strings(plain(service("localstack").get("healthcheck")).get("test")))
                .contains("sluice-local");
        assertThat(localstack).containsEntry("SLUICE_BUCKET", "sluice-local");
        for (String name : List.of("ingest-api", "stream-consumer", "redshift-loader")) {
            Map<String, Object> environment = plain(service(name).get("environment"));
            assertThat(environment)
                    .as(name)
                    .containsEntry("SLUICE_STAGING_BUCKET", "sluice-local")
                    .containsEntry("SLUICE_AWS_REGION", string(localstack.get("AWS_DEFAULT_REGION")));
        }
        Map<String, Object> loader = plain(service("redshift-loader").get("environment"));
        Map<String, Object> redshift = plain(service("redshift").get("environment"));
        assertThat(loader).containsEntry("SLUICE_LOADER_PASSWORD", string(redshift.get("SLUICE_REDSHIFT_PASSWORD")));
        assertThat(string(loader.get("SLUICE_LOADER_JDBC_URL")))
                .startsWith("jdbc:redshift://redshift:" + redshift.get("SLUICE_REDSHIFT_PORT") + "/dev");
    }

    @Test
    void prometheus_scrapesTheManagementPortOfEachService() throws IOException {
        Pattern target = Pattern.compile("targets: \\[\"([^:]+):(\\d+)\"]");
        Map<String, String> scraped = target.matcher(Files.readString(ROOT.resolve("deploy/prometheus/prometheus.yml")))
                .results()
                .collect(Collectors.toMap(match -> match.group(1), match -> match.group(2)));

        assertThat(yaml("deploy/prometheus/prometheus.yml")).containsKey("scrape_configs");
        assertThat(scraped).containsOnlyKeys(DEADLINES.keySet());
        scraped.forEach((name, port) -> {
            assertThat(strings(plain(service(name).get("healthcheck")).get("test")))
                    .contains(port);
            assertThat(strings(service(name).get("ports"))).contains("127.0.0.1:" + port + ":" + port);
        });
    }

    private Map<String, Map<String, Object>> built() {
        return services.entrySet().stream()
                .filter(service -> service.getValue().containsKey("build"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private Map<String, Object> service(String name) {
        Map<String, Object> service = services.get(name);
        assertThat(service).as(name).isNotNull();
        return service == null ? Map.of() : service;
    }

    private static String version() throws IOException {
        Matcher version = Pattern.compile("<artifactId>sluice</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(Files.readString(ROOT.resolve("pom.xml")));
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    private static Map<String, Object> yaml(String file) throws IOException {
        return new Yaml().load(Files.readString(ROOT.resolve(file)));
    }

    @SuppressWarnings("unchecked") // the shape of the file; a cast fails the test
    private static <V> Map<String, V> map(@Nullable Object yaml) {
        return yaml == null ? Map.of() : (Map<String, V>) yaml;
    }

    private static Map<String, Object> plain(@Nullable Object yaml) {
        return map(yaml);
    }

    private static List<String> strings(@Nullable Object yaml) {
        return yaml instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
    }

    private static String string(@Nullable Object yaml) {
        return yaml == null ? "" : yaml.toString();
    }
}
