package dev.sluice.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A service's jar beside its libraries, as images have it: starts in two thirds of the time, and these tests start it often. */
final class UnpackedJar {
    private UnpackedJar() {}

    static synchronized Path of(String module) throws IOException {
        Path packed = Launched.root().resolve(module + "/target/" + module + "-0.1.0-SNAPSHOT-exec.jar");
        Path folder = Launched.root().resolve("integration-tests/target/unpacked");
        Path jar = folder.resolve(packed.getFileName());
        if (!Files.exists(jar) || !Files.getLastModifiedTime(jar).equals(Files.getLastModifiedTime(packed))) {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
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
                Files.setLastModifiedTime(jar, Files.getLastModifiedTime(packed));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
        return jar;
    }
}
