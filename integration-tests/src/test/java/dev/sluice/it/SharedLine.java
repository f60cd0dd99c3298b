package dev.sluice.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One whole line for all tests that ask for one as a parameter, started by the first of them and stopped after the last: starting one
 * takes longer than most of these tests. They tell their events from others' by the site id, and leave no fault behind.
 */
final class SharedLine implements ParameterResolver {
    private record Held(Line line) implements AutoCloseable {
        static Held start() {
            try {
                // Below target: it stays for whoever wants to see why a test failed.
                return new Held(
                        Line.up(Files.createTempDirectory(Path.of("target").toAbsolutePath(), "shared-line")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            line.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Line.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedLine.class))
                .computeIfAbsent(Held.class, key -> Held.start(), Held.class)
                .line();
    }
}
