package dev.sluice.cli.send;

import java.io.IOException;
import java.time.Duration;

/** Where events are posted to, one at a time. Confined to one thread. */
interface Collector extends AutoCloseable {
    /**
     * Blocks until the whole answer has been read.
     *
     * @throws IOException when there is none; whether the event was taken is then unknown
     */
    Answer post(Event event) throws IOException;

    @Override
    void close();

    /**
     * @param status of HTTP
     * @param retryAfter what the answer asked for; zero when it did not
     */
    record Answer(int status, Duration retryAfter) {
        boolean accepted() {
            return status >= 200 && status < 300;
        }

        /** The server could not now, rather than never. */
        boolean worthRetrying() {
            return status == 429 || status >= 500;
        }
    }
}
