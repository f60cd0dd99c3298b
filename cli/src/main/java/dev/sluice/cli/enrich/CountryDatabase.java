package dev.sluice.cli.enrich;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/** The country database that the build puts beside the jar. */
public final class CountryDatabase {
    private CountryDatabase() {}

    /** Null when it was built without. */
    public static @Nullable Path builtIn() {
        CodeSource source = CountryDatabase.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return null;
        }
        try {
            // Beside the jar, or the directory of classes.
            Path file =
                    Path.of(source.getLocation().toURI()).resolveSibling("geo").resolve("country.mmdb");
            return Files.isRegularFile(file) ? file : null;
        } catch (URISyntaxException | IllegalArgumentException _) {
            return null;
        }
    }
}
