package dev.sluice.processor.extension;

import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Jars as an author of extensions builds them. */
final class Jars {
    private final Path work;
    private final Path folder;

    /** @param work for sources and classes; the jars go into the folder */
    Jars(Path work, Path folder) {
        this.work = work;
        this.folder = folder;
    }

    /** A jar of one extension: a class {@code x.NAME} with this constructor and this {@code enrich}. */
    Path extension(String jar, String className, String name, String constructor, String body) throws IOException {
        String source = """
                package x;
                import dev.sluice.common.table.Columns;
                import dev.sluice.processor.*;
                import dev.sluice.processor.protocol.*;
                public final class %s implements Enricher {
                    public %s() { %s }
                    public String name() { return "%s"; }
                    public void enrich(EventContext event) { %s }
                }
                """.formatted(className, className, constructor, name, body);
        return jar(jar, null, "x." + className, source);
    }

    /** A jar with this class, and this version when there is one. */
    Path jar(String jar, @Nullable String version, String provider, String... sources) throws IOException {
        Path classes = Files.createTempDirectory(work, "classes");
        compile(classes, sources);
        return pack(jar, version, provider, classes);
    }

    private void compile(Path classes, String... sources) throws IOException {
        var files = new ArrayList<String>();
        for (String source : sources) {
            String name = source.replaceFirst("(?s).*?\\bclass (\\w+).*", "$1");
            Path file = Files.createTempDirectory(work, "source").resolve(name + ".java");
            files.add(Files.writeString(file, source).toString());
        }
        var arguments = new ArrayList<>(
                List.of("-d", classes.toString(), "-cp", place(Enricher.class) + ":" + place(Columns.class)));
        arguments.addAll(files);
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
        if (compiler.run(null, null, null, arguments.toArray(String[]::new)) != 0) {
            throw new AssertionError("the extension does not compile");
        }
    }

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    Path pack(String jar, @Nullable String version, String provider, Path classes) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (version != null) {
            manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
        }
        Path file = folder.resolve(jar);
        try (OutputStream bytes = Files.newOutputStream(file);
                var out = new JarOutputStream(bytes, manifest);
                Stream<Path> found = Files.walk(classes)) {
            for (Path path : found.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                Files.copy(path, out);
            }
            out.putNextEntry(new JarEntry("META-INF/services/" + Enricher.class.getName()));
            out.write(provider.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }
}
