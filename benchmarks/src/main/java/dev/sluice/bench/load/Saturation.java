package dev.sluice.bench.load;

import java.io.IOException;
import java.time.Duration;

/** As many requests as the server takes, each connection sending its next when it has read an answer. */
public interface Saturation {
    /** Blocks for about as long as that. */
    Counted run(int port, Requests requests, Duration duration) throws IOException, InterruptedException;

    /** With wrk where it is installed, as it costs least; else with our own. */
    static Saturation with(int connections) {
        return Wrk.find()
                .<Saturation>map(wrk -> new Wrk(wrk, connections))
                .orElseGet(() -> new ClosedLoop(connections));
    }
}
