package dev.sluice.local.kinesis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Directories as a whole. */
final class DiskTree {
    private DiskTree() {}

    /** Deletes a directory and all in it. */
    static void delete(Path root) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(root)) {
            paths = walk.toList();
        }
        // Parents come first in a walk.
        for (Path path : paths.reversed()) {
            Files.deleteIfExists(path);
        }
    }

    static void deleteChildren(Path dir, Predicate<Path> which) throws IOException {
        for (Path child : children(dir)) {
            if (which.test(child)) {
                delete(child);
            }
        }
    }

    static List<Path> children(Path dir) throws IOException {
        try (Stream<Path> list = Files.list(dir)) {
            return list.sorted().toList();
        }
    }
}
