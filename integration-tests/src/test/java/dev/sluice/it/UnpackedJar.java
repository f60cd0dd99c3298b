package dev.sluice.it;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A service's jar beside its libraries, as images have it: starts in two thirds of the time, and these tests start it often. */
final class UnpackedJar {
    /** Unpacked anew by each run of the tests: all builds' jars bear the same time, so nobody could tell an old one. */
    private static final Map<String, Path> UNPACKED = new ConcurrentHashMap<>();

    private UnpackedJar() {}

    static Path of(String module) {
        return UNPACKED.computeIfAbsent(module, UnpackedJar::unpack);
    }

    private static Path unpack(String module) {
        Path packed = Launched.root().resolve(module + "/target/" + module + "-0.1.0-SNAPSHOT-exec.jar");
        // One each: what is unpacked for one must not replace the libraries under another that runs.
        Path folder =
                Launched.root().resolve("integration-tests/target/unpacked").resolve(module);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        try {
            Machine.run(
                    java,
                    "-Djarmode=tools",
                    "-jar",
                    packed.toString(),
                    "extract",
                    "--force",
                    "--destination",
                    folder.toString());
        } catch (Exception e) {
            throw new IllegalStateException("cannot unpack " + packed, e);
        }
        return folder.resolve(packed.getFileName());
    }
}
