package dev.sluice.ingest.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for Tomcat's error page: an empty body, whatever happened, and no status that blames us for what the client did.
 * Counts the requests that the server refused before the collector saw them.
 */
public final class QuietErrorValve extends ErrorReportValve {
    private final IngestMetrics metrics;

    public QuietErrorValve(IngestMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        int status = response.getStatus();
        if (status < HttpServletResponse.SC_BAD_REQUEST || response.isCommitted() || !response.setErrorReported()) {
            return;
        }
        boolean ours = throwable != null;
        if (request.getAttribute(CollectorServlet.COUNTED) == null) {
            metrics.count(ours ? Outcome.FAILED : Outcome.MALFORMED);
        }
        if (status >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR) {
            // Left of the collector, 5xx means an HTTP version or a transfer coding that nobody has to know.
            response.setStatus(ours ? HttpServletResponse.SC_SERVICE_UNAVAILABLE : HttpServletResponse.SC_BAD_REQUEST);
        }
        try {
            response.setContentLength(0);
            response.flushBuffer();
        } catch (IOException e) {
            container.getLogger().debug("the client left before it was told", e);
        }
    }
}
