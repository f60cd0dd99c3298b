package dev.sluice.consumer;

import dev.sluice.processor.Enricher;
import dev.sluice.processor.ExtensionEnricher;
import dev.sluice.processor.extension.Extensions;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The extensions that are configured, from their jars to their threads; nothing at all when there are none. */
final class ExtensionEnrichers implements AutoCloseable {
    private final @Nullable Extensions extensions;
    private final List<ExtensionEnricher> enrichers;

    ExtensionEnrichers(ExtensionProperties properties, MeterRegistry registry) {
        Path folder = properties.folder();
        extensions = folder == null ? null : new Extensions(folder, properties.order());
        enrichers = extensions == null
                ? List.of()
                : extensions.ordered().stream()
                        .map(found -> new ExtensionEnricher(
                                found.enricher(), found.version(), properties.settings(), registry, System::nanoTime))
                        .toList();
    }

    /** In the configured order. */
    List<Enricher> all() {
        return List.copyOf(enrichers);
    }

    /** For when the workers have stopped. */
    @Override
    public void close() {
        enrichers.forEach(ExtensionEnricher::close);
        if (extensions != null) {
            extensions.close();
        }
    }
}
