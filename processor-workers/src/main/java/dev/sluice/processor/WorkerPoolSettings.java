package dev.sluice.processor;

import java.time.Duration;

/**
 * How large a {@link WorkerPool} is.
 *
 * @param threads how many frames are processed at once
 * @param maxFrames how many frames are held, waiting or in work
 * @param maxBytes how many bytes of hits are held; a frame is let in while there is any room, so one frame more than this may be
 * @param closeTimeout how long {@link WorkerPool#close} waits for what was submitted
 */
public record WorkerPoolSettings(int threads, int maxFrames, long maxBytes, Duration closeTimeout) {
    public WorkerPoolSettings {
        if (threads < 1 || maxFrames < 1 || maxBytes < 1 || closeTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "a worker pool has at least one thread, one frame and one byte, and no negative timeout");
        }
    }

    /** One thread per core, 64 MB of hits: seconds of work. */
    public static WorkerPoolSettings defaults() {
        return new WorkerPoolSettings(
                Runtime.getRuntime().availableProcessors(), 256, 64L * 1024 * 1024, Duration.ofSeconds(10));
    }
}
