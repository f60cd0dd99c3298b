package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The templates of deploy/aws against what AWS publishes of its resource types, as npm's {@code @aws-cdk/aws-service-spec} keeps it.
 * Skips, and says so, where there is no Node or the package can't be had.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class ResourceSpecificationIT {
    private static final String PACKAGE = "@aws-cdk/aws-service-spec@0.1.216";
    private static final Path HOME = Path.of("target", "aws-service-spec").toAbsolutePath();

    private ResourceSpecification specification;

    @BeforeAll
    void load() throws Exception {
        Machine.needs("node", "npm");
        Files.createDirectories(HOME);
        if (!Files.exists(HOME.resolve("node_modules/@aws-cdk/aws-service-spec/package.json"))) {
            try {
                Machine.run(
                        "npm",
                        "install",
                        "--ignore-scripts",
                        "--no-audit",
                        "--no-fund",
                        "--loglevel=error",
                        "--prefix",
                        HOME.toString(),
                        PACKAGE);
            } catch (IOException e) {
                Machine.skipUnless(false, "npm could not get " + PACKAGE + ": " + e.getMessage());
            }
        }
        Path script = HOME.resolve("resource-types.js");
        try (var in = ResourceSpecificationIT.class.getResourceAsStream("/cloudformation/resource-types.js")) {
            Files.write(script, Objects.requireNonNull(in).readAllBytes());
        }
        var command = new ArrayList<>(List.of("node", script.toString()));
        var types = new TreeSet<String>();
        AwsTemplate.all()
                .forEach(template -> template.section("Resources")
                        .forEach(resource -> types.add(resource.path("Type").asString())));
        command.addAll(types);
        specification = new ResourceSpecification(
                JsonMapper.builder().build().readTree(Machine.run(command.toArray(String[]::new))));
    }

    @Test
    void everyTemplate_keepsToTheSpecification() {
        assertThat(AwsTemplate.all())
                .allSatisfy(template -> assertThat(specification.problems(template))
                        .as(template.file())
                        .isEmpty());
    }

    @Test
    void aTypeThatIsNotThere_isFound() {
        assertThatChanged(root -> resource(root, "Workgroup").put("Type", "AWS::RedshiftServerless::Workgroups"))
                .contains("Workgroup: there is no type \"AWS::RedshiftServerless::Workgroups\"");
    }

    @Test
    void aMisspeltProperty_isFound() {
        assertThatChanged(root -> properties(root, "Stream").put("RetentionHours", 24))
                .containsExactly("Stream: there is no property RetentionHours");
    }

    @Test
    void aMisspeltPropertyFarInside_isFound() {
        assertThatChanged(root -> ((ObjectNode) properties(root, "LoaderTask")
                                .get("ContainerDefinitions")
                                .get(0)
                                .get("HealthCheck"))
                        .put("Retry", 3))
                .containsExactly("LoaderTask.ContainerDefinitions[0].HealthCheck: there is no property Retry");
    }

    @Test
    void aPropertyThatIsMissing_isFound() {
        assertThatChanged(root -> properties(root, "HttpsListener").remove("DefaultActions"))
                .containsExactly("HttpsListener: DefaultActions is missing");
    }

    @Test
    void aTextInThePlaceOfANumber_isFound() {
        assertThatChanged(root -> properties(root, "IngestTargets").put("HealthCheckIntervalSeconds", "5s"))
                .containsExactly("IngestTargets.HealthCheckIntervalSeconds: takes a whole number, not \"5s\"");
    }

    @Test
    void aWordThatIsNoneOfThoseAllowed_isFound() {
        assertThatChanged(root -> properties(root, "ConsumerService").put("LaunchType", "FARGATES"))
                .containsExactly(
                        "ConsumerService.LaunchType: takes one of [\"EC2\",\"FARGATE\",\"EXTERNAL\"], not \"FARGATES\"");
    }

    @Test
    void oneValueInThePlaceOfSeveral_isFound() {
        assertThatChanged(root -> properties(root, "LoadBalancer").put("Subnets", "subnet-1"))
                .containsExactly("LoadBalancer.Subnets: takes a list, not \"subnet-1\"");
        assertThatChanged(root -> ((ObjectNode) properties(root, "LoadBalancer").get("Subnets")).put("Ref", "VpcId"))
                .containsExactly("LoadBalancer.Subnets: takes several values, not {\"Ref\":\"VpcId\"}");
    }

    @Test
    void severalValuesInThePlaceOfOne_areFound() {
        assertThatChanged(root ->
                        ((ObjectNode) properties(root, "LoaderGroup").get("VpcId")).put("Ref", "PrivateSubnetIds"))
                .containsExactly("LoaderGroup.VpcId: takes one value, not {\"Ref\":\"PrivateSubnetIds\"}");
    }

    @Test
    void anAttributeThatNoSuchResourceHas_isFound() {
        assertThatChanged(root -> ((ObjectNode)
                                root.get("Outputs").get("LoadBalancerName").get("Value"))
                        .putArray("Fn::GetAtt")
                        .add("LoadBalancer")
                        .add("DnsName"))
                .containsExactly("LoadBalancer has no attribute DnsName");
    }

    @Test
    void aPolicyThatIsNone_andAMemberThatNoResourceHas_areFound() {
        assertThatChanged(root ->
                        resource(root, "Stream").put("DeletionPolicy", "Keep").put("DeletePolicy", "Retain"))
                .containsExactlyInAnyOrder(
                        "Stream: no policy is called \"Keep\"", "Stream: a resource has no DeletePolicy");
    }

    private ListAssert<String> assertThatChanged(Consumer<ObjectNode> change) {
        return assertThat(specification.problems(AwsTemplate.LINE.changed(change)));
    }

    private static ObjectNode resource(ObjectNode root, String name) {
        return (ObjectNode) root.get("Resources").get(name);
    }

    private static ObjectNode properties(ObjectNode root, String name) {
        return (ObjectNode) resource(root, name).get("Properties");
    }
}
