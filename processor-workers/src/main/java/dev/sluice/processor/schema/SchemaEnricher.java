package dev.sluice.processor.schema;

import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.RejectedEventException;
import dev.sluice.processor.protocol.BadReason;
import dev.sluice.processor.protocol.SelfDescribing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Set;

/**
 * Holds self-describing events and entities against the schemas of a folder. One that breaks its schema makes its whole
 * event a bad row, also when it is only an entity: a row whose entities can't be relied on is of no use to whoever
 * reads them by their schema. What has no schema here is taken as it is. Sets nothing; runs first. Thread-safe.
 */
public final class SchemaEnricher implements Enricher {
    private static final int MAX_RULE_CHARS = 200;

    private final SchemaFolder.Loaded schemas;
    private final Counter valid;
    private final Counter invalid;
    private final Counter unknown;

    /** @throws IllegalArgumentException naming the file, when one of the schemas can't be used */
    public SchemaEnricher(Path folder, MeterRegistry registry) {
        schemas = SchemaFolder.load(folder);
        valid = counter(registry, "valid");
        invalid = counter(registry, "invalid");
        unknown = counter(registry, "unknown");
    }

    private static Counter counter(MeterRegistry registry, String result) {
        return Counter.builder("sluice.enrich.schema")
                .description("Self-describing events and entities that were held against their schemas")
                .baseUnit("documents")
                .tag("result", result)
                .register(registry);
    }

    @Override
    public String name() {
        return "schema";
    }

    @Override
    public String dataVersion() {
        return schemas.version();
    }

    @Override
    public void enrich(EventContext event) {
        SelfDescribing said = event.event().selfDescribing();
        if (said != null) {
            check("event", said);
        }
        for (SelfDescribing entity : event.event().entities()) {
            check("entity", entity);
        }
    }

    private void check(String what, SelfDescribing said) {
        String key = said.vendor() + "/" + said.name() + "/" + said.version();
        SchemaFolder.Compiled compiled = schemas.byKey().get(key);
        if (compiled == null) {
            unknown.increment();
            return;
        }
        var faults = compiled.schema().validate(Nodes.of(said.data()));
        if (faults.isEmpty()) {
            valid.increment();
            return;
        }
        invalid.increment();
        throw new RejectedEventException(
                BadReason.SCHEMA_INVALID,
                "The " + what + " breaks its schema " + key + " " + told(faults.getFirst(), compiled.names())
                        + ". Correct what the tracker sends, or the schema.");
    }

    /** Where and which rule; of what was sent only names that the schema has too. */
    private static String told(Error fault, Set<String> names) {
        String property = fault.getProperty();
        String missing = property != null && names.contains(property) ? " (" + property + ")" : "";
        String rule = String.valueOf(fault.getSchemaNode());
        return "at " + place(fault.getInstanceLocation(), names) + missing + ": " + fault.getKeyword() + " "
                + (rule.length() > MAX_RULE_CHARS ? rule.substring(0, MAX_RULE_CHARS) + "…" : rule);
    }

    private static String place(NodePath path, Set<String> names) {
        var out = new StringBuilder();
        for (int i = 0; i < path.getNameCount(); i++) {
            Object element = path.getElement(i);
            boolean known = element instanceof Integer || names.contains(element.toString());
            out.append('/').append(known ? element : "*");
        }
        return out.isEmpty() ? "/" : out.toString();
    }
}
