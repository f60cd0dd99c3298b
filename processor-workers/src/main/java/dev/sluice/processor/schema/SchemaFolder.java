package dev.sluice.processor.schema;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.processor.protocol.JsonProblem;
import dev.sluice.processor.protocol.JsonReader;
import dev.sluice.processor.protocol.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a folder of schemas, laid out as Iglu lays them out: {@code vendor/name/jsonschema/1-0-0}, with or without
 * {@code .json}. Everything is compiled at the start, nothing is ever fetched, and whatever can't be used is an {@link
 * IllegalArgumentException} that names the file.
 *
 * <p>A schema of Iglu ({@code $schema} of its own, a block {@code self}) is read as draft 4, as is one without {@code
 * $schema}; drafts 4, 6, 7, 2019-09 and 2020-12 are read as what they say. A {@code $ref} may point into its own file
 * only, and not in a circle.
 */
final class SchemaFolder {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaFolder.class);

    private static final Pattern PLACE =
            Pattern.compile("([^/]+)/([^/]+)/jsonschema/([0-9]+-[0-9]+-[0-9]+)(?:\\.json)?");
    private static final String IGLU = "http://iglucentral.com/schemas/com.snowplowanalytics.self-desc/schema/";
    private static final LinearPatterns PATTERNS = new LinearPatterns();
    private static final int HASH_BYTES = 6;
    private static final Set<String> NOT_TAKEN = Set.of("$dynamicRef", "$recursiveRef");

    /** @param names of all properties that the schema describes: what may be said of data without quoting it */
    record Compiled(Schema schema, Set<String> names) {}

    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_4,
            builder -> builder.schemaRegistryConfig(SchemaRegistryConfig.builder()
                            // The first fault is enough, and a list of a hundred thousand is not.
                            .failFast(true)
                            .regularExpressionFactory(PATTERNS)
                            .build())
                    .schemaLoader(loader -> loader.fetchRemoteResources(false)));
    private final Map<String, Compiled> schemas = new HashMap<>();
    /** Of all schemas in the order of their places. */
    private final MessageDigest content = sha256();

    private SchemaFolder() {}

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * What a folder holds.
     *
     * @param byKey by {@code vendor/name/version}
     * @param version changes with any of them
     */
    record Loaded(Map<String, Compiled> byKey, String version) {
        Loaded {
            byKey = Map.copyOf(byKey);
        }
    }

    static Loaded load(Path folder) {
        var loading = new SchemaFolder();
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.filter(Files::isRegularFile)
                    .filter(file -> !isHidden(folder.relativize(file)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalArgumentException("the folder of schemas " + folder + " can't be read: " + e, e);
        }
        for (Path file : files) {
            Matcher place = PLACE.matcher(folder.relativize(file).toString().replace('\\', '/'));
            if (place.matches()) {
                loading.add(file, place);
            } else {
                LOG.warn("{} is not at vendor/name/jsonschema/1-0-0, so it is no schema", file);
            }
        }
        if (loading.schemas.isEmpty()) {
            throw new IllegalArgumentException(
                    "the folder of schemas " + folder + " has none at vendor/name/jsonschema/1-0-0");
        }
        LOG.info("{} schemas from {}", loading.schemas.size(), folder);
        return new Loaded(
                loading.schemas, "schemas sha256:" + HexFormat.of().formatHex(loading.content.digest(), 0, HASH_BYTES));
    }

    private static boolean isHidden(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private void add(Path file, Matcher place) {
        String key = place.group(1) + "/" + place.group(2) + "/" + place.group(3);
        try {
            String text = Files.readString(file);
            content.update((key + "\n" + text + "\n").getBytes(StandardCharsets.UTF_8));
            if (!(JsonReader.read(text) instanceof JsonValue.Obj document)) {
                throw new IllegalArgumentException("it is not an object");
            }
            checkSelf(document, place);
            var names = new HashSet<String>();
            new References(document, names).check();
            var node = (ObjectNode) Nodes.of(document);
            node.remove("self");
            if (document.members().get("$schema") instanceof JsonValue.Text(String uri) && uri.startsWith(IGLU)) {
                node.remove("$schema");
            }
            checkDraft(node);
            Schema schema = registry.getSchema(SchemaLocation.of("iglu:" + key), node);
            schema.initializeValidators();
            if (schemas.put(key, new Compiled(schema, Set.copyOf(names))) != null) {
                throw new IllegalArgumentException("there is a second file for " + key);
            }
        } catch (IOException | JsonProblem | RuntimeException e) {
            throw new IllegalArgumentException("the schema " + file + " can't be used: " + reason(e), e);
        }
    }

    private static String reason(Exception e) {
        Throwable cause = e;
        while (cause instanceof SchemaException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private static void checkSelf(JsonValue.Obj document, Matcher place) {
        if (document.members().get("self") instanceof JsonValue.Obj self) {
            String[] parts = {"vendor", "name", "version"};
            for (int i = 0; i < parts.length; i++) {
                if (!place.group(i + 1).equals(self.text(parts[i]))) {
                    throw new IllegalArgumentException("its self." + parts[i] + " is not that of its place");
                }
            }
        }
    }

    /** The schema must itself be as its draft says: a mistyped "type" would else let everything pass. */
    private void checkDraft(ObjectNode node) {
        SpecificationVersion draft = node.has("$schema")
                ? SpecificationVersion.fromSchemaNode(node)
                        .orElseThrow(() -> new IllegalArgumentException("its $schema is none of drafts 4 to 2020-12"))
                : SpecificationVersion.DRAFT_4;
        List<Error> faults =
                registry.getSchema(SchemaLocation.of(draft.getDialectId())).validate(node);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(
                    "it is no schema: " + faults.getFirst().getInstanceLocation() + " "
                            + faults.getFirst().getMessage());
        }
    }

    /** Follows every reference of a schema, and collects the names of properties on the way. */
    private static final class References {
        private final JsonValue.Obj document;
        private final Set<String> names;
        private final Set<String> open = new HashSet<>();
        private final Set<String> done = new HashSet<>();

        References(JsonValue.Obj document, Set<String> names) {
            this.document = document;
            this.names = names;
        }

        void check() {
            check(document);
        }

        private void check(JsonValue value) {
            switch (value) {
                case JsonValue.Arr(var items) -> items.forEach(this::check);
                case JsonValue.Obj(var members) ->
                    members.forEach((name, member) -> {
                        if (NOT_TAKEN.contains(name)) {
                            throw new IllegalArgumentException(name + " is not taken");
                        }
                        // Said here, as the draft's own words for it would blame the pattern.
                        if (name.equals("pattern") && member instanceof JsonValue.Text(String pattern)) {
                            PATTERNS.getRegularExpression(pattern);
                        }
                        if (name.equals("patternProperties") && member instanceof JsonValue.Obj(var patterns)) {
                            patterns.keySet().forEach(PATTERNS::getRegularExpression);
                        }
                        if (name.equals("properties") && member instanceof JsonValue.Obj(var properties)) {
                            names.addAll(properties.keySet());
                        }
                        if (name.equals("$ref") && member instanceof JsonValue.Text(String target)) {
                            follow(target);
                        } else {
                            check(member);
                        }
                    });
                case JsonValue.Text _, JsonValue.Num _, JsonValue.Bool _, JsonValue.Null _ -> {}
            }
        }

        private void follow(String target) {
            if (!target.equals("#") && !target.startsWith("#/")) {
                throw new IllegalArgumentException("$ref " + target + " does not point into the same file");
            }
            if (!open.add(target)) {
                throw new IllegalArgumentException("$ref " + target + " goes in a circle");
            }
            if (done.add(target)) {
                check(at(target));
            }
            open.remove(target);
        }

        private JsonValue at(String target) {
            JsonValue value = document;
            for (String part :
                    target.length() == 1 ? new String[0] : target.substring(2).split("/", -1)) {
                String name = part.replace("~1", "/").replace("~0", "~");
                JsonValue next = switch (value) {
                    case JsonValue.Obj(var members) -> members.get(name);
                    case JsonValue.Arr(var items) ->
                        name.matches("[0-9]{1,6}") && Integer.parseInt(name) < items.size()
                                ? items.get(Integer.parseInt(name))
                                : null;
                    default -> null;
                };
                if (next == null) {
                    throw new IllegalArgumentException("$ref " + target + " points to nothing");
                }
                value = next;
            }
            return value;
        }
    }
}
