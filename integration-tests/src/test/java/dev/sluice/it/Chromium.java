package dev.sluice.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Headless Chromium with one tab, driven by the DevTools protocol: just enough to open a page, to run a line of JavaScript in it,
 * and to see what it sends. Confined to the test's thread.
 */
final class Chromium implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Process process;
    private final Answers answers = new Answers();
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;
    private int lastId;

    private Chromium(Process process, Path profile) throws Exception {
        this.process = process;
        this.socket = http.newWebSocketBuilder()
                .buildAsync(tabAddress(http, debuggingPort(process, profile)), answers)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        call("Page.enable", Map.of());
        call("Network.enable", Map.of());
    }

    /** Where this machine has it; ends the test as skipped where it has not, and says so. */
    static Path orSkip() {
        Optional<Path> chromium = executable();
        if (chromium.isEmpty()) {
            System.out.println(
                    "SKIPPED: no Chromium here; install Debian's package 'chromium' to run the browser tests");
        }
        Assumptions.assumeTrue(chromium.isPresent(), "no Chromium here");
        return chromium.orElseThrow();
    }

    /** Where this machine has it, if it has. */
    static Optional<Path> executable() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Chromium start(Path executable, Path profile, int width, int height) throws Exception {
        var command = new ArrayList<>(List.of(
                executable.toString(),
                "--headless",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                // A page that is left is gone, and what it was about to send with it.
                "--disable-features=BackForwardCache",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "--window-size=" + width + "," + height));
        if ("root".equals(System.getProperty("user.name"))) {
            command.add("--no-sandbox"); // Chromium refuses root without it
        }
        command.add("about:blank");
        // Some builds refuse cookies of other sites from the start, as visitors may: what is tested is what happens to
        // those that are
        // not refused.
        Path preferences = profile.resolve("Default/Preferences");
        Files.createDirectories(preferences.getParent());
        Files.writeString(
                preferences, "{\"profile\":{\"cookie_controls_mode\":0,\"block_third_party_cookies\":false}}");
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("chromium.log").toFile());
        // What it leaves behind when it is killed goes the way of the profile.
        builder.environment().put("TMPDIR", profile.toString());
        Process process = builder.start();
        try {
            return new Chromium(process, profile);
        } catch (Exception e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static String debuggingPort(Process process, Path profile) throws IOException {
        Path portFile = profile.resolve("DevToolsActivePort");
        Awaitility.await("Chromium's debugging port").atMost(PATIENCE).until(() -> {
            if (!process.isAlive()) {
                throw new IOException("Chromium ended: " + Files.readString(profile.resolve("chromium.log")));
            }
            return Files.exists(portFile) && Files.readAllLines(portFile).size() >= 2;
        });
        return Files.readAllLines(portFile).getFirst();
    }

    private static URI tabAddress(HttpClient http, String port) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        JsonNode tab = JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        return URI.create(tab.get("webSocketDebuggerUrl").asString());
    }

    /** Opens a page and waits until it has loaded. */
    void open(URI page) throws Exception {
        call("Page.navigate", Map.of("url", page.toString()));
        waitFor("document.readyState === 'complete' && location.href === '" + page + "'");
    }

    /** Waits until this JavaScript expression is true in the page. */
    void waitFor(String expression) {
        Awaitility.await(expression)
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> "true".equals(evaluate("String(" + expression + ")")));
    }

    /** The value of a JavaScript expression that gives a string, or a promise of one. */
    String evaluate(String expression) throws Exception {
        JsonNode result =
                call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + result.path("exceptionDetails"));
        }
        return result.path("result").path("value").asString("");
    }

    /** As a visitor who has never been anywhere. */
    void forget() throws Exception {
        call("Page.navigate", Map.of("url", "about:blank"));
        waitFor("location.href === 'about:blank'");
        call("Network.clearBrowserCookies", Map.of());
        call("Network.setExtraHTTPHeaders", Map.of("headers", Map.of()));
        network().clear();
    }

    NetworkLog network() {
        return answers.network;
    }

    Complaints complaints() {
        return answers.complaints;
    }

    /** The body of a request that the tab has sent. */
    String bodyOf(NetworkLog.Sent request) throws Exception {
        return call("Network.getRequestPostData", Map.of("requestId", request.id()))
                .path("postData")
                .asString("");
    }

    /** Any call of the DevTools protocol; its result. */
    JsonNode call(String method, Map<String, Object> params) throws Exception {
        int id = ++lastId;
        CompletableFuture<JsonNode> answer = answers.expect(id);
        String message = JSON.writeValueAsString(Map.of("id", id, "method", method, "params", params));
        socket.sendText(message, true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        JsonNode said = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (said.has("error")) {
            throw new IllegalStateException(method + ": " + said.path("error"));
        }
        return said.path("result");
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Pairs answers with calls by id; what Chromium tells unasked goes to the network log and the complaints. */
    private static final class Answers implements WebSocket.Listener {
        private final NetworkLog network = new NetworkLog();
        private final Complaints complaints = new Complaints();
        private final Map<Integer, CompletableFuture<JsonNode>> expected = new ConcurrentHashMap<>();
        private final StringBuilder text = new StringBuilder();

        CompletableFuture<JsonNode> expect(int id) {
            var answer = new CompletableFuture<JsonNode>();
            expected.put(id, answer);
            return answer;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonNode message = JSON.readTree(text.toString());
                text.setLength(0);
                CompletableFuture<JsonNode> answer =
                        expected.remove(message.path("id").asInt(0));
                if (answer != null) {
                    answer.complete(message);
                } else {
                    network.told(message);
                    complaints.told(message);
                }
            }
            webSocket.request(1);
            return null;
        }
    }
}
