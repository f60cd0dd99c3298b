package dev.sluice.it;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Whether all that a template refers to is there, also when its conditions don't hold, and all that it declares is used. Confined to
 * one call.
 */
final class TemplateReferences {
    private static final Set<String> PSEUDO = Set.of(
            "AWS::AccountId", "AWS::NoValue", "AWS::Partition", "AWS::Region", "AWS::StackName", "AWS::URLSuffix");
    /** Not {@code ${!name}}, which stays as it is but for the mark. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^!}][^}]*)}");

    private final AwsTemplate template;
    private final Set<String> used = new HashSet<>();
    private final List<String> problems = new ArrayList<>();

    private TemplateReferences(AwsTemplate template) {
        this.template = template;
    }

    static List<String> problems(AwsTemplate template) {
        return new TemplateReferences(template).look();
    }

    private List<String> look() {
        visit("Conditions", template.section("Conditions"), Set.of());
        for (String section : List.of("Resources", "Outputs")) {
            template.section(section).properties().forEach(part -> {
                JsonNode condition = part.getValue().path("Condition");
                visit(part.getKey(), part.getValue(), condition.isString() ? Set.of(condition.asString()) : Set.of());
            });
        }
        unused("Parameters", "");
        unused("Conditions", "condition ");
        return problems;
    }

    private void unused(String section, String prefix) {
        template.section(section).properties().stream()
                .filter(declared -> !used.contains(prefix + declared.getKey()))
                .forEach(declared -> problems.add(section + ": " + declared.getKey() + " is used by nobody"));
    }

    /** @param holds the conditions that are true wherever this part counts */
    private void visit(String path, JsonNode node, Set<String> holds) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                visit(path + "[" + i + "]", node.get(i), holds);
            }
        } else if (node.has("Fn::If")) {
            choice(path, node.get("Fn::If"), holds);
        } else {
            node.properties().forEach(member -> member(path, member.getKey(), member.getValue(), holds));
        }
    }

    private void choice(String path, JsonNode parts, Set<String> holds) {
        if (parts.size() != 3) {
            problems.add(path + ": Fn::If takes a condition and two values");
            return;
        }
        String condition = parts.get(0).asString("");
        condition(path, condition);
        var also = new HashSet<>(holds);
        also.add(condition);
        visit(path, parts.get(1), also);
        visit(path, parts.get(2), holds);
    }

    private void member(String path, String name, JsonNode value, Set<String> holds) {
        switch (name) {
            case "Ref" -> refer(path, value.asString(""), holds);
            case "Fn::GetAtt" -> attribute(path, value.path(0).asString(""), holds);
            case "Fn::Sub" -> substitution(path, value, holds);
            case "DependsOn" -> attribute(path, value.asString(""), holds);
            case "Condition" -> {
                // Else a statement's of a policy.
                if (value.isString()) {
                    condition(path, value.asString());
                } else {
                    visit(path + ".Condition", value, holds);
                }
            }
            default -> visit(path + "." + name, value, holds);
        }
    }

    private void substitution(String path, JsonNode value, Set<String> holds) {
        JsonNode own = value.path(1);
        visit(path, own, holds);
        var variables = VARIABLE.matcher(value.isArray() ? value.path(0).asString("") : value.asString(""));
        while (variables.find()) {
            String name = variables.group(1);
            if (own.has(name)) {
                continue;
            }
            int dot = name.indexOf('.');
            if (dot < 0) {
                refer(path, name, holds);
            } else {
                attribute(path, name.substring(0, dot), holds);
            }
        }
    }

    private void condition(String path, String name) {
        used.add("condition " + name);
        if (!template.section("Conditions").has(name)) {
            problems.add(path + ": there is no condition " + name);
        }
    }

    private void refer(String path, String name, Set<String> holds) {
        used.add(name);
        if (!PSEUDO.contains(name) && !template.section("Parameters").has(name)) {
            attribute(path, name, holds);
        }
    }

    private void attribute(String path, String resource, Set<String> holds) {
        JsonNode target = template.resource(resource);
        if (target.isMissingNode()) {
            problems.add(path + ": there is no " + resource);
            return;
        }
        JsonNode condition = target.path("Condition");
        if (condition.isString() && !holds.contains(condition.asString())) {
            problems.add(path + ": " + resource + " is there only when " + condition.asString());
        }
    }
}
