package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.RawLog.Request;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cookbook's numbers, of 10,000 real requests that went through the whole line, are those that come of reading the log by
 * itself. Whoever sends a log keeps no cookies, so each page view is a visitor and a session of its own.
 */
class AccessLogCookbookIT {
    private static final String SITE = "https://www.semicomplete.com";
    private static final String HOST = "www.semicomplete.com";
    private static final Duration LANDED = Duration.ofMinutes(2);

    private static final String FIRST_PAGE = "/projects/xdotool/";
    private static final String SECOND_PAGE = "/blog/geekery/ssl-latency.html";

    /** What a query asks for that no access log tells; the answer depends on data from elsewhere. */
    private static final Map<String, String> LACKS = Map.of(
            "referrers", "which hosts are search engines and social networks",
            "countries", "where addresses are",
            "browsers-and-devices", "what user agents are called",
            "freshness", "when rows came into the warehouse: only how many there are is compared",
            "watermark", "until when the collector has told of all it accepted",
            "context-navigation", "what pages say of themselves in entities");

    /** What a log has none of, so the right answer has no rows. */
    private static final Set<String> EMPTY = Set.of(
            "engaged-time", // no page pings
            "scroll-depth", // nor what they measure
            "page-flow", // nobody is known to have seen two pages
            "context-entities", // no contexts
            "bad-events"); // every well-formed line is a row

    private static final Pattern RANGE =
            Pattern.compile("((?:\\w\\.)?(\\w+)) >= '2026-[0-9-]+' AND ((?:\\w\\.)?\\2) < '2026-[0-9-]+'");

    @TempDir
    static Path data;

    private static Line line;
    private static List<Request> all = List.of();
    private static List<Request> people = List.of();

    @BeforeAll
    static void send() throws Exception {
        Path log = Launched.root().resolve("../shared/data/apache_logs.gz").normalize();
        Machine.skipUnless(
                Files.exists(log), "the sample of 10,000 real requests is not here: ../shared/data/apache_logs.gz");
        all = RawLog.read(log);
        people = all.stream().filter(request -> !request.isByProgram()).toList();
        line = Line.up(data);
        Launched.Outcome sent =
                line.run("send", "--access-log", log.toString(), "--all", "--site", SITE, "--site-id", "shop");
        assertThat(sent.exitCode()).as(sent.err()).isZero();
        line.awaitCount("SELECT COUNT(*) FROM page_views", all.size(), LANDED);
    }

    @AfterAll
    static void down() {
        if (line != null) {
            line.close();
        }
    }

    private static Map<String, String> cookbook() throws IOException {
        String page = Files.readString(Launched.root().resolve("docs/cookbook.md"));
        return Pattern.compile("(?ms)^```sql\\n-- ([a-z0-9-]+)\\n(.*?);\\s*^```$")
                .matcher(page)
                .results()
                .collect(Collectors.toMap(
                        block -> block.group(1), block -> block.group(2), (one, _) -> one, LinkedHashMap::new));
    }

    /** The query of that name, about this log's days and two of its pages. */
    private static List<List<String>> ask(String name) throws IOException, SQLException {
        String sql = Objects.requireNonNull(cookbook().get(name), name)
                .replace("'/shoes'", "'" + FIRST_PAGE + "'")
                .replace("'/cart'", "'" + SECOND_PAGE + "'");
        return line.query(RANGE.matcher(sql).replaceAll(AccessLogCookbookIT::range));
    }

    /** Rows were received and loaded today; what is in them happened in May 2015. */
    private static String range(MatchResult range) {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        boolean ofToday = Set.of("received_at", "loaded_at").contains(range.group(2));
        String from = ofToday ? today.minusDays(1).toString() : "2015-05-01";
        String to = ofToday ? today.plusDays(1).toString() : "2015-06-01";
        return range.group(1) + " >= '" + from + "' AND " + range.group(3) + " < '" + to + "'";
    }

    // --- computing, from the log alone

    private static Map<String, Long> count(Collection<Request> requests, Function<Request, String> by) {
        return requests.stream().collect(Collectors.groupingBy(by, Collectors.counting()));
    }

    /** The most frequent first, equal ones in the order of their bytes. */
    private static Stream<Map.Entry<String, Long>> ranked(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()));
    }

    private static Stream<Map.Entry<String, Long>> byDay(Collection<Request> requests) {
        return count(requests, Request::day).entrySet().stream().sorted(Map.Entry.comparingByKey());
    }

    private static List<List<String>> rows(
            Stream<Map.Entry<String, Long>> counts, Function<Map.Entry<String, Long>, List<String>> row) {
        return counts.map(row).toList();
    }

    private static String monday(Request request) {
        LocalDate day = LocalDate.parse(request.day());
        return day.minusDays(day.getDayOfWeek().getValue() - 1L).toString();
    }

    private static String campaign(Request request) {
        return Stream.of("utm_campaign", "utm_source", "utm_medium")
                .map(name -> String.valueOf(request.parameter(name)))
                .collect(Collectors.joining("\t"));
    }

    private static Map<String, List<List<String>>> expected() {
        String n = Integer.toString(people.size());
        var expected = new LinkedHashMap<String, List<List<String>>>();
        Map<String, Long> pages = count(people, Request::path);
        expected.put(
                "top-pages", rows(ranked(pages).limit(10), page -> List.of(HOST, page.getKey(), "" + page.getValue())));
        expected.put("visitors-of-a-week", List.of(List.of(n, n, n)));
        expected.put("bounce-rate", rows(ranked(pages), page -> List.of(page.getKey(), "" + page.getValue(), "100.0")));
        expected.put(
                "entry-and-exit-pages",
                rows(ranked(pages), page -> List.of(page.getKey(), page.getKey(), "" + page.getValue())));
        expected.put(
                "sessions-per-day",
                rows(byDay(people), day -> List.of(day.getKey(), "" + day.getValue(), "1.00", "0.0")));
        expected.put("new-and-returning", rows(byDay(people), day -> List.of(day.getKey(), "" + day.getValue(), "0")));
        expected.put(
                "retention",
                rows(
                        count(people, AccessLogCookbookIT::monday).entrySet().stream()
                                .sorted(Map.Entry.comparingByKey()),
                        week -> List.of(week.getKey(), "0", "" + week.getValue())));
        expected.put("funnel", List.of(List.of("" + pages.get(FIRST_PAGE), "0", "0.0")));
        expected.put("anonymous-share", List.of(List.of("none", n, "0")));
        expected.put(
                "realtime",
                rows(ranked(pages), page -> List.of(page.getKey(), "" + page.getValue(), "" + page.getValue())));
        List<Request> tagged = people.stream()
                .filter(request -> request.parameter("utm_campaign") != null)
                .toList();
        expected.put("campaigns", rows(ranked(count(tagged, AccessLogCookbookIT::campaign)), campaign -> {
            String sessions = "" + campaign.getValue();
            var row = new ArrayList<>(List.of(campaign.getKey().split("\t")));
            row.addAll(List.of(sessions, sessions, sessions, "100.0"));
            return row;
        }));
        EMPTY.forEach(name -> expected.put(name, List.of()));
        return expected;
    }

    static Set<String> computed() {
        return Set.of(
                "top-pages",
                "visitors-of-a-week",
                "bounce-rate",
                "entry-and-exit-pages",
                "sessions-per-day",
                "new-and-returning",
                "retention",
                "funnel",
                "anonymous-share",
                "realtime",
                "campaigns",
                "engaged-time",
                "scroll-depth",
                "page-flow",
                "context-entities",
                "bad-events");
    }

    // --- comparing

    @ParameterizedTest
    @MethodSource("computed")
    void query_givesWhatTheLogSays(String name) throws Exception {
        List<List<String>> expected = Objects.requireNonNull(expected().get(name), name);

        assertThat(expected.isEmpty()).isEqualTo(EMPTY.contains(name));
        assertThat(ask(name)).isEqualTo(expected);
    }

    @Test
    void botShare_isTheShareOfPrograms() throws Exception {
        List<List<String>> days = ask("bot-share");
        long robots = (long) all.size() - people.size();

        assertThat(sum(days, 1)).isEqualTo(all.size());
        assertThat(sum(days, 2)).isEqualTo(robots);
        // Nearly always one day; the log may have been sent over midnight.
        if (days.size() == 1) {
            assertThat(days.getFirst().get(3))
                    .isEqualTo(BigDecimal.valueOf(100 * robots)
                            .divide(BigDecimal.valueOf(all.size()), 1, RoundingMode.HALF_UP)
                            .toString());
        }
    }

    @Test
    void duplicates_areNone_andFreshnessIsOfAll() throws Exception {
        List<List<String>> loads = ask("duplicates");
        assertThat(sum(loads, 1) - sum(loads, 2)).isEqualTo(all.size());
        assertThat(sum(loads, 3)).isZero();
        assertThat(sum(loads, 4)).isZero();
        assertThat(sum(ask("freshness"), 1)).isEqualTo(all.size());
    }

    private static long sum(List<List<String>> rows, int column) {
        return rows.stream().mapToLong(row -> Long.parseLong(row.get(column))).sum();
    }

    @Test
    void pageViewsPerHour_andPagesAndReferrers_ofRobotsToo() throws Exception {
        assertThat(line.query(
                        "SELECT TO_CHAR(DATE_TRUNC('hour', occurred_at), 'YYYY-MM-DD HH24'), COUNT(*) FROM page_views"
                                + " WHERE site_id = 'shop' GROUP BY 1 ORDER BY 1"))
                .isEqualTo(rows(
                        count(all, Request::hour).entrySet().stream().sorted(Map.Entry.comparingByKey()),
                        hour -> List.of(hour.getKey(), "" + hour.getValue())));
        assertThat(
                        line.query(
                                "SELECT page_path, COUNT(*) FROM page_views WHERE site_id = 'shop' GROUP BY 1 ORDER BY 2 DESC, 1"))
                .isEqualTo(
                        rows(ranked(count(all, Request::path)), page -> List.of(page.getKey(), "" + page.getValue())));
        Predicate<Request> cameFromSomewhere =
                request -> !request.referrerHost().isEmpty();
        assertThat(line.query(
                        "SELECT referrer_host, COUNT(*) FROM page_views WHERE site_id = 'shop' AND referrer_host IS NOT NULL"
                                + " GROUP BY 1 ORDER BY 2 DESC, 1"))
                .isEqualTo(rows(
                        ranked(count(all.stream().filter(cameFromSomewhere).toList(), Request::referrerHost)),
                        host -> List.of(host.getKey(), "" + host.getValue())));
    }

    @Test
    void page_hasNoQueryThatIsNotComparedOrSaidToLackSomething() throws Exception {
        var accounted = new HashSet<>(computed());
        accounted.addAll(LACKS.keySet());
        accounted.addAll(Set.of("bot-share", "duplicates"));
        System.out.println("Cookbook on an access log: compared " + (accounted.size() - LACKS.size())
                + " queries; not in a log: " + LACKS);

        assertThat(cookbook().keySet()).isEqualTo(accounted);
        assertThat(expected().keySet()).isEqualTo(computed());
    }

    @Test
    void robotsJudgedByTheLine_areReallyJudgedOtherwise() {
        assertThat(RawLog.JUDGED_BY_THE_LINE.entrySet())
                .allSatisfy(judged -> assertThat(all)
                        .filteredOn(request -> request.agent().equals(judged.getKey()))
                        .isNotEmpty()
                        .noneMatch(request -> request.callsItselfAProgram() == judged.getValue()));
    }
}
