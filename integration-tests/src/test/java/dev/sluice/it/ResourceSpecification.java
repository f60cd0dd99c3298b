package dev.sluice.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What AWS publishes of its resource types, and whether a template keeps to it: types, names and kinds of properties, those that must be
 * given, and attributes. Values that only AWS knows (a name that is taken, a combination that a service refuses) are beyond it.
 */
final class ResourceSpecification {
    private static final Set<String> OF_ANY_RESOURCE = Set.of(
            "Type",
            "Properties",
            "Condition",
            "DependsOn",
            "DeletionPolicy",
            "UpdateReplacePolicy",
            "UpdatePolicy",
            "CreationPolicy",
            "Metadata");
    private static final Set<String> POLICIES = Set.of("Delete", "Retain", "RetainExceptOnCreate", "Snapshot");
    private static final Pattern ATTRIBUTE = Pattern.compile("\\$\\{([A-Za-z0-9]+)\\.([A-Za-z0-9.]+)}");

    private final JsonNode resources;
    private final JsonNode types;

    /** @param specification what {@code resource-types.js} writes */
    ResourceSpecification(JsonNode specification) {
        this.resources = specification.path("resources");
        this.types = specification.path("types");
    }

    List<String> problems(AwsTemplate template) {
        return new Look(template).problems();
    }

    /** One look at one template. */
    private final class Look {
        private final AwsTemplate template;
        private final List<String> problems = new ArrayList<>();

        Look(AwsTemplate template) {
            this.template = template;
        }

        List<String> problems() {
            template.section("Resources").properties().forEach(each -> resource(each.getKey(), each.getValue()));
            AwsTemplate.each(template.root(), node -> {
                if (node.has("Fn::GetAtt")) {
                    JsonNode of = node.get("Fn::GetAtt");
                    attribute(of.path(0).asString(""), of.path(1).asString(""));
                }
                JsonNode text = node.path("Fn::Sub");
                var variables = ATTRIBUTE.matcher((text.isArray() ? text.path(0) : text).asString(""));
                while (variables.find()) {
                    attribute(variables.group(1), variables.group(2));
                }
            });
            return problems;
        }

        private void resource(String name, JsonNode resource) {
            JsonNode type = resources.path(resource.path("Type").asString(""));
            if (type.isMissingNode()) {
                problems.add(name + ": there is no type " + resource.path("Type"));
                return;
            }
            resource.properties().forEach(member -> {
                if (!OF_ANY_RESOURCE.contains(member.getKey())) {
                    problems.add(name + ": a resource has no " + member.getKey());
                }
                if (member.getKey().endsWith("Policy")
                        && member.getValue().isString()
                        && !POLICIES.contains(member.getValue().asString())) {
                    problems.add(name + ": no policy is called " + member.getValue());
                }
            });
            object(name, resource.path("Properties"), type.path("properties"));
        }

        private void attribute(String name, String attribute) {
            JsonNode resource = template.resource(name);
            JsonNode attributes =
                    resources.path(resource.path("Type").asString("")).path("attributes");
            if (resource.isObject() && !attributes.has(attribute)) {
                problems.add(name + " has no attribute " + attribute);
            }
        }

        private void object(String path, JsonNode node, JsonNode properties) {
            node.properties().forEach(member -> {
                JsonNode property = properties.path(member.getKey());
                if (property.isMissingNode()) {
                    problems.add(path + ": there is no property " + member.getKey());
                } else {
                    value(path + "." + member.getKey(), member.getValue(), property.path("type"));
                }
            });
            properties.properties().stream()
                    .filter(property -> property.getValue().path("required").asBoolean(false))
                    .filter(property -> !node.has(property.getKey()))
                    .forEach(property -> problems.add(path + ": " + property.getKey() + " is missing"));
        }

        private void value(String path, JsonNode node, JsonNode type) {
            if (AwsTemplate.isNoValue(node)) {
                return;
            }
            if (node.has("Fn::If")) {
                value(path, node.get("Fn::If").path(1), type);
                value(path, node.get("Fn::If").path(2), type);
                return;
            }
            String kind = type.path("type").asString("");
            if (kind.equals("union")) {
                union(path, node, type.path("types"));
            } else if (AwsTemplate.function(node).isPresent()) {
                called(path, node, kind);
            } else {
                literal(path, node, type, kind);
            }
        }

        private void union(String path, JsonNode node, JsonNode alternatives) {
            int before = problems.size();
            List<String> first = List.of();
            for (JsonNode alternative : alternatives) {
                value(path, node, alternative);
                List<String> found = List.copyOf(problems.subList(before, problems.size()));
                problems.subList(before, problems.size()).clear();
                if (found.isEmpty()) {
                    return;
                }
                first = first.isEmpty() ? found : first;
            }
            problems.addAll(first);
        }

        /** What a function gives is known before it is called, to this extent: one value or several. */
        private void called(String path, JsonNode node, String kind) {
            String parameter = node.path("Ref").asString("");
            String type =
                    template.section("Parameters").path(parameter).path("Type").asString("");
            boolean several = type.startsWith("List<") || type.equals("CommaDelimitedList");
            boolean wanted = kind.equals("array");
            if (several != wanted && !kind.equals("json")) {
                problems.add(path + ": takes " + (wanted ? "several values" : "one value") + ", not " + node);
            }
        }

        private void literal(String path, JsonNode node, JsonNode type, String kind) {
            switch (kind) {
                case "string", "date-time" -> text(path, node, type.path("allowedValues"));
                case "number" -> must(path, node, Look::isNumber, "a number");
                case "integer" -> must(path, node, Look::isInteger, "a whole number");
                case "boolean" -> must(path, node, Look::isBoolean, "true or false");
                case "json" -> must(path, node, it -> it.isContainer() || it.isString(), "JSON");
                case "array" -> {
                    must(path, node, JsonNode::isArray, "a list");
                    for (int i = 0; i < node.size() && node.isArray(); i++) {
                        value(path + "[" + i + "]", node.get(i), type.path("element"));
                    }
                }
                case "map" -> {
                    must(path, node, JsonNode::isObject, "an object");
                    node.properties()
                            .forEach(each -> value(path + "." + each.getKey(), each.getValue(), type.path("element")));
                }
                case "tag" -> must(path, node, it -> it.has("Key") && it.has("Value"), "a tag");
                case "ref" -> {
                    must(path, node, JsonNode::isObject, "an object");
                    object(
                            path,
                            node,
                            types.path(type.path("reference").path("$ref").asString(""))
                                    .path("properties"));
                }
                default -> throw new IllegalStateException(path + " is of a kind that nobody here knows: " + type);
            }
        }

        private void text(String path, JsonNode node, JsonNode allowed) {
            must(path, node, JsonNode::isValueNode, "a text");
            boolean isAllowed = allowed.isMissingNode()
                    || allowed.valueStream()
                            .anyMatch(value -> value.asString("").equals(node.asString("")));
            must(path, node, _ -> isAllowed, "one of " + allowed);
        }

        private void must(String path, JsonNode node, Function<JsonNode, Boolean> rule, String what) {
            if (!rule.apply(node)) {
                problems.add(path + ": takes " + what + ", not " + node);
            }
        }

        private static boolean isNumber(JsonNode node) {
            return node.isNumber() || node.asString("").matches("-?[0-9]+(\\.[0-9]+)?");
        }

        private static boolean isInteger(JsonNode node) {
            return node.isIntegralNumber() || node.asString("").matches("-?[0-9]+");
        }

        private static boolean isBoolean(JsonNode node) {
            return node.isBoolean() || Set.of("true", "false").contains(node.asString(""));
        }
    }
}
