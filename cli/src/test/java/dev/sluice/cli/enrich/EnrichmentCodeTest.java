package dev.sluice.cli.enrich;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.common.Frame;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.processor.trial.TrialPipeline;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Released code and another's, run beside each other. The other is compiled here, as a developer's is. */
class EnrichmentCodeTest {
    private static final Map<String, String> QUICK = Map.of(TrialPipeline.USER_AGENTS, "false");
    private static final Frame FRAME = new Frame(
            UUID.randomUUID(),
            0,
            List.of(new RawHit(
                    Instant.parse("2026-11-23T10:00:00Z"),
                    new RawHit.Visitor("192.0.2.7", RawHit.Visitor.NO_NETWORK_ID, false, PrivacySignal.NONE),
                    RawHit.Method.GET,
                    "/i",
                    "e=pv&url=https%3A%2F%2Fshop.example%2F&page=Title&aid=shop",
                    Map.of(),
                    new byte[0])));

    @TempDir
    Path folder;

    private Path compile(String name, String source) throws IOException {
        Path file = folder.resolve("src").resolve(name.replace('.', '/') + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, source);
        Path classes = folder.resolve("target/classes");
        Files.createDirectories(classes);
        int exit = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        classes.toString(),
                        file.toString());
        assertThat(exit).isZero();
        return classes;
    }

    private static String title(EnrichmentCode code) {
        Row row = code.rows(FRAME).getFirst();
        assertThat(row.table()).as("%s", row.get(Columns.DETAIL)).isEqualTo(Table.PAGE_VIEWS);
        return String.valueOf(row.get(Columns.PAGE_TITLE));
    }

    @Test
    void released_makesTheRowsThatTheConsumerMakes() {
        try (var code = EnrichmentCode.released(QUICK)) {
            assertThat(title(code)).isEqualTo("Title");
        }
    }

    @Test
    void schemas_thatAreNamed_rejectWhatBreaksThem_beforeTheEnrichers() throws Exception {
        Path schema = folder.resolve("schemas/shop/order/jsonschema/1-0-0");
        Files.createDirectories(schema.getParent());
        Files.writeString(schema, "{\"type\":\"object\",\"required\":[\"id\"]}");
        String event = "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0\",\"data\":{"
                + "\"schema\":\"iglu:shop/order/jsonschema/1-0-0\",\"data\":{}}}";
        RawHit hit = FRAME.hits().getFirst();
        var order = new Frame(
                UUID.randomUUID(),
                0,
                List.of(new RawHit(
                        hit.receivedAt(),
                        hit.visitor(),
                        hit.method(),
                        hit.path(),
                        "e=ue&ue_pr=" + URLEncoder.encode(event, StandardCharsets.UTF_8),
                        hit.headers(),
                        hit.body())));
        var settings = new HashMap<>(QUICK);
        settings.put(TrialPipeline.SCHEMAS, folder.resolve("schemas").toString());
        try (var without = EnrichmentCode.released(QUICK);
                var with = EnrichmentCode.released(settings)) {
            assertThat(without.rows(order).getFirst().table()).isEqualTo(Table.EVENTS);
            assertThat(with.rows(order).getFirst().get(Columns.REASON)).isEqualTo("schema_invalid");
            assertThat(title(with)).isEqualTo("Title");
        }
    }

    /** One of our own classes is replaced, and all others see it. */
    @Test
    void aWorkingCopysClass_takesThePlaceOfOurs_forItselfAlone() throws Exception {
        compile("dev.sluice.processor.enrich.EventFieldsEnricher", """
                package dev.sluice.processor.enrich;
                final class EventFieldsEnricher implements dev.sluice.processor.Enricher {
                    @Override public String name() { return "event-fields"; }
                    @Override public void enrich(dev.sluice.processor.EventContext event) {
                        event.text(dev.sluice.common.table.Columns.PAGE_TITLE, "changed");
                    }
                }
                """);
        try (var released = EnrichmentCode.released(QUICK);
                var other = EnrichmentCode.of(folder, QUICK)) {
            assertThat(title(other)).isEqualTo("changed");
            assertThat(title(released)).isEqualTo("Title");
        }
    }

    @Test
    void anExtensionsJar_runsAfterOurs() throws Exception {
        Path classes = compile("shop.Loud", """
                package shop;
                public final class Loud implements dev.sluice.processor.Enricher {
                    @Override public String name() { return "loud"; }
                    @Override public void enrich(dev.sluice.processor.EventContext event) {
                        event.text(dev.sluice.common.table.Columns.PAGE_TITLE,
                                event.get(dev.sluice.common.table.Columns.PAGE_TITLE) + "!");
                    }
                }
                """);
        Path jar = folder.resolve("loud.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("META-INF/services/dev.sluice.processor.Enricher"));
            out.write("shop.Loud\n".getBytes(StandardCharsets.UTF_8));
            out.putNextEntry(new JarEntry("shop/Loud.class"));
            out.write(Files.readAllBytes(classes.resolve("shop/Loud.class")));
        }
        try (var other = EnrichmentCode.of(jar, QUICK)) {
            assertThat(title(other)).isEqualTo("Title!");
        }
    }

    @Test
    void whatIsNoCode_isSaidInOneLine() throws Exception {
        assertThatThrownBy(() -> EnrichmentCode.of(folder.resolve("nowhere"), QUICK))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("no classes in");
        compile(
                "dev.sluice.processor.trial.TrialPipeline",
                "package dev.sluice.processor.trial; public final class TrialPipeline {}");
        assertThatThrownBy(() -> EnrichmentCode.of(folder, QUICK))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("can't be used");
    }
}
