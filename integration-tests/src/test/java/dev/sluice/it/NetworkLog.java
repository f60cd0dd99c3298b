package dev.sluice.it;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** What a tab sent and heard, as Chromium's own DevTools saw it. Thread-safe. */
final class NetworkLog {
    /** One request. */
    record Sent(String id, String method, String url) {}

    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final Map<String, JsonNode> answers = new ConcurrentHashMap<>();

    /** Takes any message; of most it wants nothing. */
    void told(JsonNode message) {
        JsonNode params = message.path("params");
        String id = params.path("requestId").asString("");
        String method = message.path("method").asString("");
        if (method.equals("Network.requestWillBeSent")) {
            JsonNode request = params.path("request");
            sent.add(new Sent(
                    id, request.path("method").asString(""), request.path("url").asString("")));
        } else if (method.equals("Network.responseReceived")) {
            answers.put(id, params.path("response"));
        }
    }

    /** Requests by this method to addresses that begin so, in their order. */
    List<Sent> sent(String method, String start) {
        return sent.stream()
                .filter(request ->
                        request.method().equals(method) && request.url().startsWith(start))
                .toList();
    }

    /** The answer: {@code status}, {@code headers}; missing as long as there is none. */
    JsonNode answerTo(Sent request) {
        JsonNode answer = answers.get(request.id());
        return answer == null ? MissingNode.getInstance() : answer;
    }

    void clear() {
        sent.clear();
        answers.clear();
    }
}
