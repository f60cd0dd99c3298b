package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.TreeSet;
import java.util.function.Consumer;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** The templates of deploy/aws hold together, each by itself and with the others. */
class TemplateReferencesTest {
    @Test
    void whateverIsReferredTo_isThere_andWhatIsDeclaredIsUsed() {
        assertThat(AwsTemplate.all())
                .allSatisfy(template -> assertThat(TemplateReferences.problems(template))
                        .as(template.file())
                        .isEmpty());
    }

    @Test
    void whatOneStackTakes_anotherGives_andNothingIsGivenInVain() {
        var taken = new TreeSet<String>();
        AwsTemplate.all().forEach(template -> taken.addAll(template.imports()));
        var given = new TreeSet<String>();
        AwsTemplate.ACCESS.exports().forEach(name -> given.add(name.replace("${AWS::StackName}", "${AccessStack}")));
        AwsTemplate.LINE.exports().forEach(name -> given.add(name.replace("${AWS::StackName}", "${LineStack}")));
        assertThat(given).isNotEmpty();
        assertThat(taken).isEqualTo(given);
    }

    /** CloudFormation refuses them, whatever YAML has to say. */
    @Test
    void yamlAliases_areFound() {
        assertThatThrownBy(() -> AwsTemplate.parse("x.yml", "a: &one {b: 1}\nc: *one\n"))
                .hasMessage("x.yml, line 1: YAML aliases are refused");
    }

    @Test
    void aNameThatIsGivenTwice_isFound() {
        assertThatThrownBy(() -> AwsTemplate.parse("x.yml", "Resources: {A: {Type: x}, A: {Type: y}}"))
                .hasMessageContaining("duplicate key A");
    }

    @Test
    void aResourceThatIsNotThere_isFound() {
        assertThatChanged(root -> in(root, "Resources", "HttpListener", "Properties")
                        .set("LoadBalancerArn", reference("Balancer")))
                .containsExactly("HttpListener.Properties.LoadBalancerArn: there is no Balancer");
    }

    @Test
    void aVariableOfATextThatIsNotThere_isFound() {
        assertThatChanged(root -> in(root, "Resources", "S3Endpoint", "Properties", "ServiceName")
                        .put("Fn::Sub", "com.amazonaws.${Region}.s3"))
                .containsExactly("S3Endpoint.Properties.ServiceName: there is no Region");
    }

    @Test
    void anAttributeOfAResourceThatIsNotThere_isFound() {
        assertThatChanged(root -> in(root, "Outputs", "WarehouseHost", "Value")
                        .putArray("Fn::GetAtt")
                        .add("Warehouse")
                        .add("Host"))
                .containsExactly("WarehouseHost.Value: there is no Warehouse");
    }

    @Test
    void aConditionThatIsNotThere_isFound() {
        assertThatChanged(root -> in(root, "Resources", "StreamThrottles").put("Condition", "HasAlarm"))
                .containsExactly("StreamThrottles: there is no condition HasAlarm");
    }

    /** It would be found by the first stack of those who don't use it. */
    @Test
    void whatRefersToAResourceThatMayNotBeThere_isFound() {
        assertThatChanged(root -> in(root, "Outputs", "VpcId").set("Value", reference("ToolsTask")))
                .contains("VpcId.Value: ToolsTask is there only when HasTools");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Parameters", "Conditions"})
    void whatNobodyUses_isFound(String section) {
        assertThatChanged(root -> in(root, section).set("Left", in(root, "Conditions", "HasAlarms")))
                .containsExactly(section + ": Left is used by nobody");
    }

    private static ListAssert<String> assertThatChanged(Consumer<ObjectNode> change) {
        return assertThat(TemplateReferences.problems(AwsTemplate.LINE.changed(change)));
    }

    private static ObjectNode in(ObjectNode root, String... path) {
        ObjectNode at = root;
        for (String name : path) {
            at = (ObjectNode) at.get(name);
        }
        return at;
    }

    private static ObjectNode reference(String name) {
        return AwsTemplate.parse("", "Ref: " + name).root();
    }
}
