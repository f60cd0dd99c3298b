package dev.sluice.bench.load;

import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Frames as they stand on the stream: the hits of {@link Requests#pixels}, one page view each, from addresses all over the world
 * and, where there is an access log, with its user agents and referrers. The same seed makes the same frames.
 */
public final class Frames {
    /** Of each frame. */
    public static final int HITS = 200;

    private static final Pattern LAST_TWO_QUOTED = Pattern.compile("\"([^\"]*)\" \"([^\"]*)\"$");
    private static final UUID EPOCH = new UUID(17, 42);
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    private final List<Visit> visits;
    private final Requests requests = Requests.pixels();

    private record Visit(String agent, String referrer) {}

    private Frames(List<Visit> visits) {
        this.visits = List.copyOf(visits);
    }

    public static Frames generated() {
        return new Frames(List.of());
    }

    /** @param accessLog in combined format, gzipped */
    public static Frames with(Path accessLog) throws IOException {
        var visits = new ArrayList<Visit>();
        try (var in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(accessLog)), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Matcher quoted = LAST_TWO_QUOTED.matcher(line);
                if (quoted.find()) {
                    visits.add(new Visit(quoted.group(2), quoted.group(1).equals("-") ? "" : quoted.group(1)));
                }
            }
        }
        return new Frames(visits);
    }

    /** @param newAgents no user agent comes twice */
    public List<byte[]> encoded(int frames, boolean newAgents) {
        var random = new SplittableRandom(20_261_123);
        var encoded = new ArrayList<byte[]>();
        for (int f = 0; f < frames; f++) {
            var hits = new ArrayList<RawHit>();
            for (int h = 0; h < HITS; h++) {
                hits.add(hit(f * HITS + h, random, newAgents));
            }
            encoded.add(FrameCodec.encode(new Frame(EPOCH, (long) f * HITS, hits)));
        }
        return List.copyOf(encoded);
    }

    private RawHit hit(int number, SplittableRandom random, boolean newAgents) {
        String[] lines = new String(requests.bytes(number), StandardCharsets.US_ASCII).split("\r\n");
        String query = lines[0].substring(lines[0].indexOf('?') + 1, lines[0].lastIndexOf(' '));
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : List.of(lines).subList(1, lines.length)) {
            int colon = line.indexOf(": ");
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            if (!name.equals("cookie") && !name.equals("x-forwarded-for")) {
                headers.put(name, line.substring(colon + 2));
            }
        }
        if (!visits.isEmpty()) {
            Visit visit = visits.get(number % visits.size());
            headers.put("user-agent", visit.agent());
            query += visit.referrer().isEmpty() ? "" : "&refr=" + escaped(visit.referrer());
        }
        if (newAgents) {
            headers.merge("user-agent", " Build/" + number, String::concat);
        }
        String ip = (1 + random.nextInt(222)) + "." + random.nextInt(256) + "." + random.nextInt(256) + "."
                + random.nextInt(256);
        var visitor = new RawHit.Visitor(ip, new UUID(number, 1).toString(), false, PrivacySignal.NONE);
        return new RawHit(START.plusMillis(number), visitor, RawHit.Method.GET, "/i", query, headers, new byte[0]);
    }

    private static String escaped(String url) {
        return url.replace("%", "%25").replace("&", "%26").replace("#", "%23").replace("+", "%2B");
    }
}
