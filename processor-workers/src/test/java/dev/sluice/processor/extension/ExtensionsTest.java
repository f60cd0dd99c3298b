package dev.sluice.processor.extension;

import static dev.sluice.processor.TestHits.frame;
import static dev.sluice.processor.TestHits.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EnrichmentPipeline;
import dev.sluice.processor.ExtensionEnricher;
import dev.sluice.processor.ExtensionSettings;
import dev.sluice.processor.TestHits;
import dev.sluice.processor.enrich.StandardEnrichers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtensionsTest {
    @TempDir
    Path work;

    private Path folder = Path.of("");
    private Jars jars = new Jars(folder, folder);

    @BeforeEach
    void folder() throws IOException {
        folder = Files.createDirectory(work.resolve("extensions"));
        jars = new Jars(work, folder);
    }

    @Test
    void theExampleOfTheDocs_isCompiledAsItStandsThere_loaded_andRuns() throws IOException {
        String source = example();
        String docs = Files.readString(Path.of(System.getProperty("sluice.root"), "docs", "extensions.md"));
        assertThat(docs).contains("```java\n" + source + "```");

        jars.jar("shop.jar", "1.4", "com.example.sluice.ShopSection", source);
        try (var extensions = new Extensions(folder, List.of("shop-section"))) {
            assertThat(extensions.ordered())
                    .extracting(Extensions.Extension::version)
                    .containsExactly("shop.jar 1.4, sections 2026-11");
            Row row = row(extensions, "e=pv&aid=Shop&url=https://a.example/books/1");
            assertThat(row.get(Columns.SITE_ID)).isEqualTo("shop");
            assertThat(row.get(Columns.CONTEXT)).isEqualTo("{\"extensions\":{\"shop-section\":\"books\"}}");
        }
    }

    private static String example() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ExtensionsTest.class.getResourceAsStream("example/ShopSection.java"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void extensions_runInTheOrder_andOthersDoNot() throws IOException {
        jars.extension("a.jar", "A", "a", "", "event.text(Columns.USER_ID, event.get(Columns.USER_ID) + \"a\");");
        jars.extension("b.jar", "B", "b", "", "event.text(Columns.USER_ID, event.get(Columns.USER_ID) + \"b\");");
        jars.extension("c.jar", "C", "c", "", "event.text(Columns.USER_ID, \"c\");");
        Files.writeString(folder.resolve("readme.txt"), "not a jar");
        try (var extensions = new Extensions(folder, List.of("b", "a"))) {
            assertThat(extensions.ordered())
                    .extracting(extension -> extension.enricher().name())
                    .containsExactly("b", "a");
            assertThat(row(extensions, "e=pv&uid=u").get(Columns.USER_ID)).isEqualTo("uba");
        }
    }

    @Test
    void aJarWithoutAVersion_isToldByItsHash_whichChangesWithIt() throws IOException {
        jars.extension("a.jar", "A", "a", "", "");
        String before = version();
        assertThat(before).matches("a\\.jar sha256:[0-9a-f]{12}");
        jars.extension("a.jar", "A", "a", "", "event.text(Columns.USER_ID, \"c\");");
        assertThat(version()).matches("a\\.jar sha256:[0-9a-f]{12}").isNotEqualTo(before);
    }

    private String version() {
        try (var extensions = new Extensions(folder, List.of("a"))) {
            return extensions.ordered().getFirst().version();
        }
    }

    @Test
    void twoJars_haveTheirOwnClasses() throws IOException {
        String library = "package y; public class Library { public static final String V = new String(\"%s\"); }";
        String source = """
                package x;
                public class %1$s implements dev.sluice.processor.Enricher {
                    public String name() { return "%2$s"; }
                    public void enrich(dev.sluice.processor.EventContext event) {
                        event.extra("%2$s", new dev.sluice.processor.protocol.JsonValue.Text(y.Library.V));
                    }
                }
                """;
        jars.jar("a.jar", null, "x.A", library.formatted("one"), source.formatted("A", "a"));
        jars.jar("b.jar", null, "x.B", library.formatted("two"), source.formatted("B", "b"));
        try (var extensions = new Extensions(folder, List.of("a", "b"))) {
            assertThat(row(extensions, "e=pv").get(Columns.CONTEXT))
                    .isEqualTo("{\"extensions\":{\"a\":\"one\",\"b\":\"two\"}}");
        }
    }

    @Test
    void aNameThatNoJarHas_stopsTheStart() throws IOException {
        jars.extension("a.jar", "A", "a", "", "");
        assertRefused(List.of("a", "none"), "none", "[a]", folder.toString());
    }

    @Test
    void aCorruptJar_stopsTheStart_andIsNamed() throws IOException {
        Files.writeString(folder.resolve("corrupt.jar"), "this is no jar");
        assertRefused(List.of(), "corrupt.jar");
    }

    @Test
    void aConstructorThatThrows_stopsTheStart_andIsNamed() throws IOException {
        jars.extension(
                "thrower.jar", "A", "a", "if (true) throw new IllegalStateException(\"no licence\\nhere\");", "");
        assertRefused(List.of(), "thrower.jar", "x.A", "no licence here");
    }

    @Test
    void aMissingClass_stopsTheStart_andIsNamed() throws IOException {
        jars.pack("empty.jar", null, "x.Missing", Files.createDirectory(work.resolve("none")));
        assertRefused(List.of(), "empty.jar", "x.Missing");
    }

    @Test
    void aMissingLibrary_stopsTheStart_andIsNamed() throws IOException {
        String base = "package y; public class Base { public Base() {} }";
        String source = """
                package x;
                public class A extends y.Base implements dev.sluice.processor.Enricher {
                    public String name() { return "a"; }
                    public void enrich(dev.sluice.processor.EventContext event) {}
                }
                """;
        Path classes = Files.createDirectory(work.resolve("broken"));
        Path jar = jars.jar("lacks.jar", null, "x.A", base, source);
        try (var file = new java.util.jar.JarFile(jar.toFile());
                InputStream in = file.getInputStream(file.getJarEntry("x/A.class"))) {
            Files.createDirectory(classes.resolve("x"));
            Files.copy(in, classes.resolve("x/A.class"));
        }
        jars.pack("lacks.jar", null, "x.A", classes);
        assertRefused(List.of(), "lacks.jar", "y/Base");
    }

    @Test
    void twoOfOneName_stopTheStart_andBothJarsAreNamed() throws IOException {
        jars.extension("a.jar", "A", "same", "", "");
        jars.extension("b.jar", "B", "same", "", "");
        assertRefused(List.of("same"), "same", "a.jar", "b.jar");
    }

    @Test
    void aNameThatIsNone_stopsTheStart() throws IOException {
        jars.extension("a.jar", "A", "Not A Name", "", "");
        assertRefused(List.of(), "a.jar", "Not A Name");
    }

    @Test
    void aNameOfAStandardEnricher_stopsTheStart() throws IOException {
        jars.extension("a.jar", "A", "page", "", "");
        try (var extensions = new Extensions(folder, List.of("page"))) {
            assertThatThrownBy(() -> row(extensions, "e=pv")).hasMessageContaining("two enrichers are named page");
        }
    }

    @Test
    void aFolderThatIsNone_stopsTheStart() {
        folder = work.resolve("none");
        assertRefused(List.of(), "none");
    }

    private void assertRefused(List<String> order, String... said) {
        assertThatThrownBy(() -> new Extensions(folder, order).close())
                .isInstanceOf(ExtensionException.class)
                .message()
                .contains(said)
                .doesNotContain("\n");
    }

    private static Row row(Extensions extensions, String query) {
        var settings = new ExtensionSettings(
                ExtensionSettings.OnFailure.BAD_ROW, Duration.ofSeconds(30), 5, Duration.ofMinutes(1));
        List<Enricher> enrichers = new ArrayList<>(StandardEnrichers.all());
        var running = new ArrayList<ExtensionEnricher>();
        for (Extensions.Extension extension : extensions.ordered()) {
            running.add(new ExtensionEnricher(
                    extension.enricher(), extension.version(), settings, new SimpleMeterRegistry(), System::nanoTime));
        }
        enrichers.addAll(running);
        try {
            return new EnrichmentPipeline(enrichers, InstantSource.fixed(TestHits.NOW))
                    .rows(frame(get(query)))
                    .getFirst();
        } finally {
            running.forEach(ExtensionEnricher::close);
        }
    }
}
