package dev.sluice.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * An access log read anew, with nothing of what the line reads it by: what its rows must add up to. It knows no more than the log
 * does: no countries, no browsers' names, no search engines.
 */
final class RawLog {
    private static final Pattern LINE = Pattern.compile(
            "\\S+ \\S+ \\S+ \\[([^\\]]+)\\] \"\\S+ (\\S+) [^\"]*\" \\d+ \\S+ \"([^\"]*)\" \"([^\"]*)\"");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);
    private static final Pattern HOST = Pattern.compile("https?://([^/:?#]+).*");

    /** What programs call themselves. */
    private static final Pattern PROGRAM = Pattern.compile(
            "bot|crawl|spider|slurp|archive|feed|rss/|reader|livejournal|pie/|search|preview|proxy|favicon|externalhit"
                    + "|curl|wget|urllib|python|perl|ruby|library|fetch|http_request|protocol discovery|validator|phantomjs"
                    + "|embedly|embed\\.ly|ezooms|nutch|sleuth|genieo|siteexplorer|distilator|superblock|binlar|google desktop|\\+http",
            Pattern.CASE_INSENSITIVE);

    /** On these the words above and the line's own rules disagree, and here the line is given its way. */
    static final Map<String, Boolean> JUDGED_BY_THE_LINE = Map.of(
            "Digg Feed Fetcher 1.0 (Mozilla/5.0 (Macintosh; Intel Mac OS X 10_7_1) AppleWebKit/534.48.3 (KHTML, like Gecko)"
                    + " Version/5.1 Safari/534.48.3)",
            false,
            "fetch libfetch/2.0",
            false,
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.107 Safari/537.36 slurp",
            false,
            "MAXX_MAUI WAP Browser",
            true,
            "Maui Browser",
            true);

    private RawLog() {}

    /** A line of the log. */
    record Request(Instant time, String target, String referrer, String agent) {
        String path() {
            return target.replaceFirst("\\?.*", "");
        }

        /** A value of the query, decoded; null when it has none of this name. */
        @Nullable String parameter(String name) {
            Matcher value = Pattern.compile("[?&]" + name + "=([^&]*)").matcher(target);
            return value.find() ? URLDecoder.decode(value.group(1), StandardCharsets.UTF_8) : null;
        }

        /** Empty when it came from nowhere. */
        String referrerHost() {
            Matcher host = HOST.matcher(referrer);
            return host.matches() ? host.group(1).toLowerCase(Locale.ROOT) : "";
        }

        String day() {
            return time.toString().substring(0, 10);
        }

        String hour() {
            return time.toString().substring(0, 13).replace('T', ' ');
        }

        boolean isByProgram() {
            Boolean judged = JUDGED_BY_THE_LINE.get(agent);
            return judged != null ? judged : callsItselfAProgram();
        }

        /** By its words, or because it says nothing that begins as a name does. */
        boolean callsItselfAProgram() {
            return agent.isEmpty()
                    || !Character.isLetter(agent.charAt(0))
                    || PROGRAM.matcher(agent).find();
        }
    }

    /** Its lines, without those that are cut off. */
    static List<Request> read(Path gzip) throws IOException {
        var requests = new ArrayList<Request>();
        try (var lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(gzip)), StandardCharsets.UTF_8))) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                Matcher line = LINE.matcher(text);
                if (line.matches()) {
                    requests.add(new Request(
                            OffsetDateTime.parse(line.group(1), TIME).toInstant(),
                            line.group(2),
                            line.group(3),
                            line.group(4)));
                }
            }
        }
        return requests;
    }
}
