package dev.sluice.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Requests as browsers send them through a load balancer: tracker parameters, user agent, client hints, cookie,
 * {@code X-Forwarded-For}. Page, visitor and browser differ, so that neither caches nor compression get it too easy. The same
 * seed makes the same requests. Immutable.
 */
public final class Requests {
    private static final int TEMPLATES = 512;
    private static final long SEED = 20_261_123;

    private final List<Template> templates;

    private record Template(byte[] bytes, int idOffset) {}

    private record Browser(String agent, List<String> hints) {}

    private static final List<Browser> BROWSERS = List.of(
            new Browser(
                    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
                            + " Safari/537.36",
                    List.of(
                            "sec-ch-ua: \"Chromium\";v=\"142\", \"Google Chrome\";v=\"142\", \"Not_A Brand\";v=\"99\"",
                            "sec-ch-ua-mobile: ?0",
                            "sec-ch-ua-platform: \"Windows\"")),
            new Browser(
                    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile"
                            + " Safari/537.36",
                    List.of(
                            "sec-ch-ua: \"Google Chrome\";v=\"141\", \"Chromium\";v=\"141\", \"Not_A Brand\";v=\"8\"",
                            "sec-ch-ua-mobile: ?1",
                            "sec-ch-ua-platform: \"Android\"")),
            new Browser(
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
                            + " Version/18.6 Mobile/15E148 Safari/604.1",
                    List.of()),
            new Browser("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", List.of()));

    private static final List<String> WORDS = List.of(
            "spring", "garden", "winter", "shoes", "lamp", "travel", "kitchen", "music", "paper", "green", "night",
            "river");

    private Requests(List<Template> templates) {
        this.templates = templates;
    }

    /** One event each, by GET. */
    public static Requests pixels() {
        return of(false);
    }

    /** One event each, by POST. */
    public static Requests posts() {
        return of(true);
    }

    private static Requests of(boolean post) {
        var random = new SplittableRandom(SEED);
        var templates = new ArrayList<Template>();
        for (int i = 0; i < TEMPLATES; i++) {
            String id = new UUID(mix(i), mix(~i)).toString();
            String text = request(random, id, post);
            templates.add(new Template(text.getBytes(StandardCharsets.US_ASCII), text.indexOf(id)));
        }
        return new Requests(templates);
    }

    private static String request(SplittableRandom random, String id, boolean post) {
        Browser browser = BROWSERS.get(random.nextInt(BROWSERS.size()));
        String page = "https://shop.example.com/" + pick(random) + "/" + random.nextInt(2_000) + "?ref=" + pick(random);
        String fields = post ? body(random, id, page) : query(random, id, page);
        String start =
                post ? "POST /com.snowplowanalytics.snowplow/tp2 HTTP/1.1\r\n" : "GET /i?" + fields + " HTTP/1.1\r\n";
        var text = new StringBuilder(start)
                .append("Host: collector.example.com\r\nUser-Agent: ")
                .append(browser.agent())
                .append("\r\n");
        browser.hints().forEach(hint -> text.append(hint).append("\r\n"));
        text.append("Accept: */*\r\nAccept-Language: en-US,en;q=0.9\r\nAccept-Encoding: gzip, deflate, br\r\n")
                .append("Referer: https://shop.example.com/\r\nX-Forwarded-For: 198.18.")
                .append(random.nextInt(256))
                .append('.')
                .append(random.nextInt(256))
                .append("\r\n");
        if (random.nextInt(4) > 0) {
            text.append("Cookie: sp=").append(uuid(random)).append("\r\n");
        }
        if (!post) {
            return text.append("\r\n").toString();
        }
        return text.append("Origin: https://shop.example.com\r\nContent-Type: application/json; charset=UTF-8\r\n")
                .append("Content-Length: ")
                .append(fields.length())
                .append("\r\n\r\n")
                .append(fields)
                .toString();
    }

    private static String query(SplittableRandom random, String id, String page) {
        String webPage =
                "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0\",\"data\":[{\"schema\":"
                        + "\"iglu:com.snowplowanalytics.snowplow/web_page/jsonschema/1-0-0\",\"data\":{\"id\":\""
                        + uuid(random)
                        + "\"}}]}";
        return "stm=1795385165751&e=pv&url="
                + page.replace(":", "%3A")
                        .replace("/", "%2F")
                        .replace("?", "%3F")
                        .replace("=", "%3D")
                + "&page=" + title(random).replace(" ", "%20")
                + "&eid=" + id
                + "&tv=js-4.10.1&tna=sp&aid=shop&p=web&cookie=1&cs=UTF-8&lang=en-US&res=1920x1080&cd=24&tz=Europe%2FBerlin"
                + "&dtm=1795385165737&vp=1900x900&ds=1900x4200&vid=" + (1 + random.nextInt(9))
                + "&sid=" + uuid(random) + "&duid=" + uuid(random)
                + "&cx="
                + Base64.getUrlEncoder().withoutPadding().encodeToString(webPage.getBytes(StandardCharsets.US_ASCII));
    }

    private static String body(SplittableRandom random, String id, String page) {
        return ("{\"schema\":\"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4\",\"data\":[{\"e\":\"pv\","
                        + "\"url\":\"%s\",\"page\":\"%s\",\"eid\":\"%s\",\"tv\":\"js-4.10.1\",\"tna\":\"sp\",\"aid\":\"shop\","
                        + "\"p\":\"web\",\"cookie\":\"1\",\"cs\":\"UTF-8\",\"lang\":\"en-US\",\"res\":\"1920x1080\",\"cd\":\"24\","
                        + "\"tz\":\"Europe/Berlin\",\"dtm\":\"1795385165737\",\"vp\":\"1900x900\",\"ds\":\"1900x4200\",\"vid\":\"%d\","
                        + "\"sid\":\"%s\",\"duid\":\"%s\",\"co\":\"{\\\"schema\\\":\\\"iglu:com.snowplowanalytics.snowplow/contexts/"
                        + "jsonschema/1-0-0\\\",\\\"data\\\":[{\\\"schema\\\":\\\"iglu:com.snowplowanalytics.snowplow/web_page/"
                        + "jsonschema/1-0-0\\\",\\\"data\\\":{\\\"id\\\":\\\"%s\\\"}}]}\",\"stm\":\"1795385165751\"}]}")
                .formatted(page, title(random), id, 1 + random.nextInt(9), uuid(random), uuid(random), uuid(random));
    }

    private static String title(SplittableRandom random) {
        return pick(random) + " " + pick(random) + " " + pick(random);
    }

    private static String pick(SplittableRandom random) {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private static String uuid(SplittableRandom random) {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    /** The event id of the n-th request; no two are the same. */
    static UUID idOf(long n) {
        return new UUID(mix(n), mix(~n));
    }

    /** The n-th request, with an event id of its own. */
    byte[] bytes(long n) {
        Template template = templates.get((int) (n % TEMPLATES));
        byte[] bytes = template.bytes().clone();
        byte[] id = idOf(n).toString().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(id, 0, bytes, template.idOffset(), id.length);
        return bytes;
    }

    /** For wrk: a script that sends them by turns, and at the end prints what it counted. */
    String asLua() {
        var lua = new StringBuilder("local requests = {\n");
        for (Template template : templates) {
            lua.append('"');
            for (byte b : template.bytes()) {
                if (b == '\r') {
                    lua.append("\\r");
                } else if (b == '\n') {
                    lua.append("\\n");
                } else {
                    lua.append(b == '"' || b == '\\' ? "\\" : "").append((char) b);
                }
            }
            lua.append("\",\n");
        }
        return lua.append("""
                }
                local i = 0
                function request()
                  i = i % #requests + 1
                  return requests[i]
                end
                function done(summary)
                  local e = summary.errors
                  io.write(string.format("COUNTED %d %d %d %d\\n",
                    summary.requests, e.status, e.connect + e.read + e.write, e.timeout))
                end
                """).toString();
    }

    /** Splitmix64's finalizer, which is a bijection. */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
