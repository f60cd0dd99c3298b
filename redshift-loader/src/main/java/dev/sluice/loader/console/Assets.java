package dev.sluice.loader.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page's files, read once: all from this program's own jars. Immutable. */
final class Assets {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final String SCRIPT = "text/javascript;charset=utf-8";
    private static final String STYLE = "text/css;charset=utf-8";

    private final Map<String, Asset> assets = Map.of(
            "/console.css", asset("console.css", STYLE),
            "/console.js", asset("console.js", SCRIPT),
            "/icon.svg", asset("icon.svg", "image/svg+xml"),
            "/uplot.css", asset(UPLOT + "uPlot.min.css", STYLE),
            "/uplot.js", asset(UPLOT + "uPlot.iife.min.js", SCRIPT));

    record Asset(String type, byte[] bytes) {}

    @Nullable Asset find(String path) {
        return assets.get(path);
    }

    private static Asset asset(String resource, String type) {
        try (InputStream in = Assets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("not in the jars: " + resource);
            }
            return new Asset(type, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
