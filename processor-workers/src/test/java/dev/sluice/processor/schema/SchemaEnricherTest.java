package dev.sluice.processor.schema;

import static dev.sluice.processor.TestHits.base64Url;
import static dev.sluice.processor.TestHits.entities;
import static dev.sluice.processor.TestHits.frame;
import static dev.sluice.processor.TestHits.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EnrichmentPipeline;
import dev.sluice.processor.RowRules;
import dev.sluice.processor.TestHits;
import dev.sluice.processor.enrich.StandardEnrichers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaEnricherTest {
    /** As Iglu has them: with a draft of its own name, and a block about itself. */
    private static final String ORDER = """
            {"$schema":"http://iglucentral.com/schemas/com.snowplowanalytics.self-desc/schema/jsonschema/1-0-0#",
             "description":"An order",
             "self":{"vendor":"com.acme","name":"order","format":"jsonschema","version":"1-0-0"},
             "type":"object",
             "properties":{
               "id":{"type":"string","pattern":"^[A-Z\\\\u00c4]{2}-\\\\d+$","maxLength":10},
               "price":{"type":"number","minimum":0,"exclusiveMinimum":true,"multipleOf":0.01},
               "count":{"type":["integer","null"],"maximum":100},
               "kind":{"enum":["new","old"]},
               "when":{"type":"string","format":"date-time"},
               "lines":{"type":"array","maxItems":3,"items":{"$ref":"#/definitions/line"}},
               "either":{"anyOf":[{"type":"string"},{"type":"integer"}]},
               "tags":{"type":"object","additionalProperties":{"type":"string"}}},
             "definitions":{"line":{"type":"object","properties":{"sku":{"type":"string"}},"required":["sku"]}},
             "required":["id"],
             "additionalProperties":false}
            """;

    @TempDir
    Path folder;

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @BeforeEach
    void order() throws IOException {
        write("com.acme/order/jsonschema/1-0-0", ORDER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"AB-1\"}",
                "{\"id\":\"\u00c4B-1\"}",
                "{\"id\":\"AB-1\",\"price\":19.99,\"count\":null,\"kind\":\"old\",\"when\":\"2026-11-23T10:00:00Z\"}",
                "{\"id\":\"AB-1\",\"lines\":[{\"sku\":\"a\"},{\"sku\":\"b\"}],\"either\":1,\"tags\":{\"a\":\"b\"}}",
            })
    void dataThatKeepsItsSchema_becomesARow(String data) {
        Row row = event("com.acme/order/jsonschema/1-0-0", data);
        assertThat(row.table()).isEqualTo(Table.EVENTS);
        assertThat(row.get(Columns.SCHEMA_NAME)).isEqualTo("order");
        assertCounted(1, 0, 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                              | at / (id): required",
                "{\"id\":7}                                      | at /id: type \"string\"",
                "{\"id\":\"secret\"}                             | at /id: pattern",
                "{\"id\":\"AB-12345678\"}                        | at /id: maxLength 10",
                "{\"id\":\"AB-1\",\"price\":0}                   | at /price: minimum 0",
                "{\"id\":\"AB-1\",\"price\":0.001}               | at /price: multipleOf 0.01",
                "{\"id\":\"AB-1\",\"price\":1e999}               | at /price: type \"number\"",
                "{\"id\":\"AB-1\",\"count\":1.5}                 | at /count: type [\"integer\",\"null\"]",
                "{\"id\":\"AB-1\",\"count\":101}                 | at /count: maximum 100",
                "{\"id\":\"AB-1\",\"count\":99999999999999999999}| at /count: maximum 100",
                "{\"id\":\"AB-1\",\"kind\":\"secret\"}           | at /kind: enum [\"new\",\"old\"]",
                "{\"id\":\"AB-1\",\"when\":\"secret\"}           | at /when: format \"date-time\"",
                "{\"id\":\"AB-1\",\"lines\":[{\"sku\":\"a\"},{}]}| at /lines/1 (sku): required [\"sku\"]",
                "{\"id\":\"AB-1\",\"lines\":[1,2,3,4]}           | at /lines",
                "{\"id\":\"AB-1\",\"either\":true}               | at /either: type",
                "{\"id\":\"AB-1\",\"tags\":{\"secret\":1}}       | at /tags/*: type \"string\"",
                "{\"id\":\"AB-1\",\"secret\":1}                  | at /: additionalProperties false",
                "[]                                              | at /: type \"object\"",
                "\"secret\"                                      | at /: type \"object\"",
                "null                                            | at /: type \"object\"",
            })
    void dataThatBreaksItsSchema_isABadRow_thatSaysWhereAndWhichRule_andQuotesNothing(String data, String told) {
        Row row = event("com.acme/order/jsonschema/1-0-0", data);
        assertThat(row.table()).isEqualTo(Table.BAD_EVENTS);
        assertThat(row.get(Columns.STAGE)).isEqualTo("validate");
        assertThat(row.get(Columns.REASON)).isEqualTo("schema_invalid");
        assertThat(row.get(Columns.DETAIL))
                .startsWith("The event breaks its schema com.acme/order/1-0-0 " + told)
                .doesNotContain("secret");
        assertThat(row.get(Columns.RAW)).contains("com.acme/order");
        assertCounted(0, 1, 0);
    }

    @Test
    void anEntityThatBreaksItsSchema_costsItsEvent_andNoOther() {
        String good = "{\"id\":\"AB-1\"}";
        List<Row> rows = pipeline()
                .rows(frame(
                        get("e=pv&cx="
                                + base64Url(entities(
                                        "com.acme/order/jsonschema/1-0-0", good, "a/b/jsonschema/1-0-0", "1"))),
                        get("e=pv&cx="
                                + base64Url(entities(
                                        "com.acme/order/jsonschema/1-0-0",
                                        good,
                                        "com.acme/order/jsonschema/1-0-0",
                                        "{}")))));
        assertThat(rows).extracting(Row::table).containsExactly(Table.PAGE_VIEWS, Table.BAD_EVENTS);
        assertThat(rows.getLast().get(Columns.DETAIL)).startsWith("The entity breaks its schema com.acme/order/1-0-0");
        assertCounted(2, 1, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.acme/order/jsonschema/1-0-1",
                "com.acme/orders/jsonschema/1-0-0",
                "../order/jsonschema/1-0-0",
                "com.acme/../jsonschema/1-0-0"
            })
    void dataWithoutASchemaHere_isTakenAsItIs(String schema) {
        assertThat(event(schema, "{\"anything\":1}").table()).isEqualTo(Table.EVENTS);
        assertCounted(0, 0, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://json-schema.org/draft-04/schema#",
                "http://json-schema.org/draft-06/schema#",
                "http://json-schema.org/draft-07/schema#",
                "https://json-schema.org/draft/2019-09/schema",
                "https://json-schema.org/draft/2020-12/schema"
            })
    void standardDrafts_areReadAsWhatTheySay(String draft) throws IOException {
        write("a/b/jsonschema/2-0-0.json", "{\"$schema\":\"" + draft + "\",\"type\":\"object\",\"required\":[\"x\"]}");
        assertThat(event("a/b/jsonschema/2-0-0", "{\"x\":1}").table()).isEqualTo(Table.EVENTS);
        assertThat(event("a/b/jsonschema/2-0-0", "{}").table()).isEqualTo(Table.BAD_EVENTS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                                          | not JSON",
                "[]                                                         | not an object",
                "{\"type\":\"strng\"}                                       | no schema",
                "{\"type\":\"string\",\"pattern\":\"(\"}                    | pattern (",
                "{\"pattern\":\"(?=x)\"}                                    | pattern (?=x)",
                "{\"pattern\":\"(a)\\\\1\"}                                 | pattern (a)\\1",
                "{\"properties\":{\"a\":{\"$ref\":\"http://127.0.0.1:1/x\"}}} | does not point into the same file",
                "{\"properties\":{\"a\":{\"$ref\":\"iglu:a/b/jsonschema/1-0-0\"}}} | does not point into the same file",
                "{\"$ref\":\"#/definitions/none\"}                          | points to nothing",
                "{\"properties\":{\"a\":{\"$ref\":\"#\"}}}                  | circle",
                "{\"anyOf\":[{\"$ref\":\"#/definitions/a\"}],\"definitions\":{\"a\":{\"items\":{\"$ref\":\"#/definitions/a\"}}}} | circle",
                "{\"$schema\":\"http://example.com/mine\"}                  | $schema",
                "{\"self\":{\"vendor\":\"x\",\"name\":\"broken\",\"version\":\"1-0-0\"}} | self.vendor",
                "{\"self\":{\"vendor\":\"com.acme\",\"name\":\"broken\",\"version\":\"1-0-1\"}} | self.version",
            })
    void aSchemaThatCantBeUsed_stopsTheStart_andIsNamed(String schema, String said) throws IOException {
        Path file = write("com.acme/broken/jsonschema/1-0-0", schema);
        assertThatThrownBy(() -> new SchemaEnricher(folder, registry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(said);
    }

    @Test
    void aFolderWithoutSchemas_andNone_stopTheStart(@TempDir Path empty) throws IOException {
        Files.writeString(empty.resolve("README"), "nothing");
        assertThatThrownBy(() -> new SchemaEnricher(empty, registry)).hasMessageContaining(empty.toString());
        assertThatThrownBy(() -> new SchemaEnricher(empty.resolve("none"), registry))
                .hasMessageContaining("none");
    }

    @Test
    void filesElsewhereInTheFolder_areNoSchemas() throws IOException {
        write("README.md", "{");
        write(".git/a/jsonschema/1-0-0", "{");
        write("a/b/avro/1-0-0", "{");
        assertThat(event("com.acme/order/jsonschema/1-0-0", "{\"id\":\"AB-1\"}").table())
                .isEqualTo(Table.EVENTS);
    }

    @Test
    void aPatternThatOthersNeverFinish_isDecidedAtOnce() throws IOException {
        write("a/slow/jsonschema/1-0-0", "{\"type\":\"string\",\"pattern\":\"^(a+)+$\"}");
        Row row = event("a/slow/jsonschema/1-0-0", "\"" + "a".repeat(20_000) + "!\"");
        assertThat(row.get(Columns.REASON)).isEqualTo("schema_invalid");
    }

    @Test
    void noData_makesItFail() throws Exception {
        write("com.acme/any/jsonschema/1-0-0", "{}");
        var random = new Random(20261123);
        EnrichmentPipeline pipeline = pipeline();
        for (int i = 0; i < 3_000; i++) {
            String schema = random.nextBoolean() ? "com.acme/order/jsonschema/1-0-0" : "com.acme/any/jsonschema/1-0-0";
            Row row = pipeline.rows(frame(get(query(schema, json(random, 0))))).getFirst();
            assertThat(row.get(Columns.REASON)).isIn(null, "schema_invalid");
            RowRules.assertFits(row);
        }
    }

    private static String json(Random random, int depth) {
        String[] names = {"id", "price", "count", "kind", "when", "lines", "either", "tags", "sku", "", "x\\u0000"};
        String[] scalars = {
            "1",
            "-0",
            "1e308",
            "1e-400",
            "1E999999999",
            "123456789012345678901234567890123456789012",
            "0.1",
            "true",
            "null",
            "\"\"",
            "\"AB-1\"",
            "\"\\ud83d\"",
            "\"2026-11-23T10:00:00Z\"",
            "99999999999999999999"
        };
        if (depth > 4 || random.nextInt(3) == 0) {
            return scalars[random.nextInt(scalars.length)];
        }
        boolean object = random.nextInt(4) > 0;
        var out = new StringBuilder();
        for (int n = random.nextInt(5); n > 0; n--) {
            out.append(out.isEmpty() ? "" : ",");
            if (object) {
                out.append('"').append(names[random.nextInt(names.length)]).append("\":");
            }
            out.append(json(random, depth + 1));
        }
        return object ? "{" + out + "}" : "[" + out + "]";
    }

    private void assertCounted(int valid, int invalid, int unknown) {
        assertThat(count("valid")).isEqualTo(valid);
        assertThat(count("invalid")).isEqualTo(invalid);
        assertThat(count("unknown")).isEqualTo(unknown);
    }

    private double count(String result) {
        return registry.get("sluice.enrich.schema")
                .tag("result", result)
                .counter()
                .count();
    }

    private Row event(String schema, @Nullable String data) {
        return pipeline().rows(frame(get(query(schema, data)))).getFirst();
    }

    private static String query(String schema, @Nullable String data) {
        return "e=ue&ue_px="
                + base64Url("{\"schema\":\"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0\","
                        + "\"data\":{\"schema\":\"iglu:" + schema + "\",\"data\":" + data + "}}");
    }

    /** Rows depend on them as on any other data, so batches are to say which they were. */
    @Test
    void dataVersion_isThatOfTheSchemas_andChangesWithAnyOfThem() throws IOException {
        write("com.acme/order/jsonschema/1-0-0", ORDER);
        String version = new SchemaEnricher(folder, registry).dataVersion();
        assertThat(version).matches("schemas sha256:[0-9a-f]{12}");
        assertThat(new SchemaEnricher(folder, registry).dataVersion()).isEqualTo(version);
        write("com.acme/order/jsonschema/1-0-0", ORDER.replace("\"maxLength\":10", "\"maxLength\":11"));
        assertThat(new SchemaEnricher(folder, registry).dataVersion()).isNotEqualTo(version);
    }

    private EnrichmentPipeline pipeline() {
        List<Enricher> enrichers = new ArrayList<>(StandardEnrichers.all());
        enrichers.addFirst(new SchemaEnricher(folder, registry));
        return new EnrichmentPipeline(enrichers, InstantSource.fixed(TestHits.NOW));
    }

    private Path write(String place, String schema) throws IOException {
        Path file = folder.resolve(place);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, schema);
    }
}
