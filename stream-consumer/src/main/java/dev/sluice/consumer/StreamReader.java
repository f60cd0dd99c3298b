package dev.sluice.consumer;

import java.util.concurrent.Future;

/** KCL's scheduler, as the one who owns its thread sees it. */
interface StreamReader {
    /** Reads until it is stopped. Returns also when it could not start. */
    void run();

    /** Begins to stop: everything that is held is staged and checkpointed first. */
    Future<Boolean> stopGracefully();

    /** Begins to stop at once; what is being worked on is interrupted soon after. */
    void stopNow();
}
