package dev.sluice.ingest.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * What is asked of the collector besides events: the load balancer's health check, the tracker's script, and what crawlers and
 * browsers ask of every host. The health check looks at this process alone, never at the stream: when that is down all nodes would leave at once.
 */
public final class AsidePages {
    static final String HEALTH = "/health";
    static final String ROBOTS = "/robots.txt";
    static final String FAVICON = "/favicon.ico";
    /** What is always answered here. */
    public static final Set<String> PATHS = Set.of(HEALTH, ROBOTS, FAVICON);

    private final BooleanSupplier accepting;
    private final Answers answers;
    private final TrackerScript script;

    /** @param accepting false from the moment the process is told to stop */
    public AsidePages(BooleanSupplier accepting, Answers answers, TrackerScript script) {
        this.accepting = accepting;
        this.answers = answers;
        this.script = script;
    }

    /** Everything that is answered here. */
    public List<String> paths() {
        return Stream.concat(PATHS.stream(), script.paths().stream()).toList();
    }

    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean withBody = request.getMethod().equals("GET");
        switch (request.getRequestURI()) {
            case HEALTH -> {
                boolean up = accepting.getAsBoolean();
                int status = up ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE;
                answers.text(response, status, up ? "ok" : "stopping\n", withBody);
            }
            case ROBOTS -> answers.text(response, HttpServletResponse.SC_OK, "User-agent: *\nDisallow: /\n", withBody);
            case FAVICON -> {
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
                response.setHeader("Cache-Control", "max-age=86400");
            }
            default -> script.answer(request, response);
        }
    }
}
