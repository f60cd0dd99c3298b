package dev.sluice.cli.enrich;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.common.Frame;
import dev.sluice.common.table.Row;
import dev.sluice.processor.trial.TrialPipeline;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Code that makes rows of frames. Thread-safe, as the enrichers are. */
public final class EnrichmentCode implements AutoCloseable {
    private final Function<Frame, List<Row>> rows;
    private final @Nullable WorkingCopyLoader loader;

    private EnrichmentCode(Function<Frame, List<Row>> rows, @Nullable WorkingCopyLoader loader) {
        this.rows = rows;
        this.loader = loader;
    }

    /** What this release runs. */
    public static EnrichmentCode released(Map<String, String> settings) {
        return new EnrichmentCode(new TrialPipeline(settings), null);
    }

    /**
     * What a working copy runs.
     *
     * @param path its root, its {@code processor-workers}, a folder of classes, or an extension's jar
     * @throws CliFailure when there are no classes, or they can't be used
     */
    public static EnrichmentCode of(Path path, Map<String, String> settings) {
        Path classes = classes(path);
        try {
            var loader = new WorkingCopyLoader(classes, TrialPipeline.class.getClassLoader());
            Object made = loader.loadClass(TrialPipeline.class.getName())
                    .getConstructor(Map.class)
                    .newInstance(settings);
            @SuppressWarnings("unchecked") // both are of the JDK and of what is shared
            var rows = (Function<Frame, List<Row>>) made;
            return new EnrichmentCode(rows, loader);
        } catch (IOException | ReflectiveOperationException | LinkageError e) {
            Throwable cause = e instanceof InvocationTargetException wrapped ? wrapped.getTargetException() : e;
            throw new CliFailure("the classes in " + classes + " can't be used: " + cause, cause);
        }
    }

    /**
     * All rows of a frame, in order; as the enrichment itself, it fails for nothing that a frame holds.
     *
     * @throws CliFailure when the code does not fit to what it is run with
     */
    public List<Row> rows(Frame frame) {
        try {
            return rows.apply(frame);
        } catch (LinkageError e) {
            throw new CliFailure("the code does not fit to this release's, build both from the same sources: " + e, e);
        }
    }

    private static Path classes(Path path) {
        for (String below : List.of("processor-workers/target/classes", "target/classes")) {
            Path candidate = path.resolve(below);
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        if (Files.isDirectory(path) || (path.toString().endsWith(".jar") && Files.isRegularFile(path))) {
            return path;
        }
        throw new CliFailure("no classes in " + path
                + ": name a working copy that was built (./mvnw -pl processor-workers -am compile), a folder of classes or an"
                + " extension's jar");
    }

    @Override
    public void close() {
        try {
            if (rows instanceof AutoCloseable closeable) {
                closeable.close();
            }
            if (loader != null) {
                loader.close();
            }
        } catch (Exception e) {
            throw new CliFailure("the enrichment could not be closed: " + e, e);
        }
    }
}
