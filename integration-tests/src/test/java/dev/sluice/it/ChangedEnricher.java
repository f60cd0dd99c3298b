package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

/** Code of a developer's own: one more enricher, which makes every viewport {@value #WIDTH} wide. Compiled when it is asked for. */
final class ChangedEnricher {
    static final int WIDTH = 4711;

    private static final String SOURCE = """
            package shop;
            public final class Wide implements dev.sluice.processor.Enricher {
                @Override public String name() { return "wide"; }
                @Override public void enrich(dev.sluice.processor.EventContext event) {
                    event.set(dev.sluice.common.table.Columns.VIEWPORT_WIDTH, %d);
                }
            }
            """.formatted(WIDTH);

    private ChangedEnricher() {}

    /** Its classes' folder, as {@code --enrich} takes it. */
    static Path compileIn(Path folder) throws Exception {
        Path source = folder.resolve("Wide.java");
        Files.writeString(source, SOURCE);
        Path classes = Files.createDirectories(folder.resolve("classes"));
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
                        source.toString());
        assertThat(exit).isZero();
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve("dev.sluice.processor.Enricher"), "shop.Wide\n");
        return classes;
    }
}
