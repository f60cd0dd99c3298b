package dev.sluice.cli.send;

import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The page views of an access log, or all of its lines. */
final class AccessLogSource implements EventSource {
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private final Options options;
    private final CountingStream raw;
    private final BufferedReader lines;
    private final long size;

    private long read;
    private volatile long malformed;
    private volatile long notPageViews;

    /**
     * @param site what goes before each path
     * @param siteId the tracker's {@code aid}
     * @param all also what isn't a page view
     */
    record Options(String site, String siteId, boolean all) {}

    AccessLogSource(Path file, Options options) throws IOException {
        this.options = options;
        this.size = Math.max(1, Files.size(file));
        this.raw = new CountingStream(Files.newInputStream(file));
        try {
            InputStream bytes = file.getFileName().toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
            this.lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8), 1 << 16);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer; others only look
    public @Nullable Event next() throws IOException {
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
            var line = AccessLogLine.parse(++read, text);
            if (line.isEmpty()) {
                malformed++;
            } else if (!options.all() && !line.get().isPageView()) {
                notPageViews++;
            } else {
                return event(line.get());
            }
        }
        return null;
    }

    private Event event(AccessLogLine line) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("aid", options.siteId());
        // A proxy's log has whole URLs.
        fields.put("url", line.target().startsWith("http") ? line.target() : options.site() + line.target());
        if (!line.referrer().isEmpty()) {
            fields.put("refr", line.referrer());
        }
        fields.put("ttm", Long.toString(line.time().toEpochMilli()));
        String ip = ADDRESS.matcher(line.client()).matches() ? line.client() : "";
        return Event.of(line.eventId().toString(), line.userAgent(), ip, fields);
    }

    @Override
    public double progress() {
        return Math.min(1, (double) raw.count / size);
    }

    @Override
    public String leftOut() {
        String malformedLines = malformed + (malformed == 1 ? " line is" : " lines are") + " not well formed";
        return options.all() ? malformedLines : notPageViews + " are not page views, " + malformedLines;
    }

    long malformed() {
        return malformed;
    }

    long notPageViews() {
        return notPageViews;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    /** Counts the file's own bytes: how far we are, whether or not it is compressed. */
    private static final class CountingStream extends FilterInputStream {
        private volatile long count;

        CountingStream(InputStream in) {
            super(in);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one writer; others only look
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = super.read(bytes, offset, length);
            count += Math.max(0, n);
            return n;
        }
    }
}
