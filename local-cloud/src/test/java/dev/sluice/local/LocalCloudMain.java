package dev.sluice.local;

import dev.sluice.local.LocalCloudSettings.Ports;
import java.nio.file.Path;

/** Run in a child JVM, to be killed, or to hold a directory. */
final class LocalCloudMain {
    private LocalCloudMain() {}

    @SuppressWarnings("resource") // ends by being killed
    public static void main(String[] arguments) throws Exception {
        LocalCloud cloud =
                LocalCloud.start(LocalCloudSettings.in(Path.of(arguments[0])).withPorts(Ports.ANY));
        Ports ports = cloud.ports();
        System.out.println(
                "ready " + ports.kinesis() + " " + ports.dynamodb() + " " + ports.s3() + " " + cloud.jdbcUrl());
        Thread.currentThread().join();
    }
}
