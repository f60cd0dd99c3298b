package dev.sluice.it;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import tools.jackson.databind.JsonNode;

/**
 * The environment that a template gives to a task's container, all conditions true, with defaults of parameters, and made-up values for
 * what only a stack knows; and what a service reads in it.
 */
record TemplateEnvironment(Map<String, String> variables) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)}");

    private static final Map<String, String> KNOWN_TO_A_STACK = Map.ofEntries(
            Map.entry("AWS::Region", "eu-west-1"),
            Map.entry("Stream", "the-stream"),
            Map.entry(
                    "Workgroup.Workgroup.Endpoint.Address",
                    "w.123456789012.eu-west-1.redshift-serverless.amazonaws.com"),
            Map.entry("Workgroup.Workgroup.Endpoint.Port", "5439"),
            Map.entry("CanaryUrl", "https://collect.example.org"),
            Map.entry("MetricsNamespace", "Shop"),
            Map.entry("${AccessStack}-ApplicationName", "the-application"),
            Map.entry("${AccessStack}-Bucket", "the-bucket"),
            Map.entry("${AccessStack}-CopyRoleArn", "arn:aws:iam::123456789012:role/copy"),
            Map.entry("${LineStack}-Stream", "the-stream"),
            Map.entry("${LineStack}-Proxies", "10.0.0.0/24,10.0.1.0/24"));

    static TemplateEnvironment of(AwsTemplate template, String task) {
        var variables = new TreeMap<String, String>();
        for (JsonNode entry : template.container(task).path("Environment")) {
            JsonNode variable = entry.has("Fn::If") ? entry.path("Fn::If").path(1) : entry;
            variables.put(variable.path("Name").asString(), value(template, variable.path("Value")));
        }
        return new TemplateEnvironment(variables);
    }

    private static String value(AwsTemplate template, JsonNode value) {
        if (value.isValueNode()) {
            return value.asString();
        }
        String function = AwsTemplate.function(value).orElseThrow(() -> new IllegalArgumentException("" + value));
        return switch (function) {
            case "Ref" -> named(template, value.path("Ref").asString());
            case "Fn::ImportValue" ->
                named(template, value.path("Fn::ImportValue").path("Fn::Sub").asString());
            case "Fn::Sub" ->
                VARIABLE.matcher(value.path("Fn::Sub").asString())
                        .replaceAll((MatchResult variable) -> named(template, variable.group(1)));
            default -> throw new IllegalArgumentException("" + value);
        };
    }

    private static String named(AwsTemplate template, String name) {
        String known = KNOWN_TO_A_STACK.get(name);
        return known == null ? template.defaultOf(name).asString() : known;
    }

    /** Some settings, bound as a service binds them, by their own rules. */
    <T> T read(String prefix, Class<T> settings) {
        var sources = new MutablePropertySources();
        sources.addLast(new SystemEnvironmentPropertySource("systemEnvironment", Map.copyOf(variables)));
        return new Binder(ConfigurationPropertySources.from(sources)).bindOrCreate(prefix, settings);
    }
}
