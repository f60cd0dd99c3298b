package dev.sluice.loader.console;

import java.time.Duration;
import java.util.regex.Pattern;

/** The text of {@code text/event-stream}. */
final class ServerSentEvents {
    /** What keeps the connection from being taken for a dead one, and notices when the viewer has gone. */
    static final String HEARTBEAT = ":\n\n";

    /** All that the reader takes for the end of a line: a value may hold any of them. */
    private static final Pattern LINE_END = Pattern.compile("\\r\\n|\\r|\\n");

    private ServerSentEvents() {}

    /** How long a browser waits before it connects again. */
    static String retry(Duration pause) {
        return "retry: " + pause.toMillis() + "\n\n";
    }

    static String event(String name, long id, String data) {
        var text = new StringBuilder("event: ")
                .append(name)
                .append("\nid: ")
                .append(id)
                .append('\n');
        for (String line : LINE_END.split(data, -1)) {
            text.append("data: ").append(line).append('\n');
        }
        return text.append('\n').toString();
    }
}
