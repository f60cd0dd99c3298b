package dev.sluice.consumer;

import dev.sluice.processor.WorkerPool;
import org.springframework.context.SmartLifecycle;

/** Starts the workers before the shards are read, and closes them when no shard waits for rows any more. */
final class WorkersLifecycle implements SmartLifecycle {
    private final WorkerPool pool;
    private volatile boolean running;

    WorkersLifecycle(WorkerPool pool) {
        this.pool = pool;
    }

    @Override
    public void start() {
        pool.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        pool.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return ConsumerConfiguration.WORKERS_PHASE;
    }
}
