package dev.sluice.cli.send;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Invented page views of an invented shop, as various as real ones. The same seed gives the same events. They carry no time
 * of their own: they happen when they are received.
 */
final class GeneratedSource implements EventSource {
    private static final List<String> SECTIONS =
            List.of("", "blog", "docs", "products", "products", "products", "help", "search", "about");
    private static final List<String> WORDS = List.of(
            "river", "lock", "gate", "basin", "lime", "canal", "quay", "ferry", "tide", "weir", "barge", "harbour",
            "towpath", "sluice", "mill", "reed", "heron", "otter", "bridge", "flood");
    private static final List<String> REFERRERS = List.of(
            "https://www.google.com/",
            "https://www.google.com/search?q=canal+boats",
            "https://duckduckgo.com/",
            "https://www.bing.com/search?q=lock+gates",
            "https://news.ycombinator.com/item?id=1",
            "https://www.reddit.com/r/canals/",
            "https://t.co/abc123",
            "https://chatgpt.com/",
            "https://mail.example.org/inbox");
    private static final List<String> USER_AGENTS = List.of(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36",
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (X11; Linux x86_64; rv:%1$d.0) Gecko/20100101 Firefox/%1$d.0",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:%1$d.0) Gecko/20100101 Firefox/%1$d.0",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%1$d.0.0.0 Safari/537.36 Edg/%1$d.0.0.0",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.%d Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (compatible; Googlebot/2.%d; +http://www.google.com/bot.html)");
    private static final List<String> LANGUAGES =
            List.of("en-US", "en-GB", "de-DE", "nl", "fr-FR", "es-ES", "pt-BR", "ja");
    private static final List<String> ZONES = List.of(
            "Europe/Amsterdam", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Tokyo", "UTC");
    private static final List<String> SCREENS =
            List.of("1920x1080", "1440x900", "2560x1440", "390x844", "412x915", "1366x768");
    private static final List<String> CAMPAIGNS = List.of("spring", "autumn", "newsletter-42", "launch");

    /** Views of one visitor, on average. */
    private static final int VIEWS_PER_VISITOR = 6;

    private final long total;
    private final long seed;
    private final String site;
    private final String siteId;
    private volatile long made;

    GeneratedSource(long total, long seed, String site, String siteId) {
        this.total = total;
        this.seed = seed;
        this.site = site;
        this.siteId = siteId;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer; others only look
    public @Nullable Event next() {
        if (made >= total) {
            return null;
        }
        var random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + made);
        made++;
        // The same visitor has the same browser: what is hers is drawn from her own number.
        long visitor = random.nextLong(Math.max(1, total / VIEWS_PER_VISITOR) + 1);
        return event(random, new SplittableRandom(~seed * 0xBF58476D1CE4E5B9L + visitor));
    }

    private Event event(SplittableRandom view, SplittableRandom visitor) {
        String id = uuid(view);
        String title = pick(WORDS, view) + " " + pick(WORDS, view);
        var fields = new LinkedHashMap<String, String>();
        fields.put("aid", siteId);
        fields.put("url", url(view, title));
        fields.put("page", title);
        if (view.nextInt(100) < 60) {
            fields.put("refr", view.nextBoolean() ? site + "/" + pick(SECTIONS, view) : pick(REFERRERS, view));
        }
        fields.put("duid", uuid(visitor));
        fields.put("sid", uuid(visitor));
        fields.put("vid", Integer.toString(1 + visitor.nextInt(9)));
        fields.put("lang", pick(LANGUAGES, visitor));
        fields.put("tz", pick(ZONES, visitor));
        String screen = pick(SCREENS, visitor);
        fields.put("res", screen);
        fields.put("vp", screen);
        fields.put("cs", "UTF-8");
        fields.put("cookie", "1");
        fields.put("co", """
                {"schema":"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0","data":[{"schema":"iglu:com.\
                snowplowanalytics.snowplow/web_page/jsonschema/1-0-0","data":{"id":"%s"}}]}""".formatted(uuid(view)));
        String agent = String.format(Locale.ROOT, pick(USER_AGENTS, visitor), 120 + visitor.nextInt(20));
        return Event.of(id, agent, address(visitor), fields);
    }

    private String url(SplittableRandom view, String title) {
        String section = pick(SECTIONS, view);
        var url = new StringBuilder(site).append('/');
        if (!section.isEmpty()) {
            // Some pages are far more popular than others.
            int page = (int) (Math.pow(view.nextDouble(), 4) * 2_000);
            url.append(section).append('/').append(page);
        }
        if (section.equals("search")) {
            url.append("?q=").append(title.replace(' ', '+'));
        } else if (view.nextInt(100) < 12) {
            url.append("?utm_source=").append(pick(WORDS, view)).append("&utm_medium=email&utm_campaign=");
            url.append(pick(CAMPAIGNS, view));
        }
        return url.toString();
    }

    /** In 198.18.0.0/15, which is set aside for tests (RFC 2544): nobody's. */
    private static String address(SplittableRandom random) {
        return "198." + (18 + random.nextInt(2)) + "." + random.nextInt(256) + "." + random.nextInt(256);
    }

    private static String uuid(SplittableRandom random) {
        long most = (random.nextLong() & ~0xf000L) | 0x4000L;
        long least = (random.nextLong() & ~0xc000000000000000L) | 0x8000000000000000L;
        return new UUID(most, least).toString();
    }

    private static String pick(List<String> from, SplittableRandom random) {
        return from.get(random.nextInt(from.size()));
    }

    @Override
    public double progress() {
        return total == 0 ? 1 : (double) made / total;
    }

    @Override
    public String leftOut() {
        return "";
    }

    @Override
    public void close() {}
}
