package dev.sluice.cli.send;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of an access log in the combined format that web servers share.
 *
 * @param number of the line in its file, from 1
 * @param text the line as it is
 * @param client host name or address
 * @param time of the request
 * @param method empty when the server could not read the request
 * @param target what was asked for: path and query; empty when the server could not read the request
 * @param status the answer's
 * @param referrer empty when there was none
 * @param userAgent empty when there was none
 */
record AccessLogLine(
        long number,
        String text,
        String client,
        Instant time,
        String method,
        String target,
        int status,
        String referrer,
        String userAgent) {

    /** Possessive where a line may be long, so that no odd one makes it try many ways. */
    private static final Pattern COMBINED =
            Pattern.compile("(\\S++) \\S++ .*?\\[([^\\]]++)\\] \"((?:[^\"\\\\]++|\\\\.)*+)\""
                    + " (\\d{3}) (?:\\d++|-) \"((?:[^\"\\\\]++|\\\\.)*+)\" \"((?:[^\"\\\\]++|\\\\.)*+)\"\\s*+");

    private static final Pattern REQUEST = Pattern.compile("(\\S++) (.+) HTTP/\\d(?:\\.\\d)?");

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ENGLISH);

    /** What a page loads, rather than is. */
    private static final List<String> ASSETS = List.of(
            ".css", ".js", ".png", ".jpg", ".jpeg", ".gif", ".ico", ".svg", ".woff", ".woff2", ".ttf", ".eot", ".map",
            ".txt", ".xml", ".json", ".pdf", ".zip", ".gz", ".tar", ".rpm", ".deb", ".mp4", ".swf");

    /** Empty when the line isn't in combined format. */
    static Optional<AccessLogLine> parse(long number, String text) {
        Matcher line = COMBINED.matcher(text);
        if (!line.matches()) {
            return Optional.empty();
        }
        Instant time;
        try {
            time = OffsetDateTime.parse(line.group(2), TIME).toInstant();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
        Matcher request = REQUEST.matcher(unescape(line.group(3)));
        boolean readable = request.matches();
        return Optional.of(new AccessLogLine(
                number,
                text,
                line.group(1),
                time,
                readable ? request.group(1) : "",
                readable ? request.group(2) : "",
                Integer.parseInt(line.group(4)),
                value(line.group(5)),
                value(line.group(6))));
    }

    /** A page that somebody got, as opposed to a part of one, an error or another method. */
    boolean isPageView() {
        String path = path().toLowerCase(Locale.ROOT);
        return method.equals("GET") && status == 200 && ASSETS.stream().noneMatch(path::endsWith);
    }

    /** The same for the same line at the same place, so that a file sent again is the same events. */
    UUID eventId() {
        return UUID.nameUUIDFromBytes(
                ("sluice access log line " + number + "\n" + text).getBytes(StandardCharsets.UTF_8));
    }

    private String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private static String value(String quoted) {
        return quoted.equals("-") ? "" : unescape(quoted);
    }

    /** Only what quoting needs; other escapes stay as the server wrote them. */
    private static String unescape(String quoted) {
        return quoted.indexOf('\\') < 0 ? quoted : quoted.replace("\\\"", "\"").replace("\\\\", "\\");
    }
}
