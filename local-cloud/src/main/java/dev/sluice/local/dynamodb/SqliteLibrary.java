package dev.sluice.local.dynamodb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import software.amazon.dynamodb.services.local.shared.access.sqlite.SQLiteLibraryLoader;

/**
 * Loads SQLite's native library from below our own directory. Left to itself, DynamoDB Local unpacks it into the system's
 * temporary directory under a new name at each start, and a killed process leaves it there.
 *
 * <p>Thread-safe; the library is loaded once for the JVM, from the directory that came first.
 */
final class SqliteLibrary {
    private static final String UNPACK_TO = "org.sqlite.tmpdir";
    /** Kept: loggers are held weakly, and its level would be lost with it. It tells of each connection opened. */
    private static final Logger CHATTER = Logger.getLogger("com.almworks.sqlite4java");

    private static boolean loaded;

    private SqliteLibrary() {}

    static synchronized void load(Path dir) throws IOException {
        CHATTER.setLevel(Level.WARNING);
        if (loaded) {
            return;
        }
        Files.createDirectories(dir);
        deleteLeftovers(dir);
        String before = System.getProperty(UNPACK_TO);
        System.setProperty(UNPACK_TO, dir.toString());
        try {
            SQLiteLibraryLoader.initialize();
            loaded = true;
        } catch (Exception e) {
            throw new IOException("DynamoDB can't load its SQLite library from " + dir + ": " + e.getMessage(), e);
        } finally {
            if (before == null) {
                System.clearProperty(UNPACK_TO);
            } else {
                System.setProperty(UNPACK_TO, before);
            }
        }
    }

    /** A library that another process still uses stays mapped there after its name is gone. */
    private static void deleteLeftovers(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
