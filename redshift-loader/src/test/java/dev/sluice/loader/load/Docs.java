package dev.sluice.loader.load;

import java.nio.file.Path;

/** The folder of pages for people, seen from this module. */
final class Docs {
    private Docs() {}

    static Path directory() {
        return Path.of("..", "docs");
    }
}
