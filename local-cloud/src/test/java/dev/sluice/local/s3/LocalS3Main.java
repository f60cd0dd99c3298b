package dev.sluice.local.s3;

import java.nio.file.Path;

/** Run in a child JVM, to be killed. */
final class LocalS3Main {
    private LocalS3Main() {}

    @SuppressWarnings("resource") // ends by being killed
    public static void main(String[] arguments) throws Exception {
        LocalS3 s3 = LocalS3.start(Path.of(arguments[0]), 0);
        System.out.println("ready " + s3.port());
        Thread.currentThread().join();
    }
}
