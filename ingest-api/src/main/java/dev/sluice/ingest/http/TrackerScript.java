package dev.sluice.ingest.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The browser tracker as it is published, from the collector's own host: under a short name that is asked for again within the
 * hour, and under one with its version that browsers keep. The build puts it beside this class, when it can. Immutable,
 * thread-safe.
 */
public final class TrackerScript {
    /** Where the build leaves the script, its version and its licence. */
    public static final String FOLDER = "/dev/sluice/ingest/tracker/";

    private static final Logger log = LoggerFactory.getLogger(TrackerScript.class);

    private final List<String> paths;
    private final byte[] plain;
    private final byte[] gzipped;
    private final String tag;

    /** @param version null when this build has no script */
    private TrackerScript(String path, byte[] plain, @Nullable String version) {
        this.plain = plain;
        paths = path.isEmpty() || version == null
                ? List.of()
                : List.of(path, path.substring(0, path.length() - ".js".length()) + "-" + version + ".js");
        gzipped = gzip(plain);
        tag = HexFormat.of().formatHex(sha256(plain), 0, 8);
    }

    /** Reads it from the class path; says so, once, when it should be there and is not. */
    public static TrackerScript load(ScriptProperties properties) {
        byte[] script = resource("sp.js");
        byte[] version = resource("version.txt");
        if (script == null || version == null) {
            if (!properties.path().isEmpty()) {
                log.warn("this build could not get the browser tracker from npm: {} answers 404", properties.path());
            }
            return new TrackerScript("", new byte[0], null);
        }
        return new TrackerScript(properties.path(), script, new String(version, StandardCharsets.US_ASCII).strip());
    }

    private static byte @Nullable [] resource(String name) {
        try (InputStream in = TrackerScript.class.getResourceAsStream(FOLDER + name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The short one first; none when nothing is served. */
    public List<String> paths() {
        return paths;
    }

    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean zip = takesGzip(request.getHeader("Accept-Encoding"));
        String entityTag = zip ? "\"" + tag + "-gzip\"" : "\"" + tag + "\"";
        boolean versioned = !request.getRequestURI().equals(paths.getFirst());
        response.setHeader("Cache-Control", versioned ? "public, max-age=31536000, immutable" : "public, max-age=3600");
        response.setHeader("ETag", entityTag);
        response.setHeader("Vary", "Accept-Encoding");
        response.setHeader("X-Content-Type-Options", "nosniff");
        // Pages of any site load it, also such as keep foreign things out, or check its hash.
        response.setHeader("Access-Control-Allow-Origin", "*");
        response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
        if (isKnown(request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        byte[] bytes = zip ? gzipped : plain;
        if (zip) {
            response.setHeader("Content-Encoding", "gzip");
        }
        response.setContentType("text/javascript;charset=utf-8");
        response.setContentLength(bytes.length);
        if (request.getMethod().equals("GET")) {
            response.getOutputStream().write(bytes);
        }
    }

    // Both forms have the same content, so either tag will do.
    private boolean isKnown(@Nullable String ifNoneMatch) {
        return ifNoneMatch != null && (ifNoneMatch.strip().equals("*") || ifNoneMatch.contains("\"" + tag));
    }

    /** {@code gzip}, without a weight or with any but 0. */
    static boolean takesGzip(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        for (String coding : acceptEncoding.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = coding.split(";", 2);
            if (parts[0].strip().equals("gzip")) {
                String weight = parts.length < 2 ? "" : parts[1].replace(" ", "");
                return !weight.startsWith("q=0") || weight.chars().skip(3).anyMatch(c -> c >= '1' && c <= '9');
            }
        }
        return false;
    }

    private static byte[] gzip(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
