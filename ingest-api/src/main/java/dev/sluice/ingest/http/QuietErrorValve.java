package dev.sluice.ingest.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.AccessLog;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for Tomcat's error page: an empty body, whatever happened, and no status that blames us for what the client did.
 * Counts the requests that the server refused before the collector saw them; of those that it cannot even read it only tells its
 * access log, so this is one.
 */
public final class QuietErrorValve extends ErrorReportValve implements AccessLog {
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
        // What the server could not read comes with a throwable too, but with a status that says so.
        boolean ours = throwable != null && status >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
        count(request, ours ? Outcome.FAILED : Outcome.MALFORMED);
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

    /** Told of every request, at its end. */
    @Override
    public void log(Request request, Response response, long time) {
        count(request, Outcome.MALFORMED);
    }

    private void count(Request request, Outcome outcome) {
        if (request.getAttribute(CollectorServlet.COUNTED) == null) {
            request.setAttribute(CollectorServlet.COUNTED, true);
            metrics.count(outcome);
        }
    }

    @Override
    public void setRequestAttributesEnabled(boolean enabled) {
        // Nothing of a request is written.
    }

    @Override
    public boolean getRequestAttributesEnabled() {
        return false;
    }
}
