package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.IngestProperties;
import dev.sluice.loader.staging.StagingLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;

/** What must hold of the templates of deploy/aws whoever edits them: nothing accepted dies with a machine, and nothing is open. */
class DeploySafetyTest {
    private static final AwsTemplate LINE = AwsTemplate.LINE;
    private static final AwsTemplate NODE = AwsTemplate.NODE;
    private static final Pattern FOLDER = Pattern.compile("\\$\\{Bucket\\.Arn}/(.+/)\\*");

    @Test
    void whatIsNotYetLoaded_outlivesItsStack() {
        assertStays(NODE, "Volume");
        assertStays(LINE, "Stream");
        assertStays(LINE, "Namespace");
        assertStays(AwsTemplate.ACCESS, "Bucket");
    }

    private static void assertStays(AwsTemplate template, String name) {
        JsonNode resource = template.resource(name);
        assertThat(List.of(
                        resource.path("DeletionPolicy").asString(""),
                        resource.path("UpdateReplacePolicy").asString("")))
                .as(name)
                .containsExactly("Retain", "Retain");
    }

    /** Two would wait for one volume; and the container of one would lose the journal to that of the other. */
    @Test
    void oneInstanceAndOneContainer_haveTheJournal_andTheOldOneEndsFirst() {
        JsonNode group = NODE.properties("Group");
        assertThat(group.path("MinSize").asString()).isEqualTo("1");
        assertThat(group.path("MaxSize").asString()).isEqualTo("1");
        assertThat(group.path("VPCZoneIdentifier").size()).isEqualTo(1);
        JsonNode rolling = NODE.resource("Group").path("UpdatePolicy").path("AutoScalingRollingUpdate");
        assertThat(rolling.path("MinInstancesInService").asInt()).isZero();
        JsonNode service = NODE.properties("Service");
        assertThat(service.path("DesiredCount").asInt()).isEqualTo(1);
        JsonNode deployment = service.path("DeploymentConfiguration");
        assertThat(deployment.path("MinimumHealthyPercent").asInt()).isZero();
        assertThat(deployment.path("MaximumPercent").asInt()).isEqualTo(100);
    }

    @Test
    void anInstanceThatIsEnded_isDrainedFirst() {
        JsonNode capacity = NODE.properties("Capacity").path("AutoScalingGroupProvider");
        assertThat(capacity.path("ManagedDraining").asString()).isEqualTo("ENABLED");
        assertThat(capacity.path("AutoScalingGroupArn").path("Ref").asString()).isEqualTo("Group");
        assertThat(NODE.properties("CapacityOfCluster")
                        .path("CapacityProviders")
                        .path(0)
                        .path("Ref")
                        .asString())
                .isEqualTo("Capacity");
    }

    @Test
    void journal_isWrittenToTheVolume_andToNothingElse() {
        String userData = InstanceStart.script();
        for (String task : List.of("IngestTask", "ToolsTask")) {
            JsonNode volume = NODE.properties(task).path("Volumes").path(0);
            JsonNode mount = NODE.container(task).path("MountPoints").path(0);
            assertThat(mount.path("SourceVolume")).isEqualTo(volume.path("Name"));
            assertThat(mount.path("ReadOnly").asBoolean(false)).isFalse();
            assertThat(TemplateEnvironment.of(NODE, task)
                            .read("sluice.ingest", IngestProperties.class)
                            .journal()
                            .directory())
                    .hasToString(mount.path("ContainerPath").asString());
            assertThat(volume.path("Host").path("SourcePath").asString()).isEqualTo("/var/lib/sluice/journal");
        }
        assertThat(userData).contains("mount=/var/lib/sluice\n", "\"$mount/journal\"\n");
    }

    @Test
    void volume_holdsTheJournalAndWhatIsKeptFree() {
        var journal = TemplateEnvironment.of(NODE, "IngestTask")
                .read("sluice.ingest", IngestProperties.class)
                .journal();
        long wanted = journal.maxBytes().toBytes() + journal.keepFree().toBytes();
        assertThat(DataSize.ofGigabytes(NODE.defaultOf("VolumeGigabytes").asInt())
                        .toBytes())
                .isGreaterThan(wanted);
    }

    @Test
    void whereSomethingIsKept_itIsEncrypted() {
        assertThat(NODE.properties("Volume").path("Encrypted").asBoolean(false)).isTrue();
        NODE.properties("LaunchTemplate")
                .path("LaunchTemplateData")
                .path("BlockDeviceMappings")
                .forEach(disk -> assertThat(disk.path("Ebs").path("Encrypted").asBoolean(false))
                        .isTrue());
        assertThat(LINE.properties("Stream")
                        .path("StreamEncryption")
                        .path("EncryptionType")
                        .asString())
                .isEqualTo("KMS");
    }

    @Test
    void theWorld_reachesTheLoadBalancerAlone() {
        for (AwsTemplate template : AwsTemplate.all()) {
            template.ofType("AWS::EC2::SecurityGroup").forEach(group -> {
                List<String> fromAnywhere = group.getValue()
                        .path("Properties")
                        .path("SecurityGroupIngress")
                        .valueStream()
                        .filter(rule -> !rule.has("SourceSecurityGroupId"))
                        .map(rule -> rule.path("FromPort").asString())
                        .toList();
                assertThat(fromAnywhere)
                        .as(group.getKey())
                        .isEqualTo(group.getKey().equals("LoadBalancerGroup") ? List.of("443", "80") : List.of());
            });
        }
        assertThat(LINE.properties("Workgroup").path("PubliclyAccessible").asBoolean(true))
                .isFalse();
        LINE.ofType("AWS::ECS::Service")
                .forEach(service -> assertThat(service.getValue()
                                .at("/Properties/NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp")
                                .asString())
                        .as(service.getKey())
                        .isEqualTo("DISABLED"));
    }

    @Test
    void plainHttp_isSentToHttps() {
        assertThat(LINE.ofType("AWS::ElasticLoadBalancingV2::Listener")
                        .map(listener -> listener.getValue().path("Properties"))
                        .map(listener -> listener.path("Protocol").asString() + " "
                                + listener.path("DefaultActions")
                                        .path(0)
                                        .path("Type")
                                        .asString()))
                .containsExactly("HTTPS forward", "HTTP redirect");
    }

    /** The container must not get what the instance may do: its port is open to the world. */
    @Test
    void collector_hasItsOwnRoleAndNotTheInstances() {
        assertThat(InstanceStart.script()).contains("ECS_AWSVPC_BLOCK_IMDS=true");
        JsonNode metadata =
                NODE.properties("LaunchTemplate").path("LaunchTemplateData").path("MetadataOptions");
        assertThat(metadata.path("HttpTokens").asString()).isEqualTo("required");
        assertThat(metadata.path("HttpPutResponseHopLimit").asInt()).isEqualTo(1);
        assertThat(NODE.properties("IngestTask")
                        .path("TaskRoleArn")
                        .path("Fn::ImportValue")
                        .path("Fn::Sub")
                        .asString())
                .isEqualTo("${AccessStack}-IngestRoleArn");
    }

    @Test
    void containers_haveNoRightsThatTheyDontNeed() {
        for (AwsTemplate template : List.of(LINE, NODE)) {
            template.ofType("AWS::ECS::TaskDefinition").forEach(task -> {
                JsonNode container = template.container(task.getKey());
                assertThat(container.at("/LinuxParameters/Capabilities/Drop/0").asString(""))
                        .as(task.getKey())
                        .isEqualTo("ALL");
                assertThat(container.path("Privileged").asBoolean(false)).isFalse();
                assertThat(container.path("User").isMissingNode()).isTrue();
            });
        }
        assertThat(NODE.container("IngestTask").path("ReadonlyRootFilesystem").asBoolean(false))
                .isTrue();
    }

    /** What access.yml gives is looked at by AccessTemplateTest. */
    @Test
    void rolesOfTheInfrastructure_areHeldToWhatTheyAreFor() {
        var statements = new ArrayList<JsonNode>();
        for (AwsTemplate template : List.of(LINE, NODE)) {
            AwsTemplate.each(template.root(), node -> {
                if (node.has("Action") && node.has("Resource")) {
                    statements.add(node);
                }
            });
        }
        assertThat(statements).hasSize(3).allSatisfy(statement -> {
            assertThat(statement.path("Action").toString()).doesNotContain("*");
            assertThat(statement.path("Resource").isString())
                    .as("%s", statement)
                    .isFalse();
        });
        assertThat(statements.stream()
                        .filter(statement ->
                                statement.path("Resource").toString().contains("*"))
                        .map(statement -> statement.path("Condition").toString()))
                .containsExactly(
                        "{\"StringEquals\":{\"aws:ResourceTag/sluice:collector\":{\"Ref\":\"AWS::StackName\"}}}");
    }

    /** Else what the policy above is held to would not be on the instance. */
    @Test
    void instance_hasTheTagByWhichItMayTakeItsVolume() {
        assertThat(NODE.properties("LaunchTemplate")
                        .at("/LaunchTemplateData/TagSpecifications/0/Tags")
                        .toString())
                .contains("{\"Key\":\"sluice:collector\",\"Value\":{\"Ref\":\"AWS::StackName\"}}");
    }

    /** A right for a folder that nobody writes to any more is one too many, and one that is missing stops the line. */
    @Test
    void rights_areForTheFoldersThatTheCodeUses() {
        var layout = new StagingLayout("the-bucket", "");
        var used = Set.of(
                layout.dataPrefix(),
                layout.waitingPrefix(),
                layout.cleanPrefix(),
                layout.loadedPrefix(),
                layout.manifestPrefix());
        var given = new TreeSet<String>();
        AwsTemplate.each(AwsTemplate.ACCESS.root(), node -> {
            var folder = FOLDER.matcher(node.path("Fn::Sub").asString(""));
            if (folder.matches()) {
                given.add(folder.group(1));
            }
        });
        assertThat(given).contains("archive/", "replay/");
        given.removeAll(Set.of("archive/", "replay/"));
        assertThat(used).allMatch(folder -> given.stream().anyMatch(folder::startsWith));
        assertThat(given).allMatch(folder -> used.stream().anyMatch(each -> each.startsWith(folder)));
    }
}
