package dev.sluice.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What browser tests play on: a line, a site with the tracker on its pages, a browser. Starting it takes longer than most of the
 * tests, so all classes of a run share one; each test has a visitor of its own, and should have a site id and a host name of its
 * own. Skips the class where there is no Chromium or no tracker.
 *
 * <p>The line is that of {@code ./sluice up}, but quick, and with the cookie as it is in production: for pages of other sites, and
 * secure.
 */
final class BrowserStage implements BeforeAllCallback, BeforeEachCallback {
    private static final List<String> CONFIGURATION = List.of(
            "-Dsluice.ingest.cookie.secure=true",
            "-Dsluice.ingest.cookie.same-site=none",
            "-Dsluice.ingest.cookie.domains=shop.localhost",
            "-Dsluice.ingest.cors.extra-headers=X-Shop",
            "-Dsluice.consumer.read.idle=200ms",
            "-Dsluice.consumer.batch.max-age=200ms",
            "-Dsluice.loader.window=250ms");

    private @Nullable Parts parts;

    Line line() {
        return parts().line;
    }

    TrackerSite site() {
        return parts().site;
    }

    Chromium browser() {
        return parts().browser;
    }

    /** By a name and not by its address, as browsers keep secure cookies over plain HTTP for names of this machine only. */
    String collector() {
        return "http://collector.localhost:" + line().ports().ingest();
    }

    private Parts parts() {
        return Objects.requireNonNull(parts, "before the class");
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path chromium = Chromium.orSkip();
        byte[] script = TrackerSite.scriptOrSkip();
        parts = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(BrowserStage.class))
                .computeIfAbsent(Parts.class, _ -> Parts.start(chromium, script), Parts.class);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        browser().forget();
    }

    /** Closed by JUnit at the end of the run, as the store that holds it is. */
    private static final class Parts implements AutoCloseable {
        private final Deque<Runnable> started = new ArrayDeque<>();
        private final Line line;
        private final TrackerSite site;
        private final Chromium browser;

        private Parts(Path folder, Path chromium, byte[] script) throws Exception {
            started.push(() -> delete(folder));
            try {
                line = Line.up(folder.resolve("data"), Line.Ports.free(), CONFIGURATION);
                started.push(() -> stop(line));
                site = TrackerSite.start(script);
                started.push(site::close);
                browser = Chromium.start(chromium, Files.createDirectory(folder.resolve("profile")), 1024, 768);
                started.push(browser::close);
            } catch (Exception e) {
                close();
                throw e;
            }
        }

        static Parts start(Path chromium, byte[] script) {
            try {
                return new Parts(Files.createTempDirectory("sluice-browser"), chromium, script);
            } catch (Exception e) {
                throw new IllegalStateException("the browser's stage did not start", e);
            }
        }

        /** In an orderly way, so that the database in it, a process of its own, has ended before its files go. */
        private static void stop(Line line) {
            try (line) {
                line.process().terminate(Duration.ofMinutes(1));
            } catch (Exception e) {
                throw new IllegalStateException("the line did not stop", e);
            }
        }

        private static void delete(Path folder) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            while (!started.isEmpty()) {
                started.pop().run();
            }
        }
    }
}
