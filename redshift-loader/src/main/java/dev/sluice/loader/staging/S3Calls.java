package dev.sluice.loader.staging;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Calls to one bucket that must succeed in the end: the one place that judges the SDK's failures at them. Whatever S3 answers or
 * doesn't, what is to be written stays wanted, so every failure is tried again until it works. A missing bucket or permission too: an
 * operator can mend it without a restart. Thread-safe.
 */
public final class S3Calls {
    private static final Logger LOG = LoggerFactory.getLogger(S3Calls.class);

    private final String bucket;
    private final Runnable failed;
    private final RetryPause pause;
    private final AtomicBoolean failing = new AtomicBoolean();

    /**
     * @param failed told of each failure; for a counter
     * @param pause closing it lets every waiting call go
     */
    public S3Calls(String bucket, Runnable failed, RetryPause pause) {
        this.bucket = bucket;
        this.failed = failed;
        this.pause = pause;
    }

    /** One attempt. */
    public interface Call<T> {
        T run();
    }

    /**
     * Blocks until the call worked.
     *
     * @throws InterruptedException when interrupted or closed: it may have worked, so it must be made again
     */
    public <T> T untilDone(String key, Call<T> call) throws InterruptedException {
        for (int failures = 0; ; ) {
            if (Thread.interrupted() || pause.isClosed()) {
                throw new InterruptedException("stopped before " + key + " was written");
            }
            try {
                T result = call.run();
                if (failures > 0 && failing.compareAndSet(true, false)) {
                    LOG.info("S3 works again: s3://{}/{}", bucket, key);
                }
                return result;
            } catch (SdkException e) {
                if (Thread.interrupted()) {
                    throw interrupted(e);
                }
                failures++;
                failed.run();
                if (failing.compareAndSet(false, true)) {
                    LOG.warn("Cannot reach s3://{}/{}; trying again until it works", bucket, key, e);
                } else {
                    LOG.debug("Attempt {} for s3://{}/{} failed", failures, bucket, key, e);
                }
                pause.await(failures);
            }
        }
    }

    private static InterruptedException interrupted(SdkException cause) {
        var interrupted = new InterruptedException("interrupted in a call to S3");
        interrupted.initCause(cause);
        return interrupted;
    }
}
