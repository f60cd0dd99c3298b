package dev.sluice.it;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.events.NodeEvent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A CloudFormation template, read as CloudFormation reads it: in its long form, and without YAML's aliases, which it refuses.
 *
 * @param file its name in {@code deploy/aws}
 */
record AwsTemplate(String file, ObjectNode root) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String IMPORT = "Fn::ImportValue";

    static final AwsTemplate ACCESS = read("access.yml");
    static final AwsTemplate LINE = read("line.yml");
    static final AwsTemplate NODE = read("ingest-node.yml");

    static List<AwsTemplate> all() {
        return List.of(ACCESS, LINE, NODE);
    }

    private static AwsTemplate read(String file) {
        try {
            return parse(
                    file, Files.readString(Launched.root().resolve("deploy/aws").resolve(file)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static AwsTemplate parse(String file, String text) {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        var yaml = new Yaml(options);
        for (var event : yaml.parse(new StringReader(text))) {
            if (event instanceof NodeEvent node && node.getAnchor() != null) {
                throw new IllegalArgumentException(
                        file + ", line " + (event.getStartMark().getLine() + 1) + ": YAML aliases are refused");
            }
        }
        return new AwsTemplate(file, (ObjectNode) JSON.<JsonNode>valueToTree(yaml.load(text)));
    }

    /** The same template, but for one change. */
    AwsTemplate changed(Consumer<ObjectNode> change) {
        ObjectNode copy = root.deepCopy();
        change.accept(copy);
        return new AwsTemplate(file, copy);
    }

    JsonNode section(String name) {
        return root.path(name);
    }

    JsonNode resource(String name) {
        return root.path("Resources").path(name);
    }

    JsonNode properties(String resource) {
        JsonNode properties = resource(resource).path("Properties");
        if (properties.isMissingNode()) {
            throw new IllegalArgumentException(file + " has no " + resource);
        }
        return properties;
    }

    Stream<Map.Entry<String, JsonNode>> ofType(String type) {
        return root.path("Resources").properties().stream()
                .filter(resource ->
                        resource.getValue().path("Type").asString("").equals(type));
    }

    /** The only container of a task definition. */
    JsonNode container(String task) {
        JsonNode containers = properties(task).path("ContainerDefinitions");
        if (containers.size() != 1) {
            throw new IllegalArgumentException(task + " has " + containers.size() + " containers");
        }
        return containers.get(0);
    }

    JsonNode defaultOf(String parameter) {
        return root.path("Parameters").path(parameter).path("Default");
    }

    /** What it takes of other stacks, such as {@code ${AccessStack}-Bucket}. */
    Set<String> imports() {
        var names = new TreeSet<String>();
        each(root, node -> {
            if (node.has(IMPORT)) {
                names.add(node.path(IMPORT).path("Fn::Sub").asString(""));
            }
        });
        return names;
    }

    /** What it gives to other stacks, such as {@code ${AWS::StackName}-Bucket}. */
    Set<String> exports() {
        var names = new TreeSet<String>();
        for (JsonNode output : section("Outputs")) {
            JsonNode name = output.path("Export").path("Name");
            if (!name.isMissingNode()) {
                names.add(name.path("Fn::Sub").asString(""));
            }
        }
        return names;
    }

    /** Every object of the template. */
    static void each(JsonNode node, Consumer<ObjectNode> visitor) {
        if (node instanceof ObjectNode object) {
            visitor.accept(object);
        }
        for (JsonNode child : node) {
            each(child, visitor);
        }
    }

    /** The name of the function that an object calls, such as {@code Ref} or {@code Fn::If}. */
    static Optional<String> function(JsonNode node) {
        if (!node.isObject() || node.size() != 1) {
            return Optional.empty();
        }
        String name = node.properties().iterator().next().getKey();
        return name.equals("Ref") || name.startsWith("Fn::") ? Optional.of(name) : Optional.empty();
    }

    static boolean isNoValue(JsonNode node) {
        return node.path("Ref").asString("").equals("AWS::NoValue");
    }
}
