package dev.sluice.it;

import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.databind.json.JsonMapper;

/** Calls of the tracker with made-up content, all of it valid and some of it awkward. Confined to one thread. */
final class RandomEvents {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final List<String> AWKWARD = List.of(
            "\"",
            "\\",
            "'",
            ",",
            ";",
            "\n",
            "\r\n",
            "\t",
            "\\N",
            "|",
            "%",
            "%41",
            "+",
            "&",
            "=cmd|",
            "#",
            "<b>",
            "{}",
            "ä",
            "ß",
            "日本",
            "\uD83C\uDF0A",
            "e\u0301",
            "\u202E",
            "\u2028",
            "\uFEFF",
            "\u0001",
            "\u007F",
            "\u00A0",
            " ");

    private final RandomGenerator random;

    RandomEvents(RandomGenerator random) {
        this.random = random;
    }

    /** One call, to be run in a page of {@link TrackerSite}. */
    String next() {
        String context = "context: " + entities();
        return switch (random.nextInt(3)) {
            case 0 -> "sp.trackPageView({ title: %s, %s })".formatted(text(), context);
            case 1 ->
                "sp.trackStructEvent({ category: %s, action: %s, label: %s, property: %s, value: %s, %s })"
                        .formatted(text(), text(), text(), text(), number(), context);
            default ->
                "sp.trackSelfDescribingEvent({ event: { schema: 'iglu:com.acme/made.up-%d/jsonschema/%d-0-1', data: %s }, %s })"
                        .formatted(random.nextInt(3), 1 + random.nextInt(3), object(), context);
        };
    }

    private String entities() {
        var list = new StringBuilder("[");
        for (int i = random.nextInt(3); i > 0; i--) {
            list.append("{ schema: 'iglu:com.acme/thing/jsonschema/%d-0-0', data: %s },"
                    .formatted(1 + random.nextInt(2), object()));
        }
        return list.append(']').toString();
    }

    private String object() {
        return "{ 'a b': %s, list: [%s, null, true, %s], deeper: { empty: {}, %s: [] } }"
                .formatted(text(), number(), text(), text());
    }

    private String number() {
        return random.nextBoolean()
                ? String.valueOf(random.nextInt(-1_000_000, 1_000_000))
                : String.valueOf(random.nextInt(-10_000, 10_000) / 4.0);
    }

    /** Never empty: the tracker sends no parameter for nothing. Never spaces alone, for the same reason. */
    private String text() {
        var text = new StringBuilder("x");
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(
                    random.nextBoolean()
                            ? AWKWARD.get(random.nextInt(AWKWARD.size()))
                            : String.valueOf((char) ('a' + random.nextInt(26))));
        }
        return JSON.writeValueAsString(text.toString());
    }
}
