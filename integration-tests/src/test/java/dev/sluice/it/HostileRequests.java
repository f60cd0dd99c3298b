package dev.sluice.it;

import java.util.ArrayList;
import java.util.List;

/** Requests that no client sends by mistake; each character is a byte. */
final class HostileRequests {
    private static final String POST = "POST " + NaughtyEvents.TRACKER + " HTTP/1.1\r\nHost: x\r\n";

    private HostileRequests() {}

    /** Two readers of one of these may disagree about where it ends; behind that there is a request with the mark. */
    static List<String> smuggling(String mark) {
        String hidden = "GET /i?e=pv&smuggled=" + mark + " HTTP/1.1\r\nHost: x\r\n\r\n";
        int length = hidden.length();
        String chunked = "Transfer-Encoding: chunked\r\n";
        String end = "\r\n0\r\n\r\n" + hidden;
        return List.of(
                POST + "Content-Length: " + (5 + length) + "\r\n" + chunked + end,
                POST + chunked + "Content-Length: " + (5 + length) + "\r\n" + end,
                POST + "Content-Length: 0\r\nContent-Length: " + length + "\r\n\r\n" + hidden,
                POST + "Content-Length: 0, " + length + "\r\n\r\n" + hidden,
                POST + "Content-Length: +0\r\n\r\n" + hidden,
                POST + "Content-Length: -1\r\n\r\n" + hidden,
                POST + "Content-Length: 0x0\r\n\r\n" + hidden,
                POST + "Content-Length : 0\r\n\r\n" + hidden,
                POST + "Transfer-Encoding: xchunked\r\n" + end,
                POST + "Transfer-Encoding: chunked, identity\r\n" + end,
                POST + "Transfer-Encoding: chunked, chunked\r\n" + end,
                POST + "Transfer-Encoding : chunked\r\n" + end,
                POST + "Transfer-Encoding:\u000Bchunked\r\n" + end,
                POST + chunked + "\r\n-1\r\n\r\n" + hidden,
                POST + chunked + "\r\n100000000\r\n\r\n" + hidden,
                POST + chunked + "\r\n0;\n\r\n" + hidden,
                POST.replace("\r\n", "\n") + "Content-Length: 0\nTransfer-Encoding: chunked\n\n0\n\n" + hidden,
                "GET /i HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + hidden);
    }

    static List<String> absurd(String mark) {
        String host = " HTTP/1.1\r\nHost: x\r\n\r\n";
        var requests = new ArrayList<>(List.of(
                "GET /i?" + mark + "\r\n\r\n",
                "GET /i?" + mark + " HTTP/0.9\r\n\r\n",
                "GET /i?" + mark + " HTTP/3.0\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00FC\u0003\u0003" + mark,
                "\r\n\r\n\r\n",
                " GET /i" + host,
                "GET\t/i" + host,
                mark.repeat(2_000) + " /i" + host,
                "G\u00C9T /i" + host,
                "TRACE /i?" + mark + host,
                "CONNECT " + mark + ":443" + host,
                "OPTIONS *" + host,
                "PROPFIND /i" + host,
                "GET http://" + mark + ".example/i" + host,
                "GET " + mark + host,
                "GET /i?" + mark.repeat(10_000) + host,
                "GET /" + "../".repeat(50) + "etc/passwd" + host,
                "GET /i" + host.replace("Host: x", "Host: " + mark + " x"),
                "GET /i" + host.replace("Host: x", "Host: x\r\nExpect: " + mark),
                "GET /i" + host.replace("Host: x", "Host: x\r\nRange: bytes=" + "0-1,".repeat(2_000)),
                "GET /i" + host.replace("Host: x", "Host: x\r\nCookie: " + ("sp=" + mark + ";\"").repeat(200)),
                "GET /i" + host.replace("Host: x", "Host: x\r\n" + "X: y\r\n".repeat(1_000)),
                "GET /i" + host.replace("Host: x", "Host: x\r\nX: " + mark.repeat(20_000)),
                "GET /i" + host.replace("Host: x", "Host: x\r\n" + mark.repeat(20_000) + ": y"),
                "GET /i" + host.replace("Host: x", "Host: x\r\n: " + mark),
                "GET /i" + host.replace("Host: x", "Host: x\r\n" + mark),
                "GET /i" + host.replace("Host: x", "Host: x\r\nX\u0000: " + mark)));
        requests.add(lines(
                "GET /i?e=pv HTTP/1.1",
                "Host: x",
                "Connection: Upgrade, HTTP2-Settings",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"));
        requests.add(lines(
                "GET /i?e=pv HTTP/1.1",
                "Host: x",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        return requests;
    }

    private static String lines(String... head) {
        return String.join("\r\n", head) + "\r\n\r\n";
    }

    /** What would begin a line of its own in a log, colour it, or turn it round. */
    static List<String> injections(String mark) {
        var requests = new ArrayList<String>();
        for (String bad :
                List.of("\r\n ", "\n", "\r", "\u001B[31m", "\u00E2\u0080\u00AE", "%0d%0a", "%1b", "${jndi:ldap://")) {
            String text = "x" + bad + "2026-01-01T00:00:00Z ERROR " + mark;
            String encoded = text.replace(" ", "%20");
            requests.add("GET /i?e=pv&page=" + encoded + " HTTP/1.1\r\nHost: x\r\n\r\n");
            requests.add("GET /" + encoded + " HTTP/1.1\r\nHost: x\r\n\r\n");
            for (String header : List.of(
                    "User-Agent",
                    "Referer",
                    "Origin",
                    "Accept-Language",
                    "Cookie",
                    "Content-Type",
                    "Content-Length",
                    "Transfer-Encoding",
                    "Content-Encoding",
                    "X-Forwarded-For",
                    "SP-Anonymous",
                    "Host",
                    "Expect",
                    "Upgrade")) {
                requests.add("POST " + NaughtyEvents.TRACKER + " HTTP/1.1\r\n"
                        + (header.equals("Host") ? "" : "Host: x\r\n") + header + ": " + text + "\r\n\r\n");
            }
        }
        return requests;
    }
}
