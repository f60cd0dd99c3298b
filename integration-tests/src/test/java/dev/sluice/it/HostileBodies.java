package dev.sluice.it;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bodies that want memory, time or a wrong reading, each with what must become of it. */
final class HostileBodies {
    /**
     * @param status of the answer
     * @param rows that are events in the end
     */
    record Case(byte[] body, int status, int rows, int badRows) {
        private static Case rows(byte[] body, int rows) {
            return new Case(body, 200, rows, 0);
        }

        private static Case bad(byte[] body) {
            return new Case(body, 200, 0, 1);
        }
    }

    private static final String LONG = "{\"e\":\"pv\",\"url\":\"https://a.example/" + "x".repeat(90) + "\"}";

    private HostileBodies() {}

    static Map<String, Case> all() {
        var cases = new LinkedHashMap<String, Case>();
        cases.put("nested arrays", Case.bad(bytes("[".repeat(100_000))));
        cases.put("nested objects", Case.bad(bytes("{\"a\":".repeat(100_000))));
        cases.put("nested in a field", Case.bad(event("\"x\":" + "[".repeat(50_000) + "]".repeat(50_000))));
        cases.put("a number of 900,000 digits", Case.bad(event("\"x\":" + "1".repeat(900_000))));
        cases.put("a string of 900,000 characters", Case.rows(event("\"page\":\"" + "x".repeat(900_000) + "\""), 1));
        cases.put("100,000 keys", Case.rows(event(keys(100_000)), 1));
        cases.put("100,000 times the same key", Case.rows(event("\"a\":1,".repeat(100_000) + "\"a\":2"), 1));
        cases.put("100,000 events", Case.bad(NaughtyEvents.payload("1,".repeat(100_000) + "1")));
        cases.put("5,001 events", Case.bad(NaughtyEvents.payload("{\"e\":\"pv\"},".repeat(5_000) + "{\"e\":\"pv\"}")));
        cases.put("5,000 events of two bytes", Case.bad(NaughtyEvents.payload("1,".repeat(4_999) + "1")));
        cases.put("100 events", Case.rows(NaughtyEvents.payload((LONG + ",").repeat(99) + LONG), 100));
        cases.put("no more tokens", Case.bad(event("\"x\":[" + "0,".repeat(300_000) + "0]")));

        cases.put("numbers", Case.rows(event("\"vid\":1e400,\"x\":-0,\"y\":1e-400,\"se_va\":-1e400,\"dtm\":1e3"), 1));
        cases.put("not a number", Case.bad(event("\"x\":NaN")));
        cases.put("keys twice", Case.rows(event("\"page\":\"one\",\"page\":\"two\",\"x\":{\"a\":1,\"a\":2}"), 1));
        cases.put("half an emoji", Case.rows(event("\"page\":\"\\ud83d\",\"\\ude00\":\"\\u0000\""), 1));

        cases.put("overlong", Case.rows(eventWith("C0AF E080AF F08080AF"), 1));
        cases.put("CESU-8", Case.rows(eventWith("EDA0BDEDB880"), 1));
        cases.put("cut off", Case.rows(eventWith("E282"), 1));
        cases.put("no UTF-8 at all", Case.rows(eventWith("FEFFF5C1"), 1));
        cases.put("a NUL in a string", Case.bad(eventWith("00")));
        cases.put("UTF-16", Case.bad("{\"data\":[]}".getBytes(StandardCharsets.UTF_16)));
        cases.put("KPL", Case.bad(HexFormat.of().parseHex("f3899ac2" + "0a".repeat(40))));
        cases.put("gzip, and not said so", Case.bad(HexFormat.of().parseHex("1f8b08000000000000ff" + "03".repeat(40))));
        cases.put("nothing", new Case(new byte[0], 200, 0, 1));

        byte[] most = new byte[1_000_000];
        Arrays.fill(most, (byte) ' ');
        cases.put("as large as may be", Case.bad(most));
        for (int size : new int[] {1_000_001, (1 << 20) - 1, 1 << 20, (1 << 20) + 1}) {
            cases.put(size + " bytes", new Case(new byte[size], 422, 0, 0));
        }
        return cases;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] event(String members) {
        return NaughtyEvents.payload("{\"e\":\"pv\"," + members + "}");
    }

    private static String keys(int count) {
        var keys = new StringBuilder();
        for (int i = 0; i < count; i++) {
            keys.append(i == 0 ? "" : ",").append('"').append(i).append("\":1");
        }
        return keys.toString();
    }

    /** A title with these bytes in its middle. */
    private static byte[] eventWith(String hex) {
        String whole = new String(event("\"page\":\"a|b\""), StandardCharsets.UTF_8);
        var body = new ByteArrayOutputStream();
        body.writeBytes(bytes(whole.substring(0, whole.indexOf('|'))));
        body.writeBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
        body.writeBytes(bytes(whole.substring(whole.indexOf('|') + 1)));
        return body.toByteArray();
    }
}
