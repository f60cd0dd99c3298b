package dev.sluice.ingest.http;

import java.io.IOException;
import java.time.Duration;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP with a bound on how long a request's line and headers may take altogether. Its own timeout begins anew with each
 * byte, so that a client that sends one every few seconds could hold a connection for hours. The bound is looked at whenever bytes
 * come, so such a connection ends at the latest one connection timeout after it. Made by name, so it is told its bound by {@link
 * #limit} before it starts.
 */
public final class HeaderDeadlineProtocol extends Http11NioProtocol {
    private volatile long mostNanos = Long.MAX_VALUE;
    private volatile Runnable onSlow = () -> {};

    /** @param metrics counts the connections that are cut off */
    public void limit(Duration most, IngestMetrics metrics) {
        mostNanos = most.toNanos();
        onSlow = () -> metrics.count(Outcome.HEADERS_SLOW);
    }

    @Override
    protected Processor createProcessor() {
        return new DeadlineProcessor(getAdapter());
    }

    /** Serves one connection at a time, and is used again for others. Confined to whoever serves that connection. */
    private final class DeadlineProcessor extends Http11Processor {
        /** The connection whose headers have begun and not ended; a connection is never served by the same object again. */
        private @Nullable SocketWrapperBase<?> unfinished;

        private long begunNanos;

        DeadlineProcessor(Adapter adapter) {
            super(HeaderDeadlineProtocol.this, adapter);
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // the very connection is meant
        public SocketState service(SocketWrapperBase<?> connection) throws IOException {
            long now = System.nanoTime();
            if (unfinished == connection && now - begunNanos > mostNanos) {
                unfinished = null;
                onSlow.run();
                return SocketState.CLOSED;
            }
            SocketState state = super.service(connection);
            if (state != SocketState.LONG) {
                unfinished = null;
            } else if (unfinished != connection) {
                unfinished = connection;
                begunNanos = now;
            }
            return state;
        }
    }
}
