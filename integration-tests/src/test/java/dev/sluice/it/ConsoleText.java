package dev.sluice.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The console's page as text, as whoever has no JavaScript gets it. Immutable. */
record ConsoleText(String html) {
    private static final Pattern ROW = Pattern.compile("<tr[^>]*>(.*?)</tr>", Pattern.DOTALL);
    private static final Pattern CELL = Pattern.compile("<t[hd][^>]*>(.*?)</t[hd]>", Pattern.DOTALL);
    private static final Pattern SQL = Pattern.compile("<pre>(SELECT .*?);</pre>", Pattern.DOTALL);

    static URI address(Line line) {
        return URI.create("http://localhost:" + line.ports().loader() + "/console");
    }

    static ConsoleText of(Line line) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(address(line))
                    .timeout(Duration.ofSeconds(30))
                    .build();
            return new ConsoleText(http.send(request, BodyHandlers.ofString()).body());
        }
    }

    /** What stands in a table's rows, numbers without commas. */
    List<List<String>> rows(String id) {
        Matcher body = Pattern.compile("<tbody id=\"" + id + "\"[^>]*>(.*?)</tbody>", Pattern.DOTALL)
                .matcher(html);
        if (!body.find()) {
            throw new IllegalArgumentException("no table " + id);
        }
        return ROW.matcher(body.group(1))
                .results()
                .map(row -> CELL.matcher(row.group(1))
                        .results()
                        .map(cell -> plain(cell.group(1)))
                        .toList())
                .toList();
    }

    /** The question in the page that has this in it. */
    String sql(String part) {
        return SQL.matcher(html)
                .results()
                .map((MatchResult found) -> plain(found.group(1)))
                .filter(sql -> sql.contains(part))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no SQL with " + part));
    }

    private static String plain(String cell) {
        return cell.replaceAll("<[^>]*>", "")
                .replaceAll("(?<=\\d),(?=\\d{3})", "")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&#x3D;", "=")
                .replace("&#x60;", "`")
                .replace("&amp;", "&");
    }
}
