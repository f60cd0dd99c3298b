package dev.sluice.cli.up;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Where a process that runs the line logs to. */
final class LineLog {
    private LineLog() {}

    /**
     * Must come before the first logger. One logging set-up for the process: the services, each used to having its own, would
     * otherwise set it up and tear it down for one another.
     *
     * @return the file
     */
    static Path into(Path data) throws IOException {
        Path file = Files.createDirectories(data.resolve("logs")).resolve("sluice.log");
        System.setProperty("sluice.log.file", file.toString());
        System.setProperty("logback.configurationFile", "logback-line.xml");
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        // Tomcat and others log through the JDK.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        Logger.getLogger("").setLevel(Level.WARNING);
        return file;
    }
}
