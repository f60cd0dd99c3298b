package dev.sluice.local.s3;

import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;

/**
 * S3 for this machine alone: s3proxy on 127.0.0.1 over plain files, any credentials accepted, path-style addresses only
 * ({@code forcePathStyle(true)}). An object is a file {@code objects/<bucket>/<key>} below the given directory; what was
 * acknowledged survives a restart and a killed process, and an object is visible whole or not at all.
 *
 * <p>Not as on AWS: no key may continue another one's path ({@code a} beside {@code a/b}), buckets have no versions, and GET gives
 * no stored CRC32. Multi-part uploads work, but while one is put together its unfinished file shows in listings.
 *
 * <p>Thread-safe.
 */
public final class LocalS3 implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int MAX_THREADS = 32;

    private final S3Proxy proxy;

    private LocalS3(S3Proxy proxy) {
        this.proxy = proxy;
    }

    /**
     * Starts it; when this returns, it answers.
     *
     * @param dir where the objects are; created when absent, to be used by one instance at a time
     * @param port 0 takes any free one
     * @throws BindException when the port is taken
     */
    public static LocalS3 start(Path dir, int port) throws IOException {
        Path objects = Files.createDirectories(dir.resolve("objects"));
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(AtomicBlobStore.open(objects))
                .endpoint(URI.create("http://" + LOOPBACK + ":" + port))
                .awsAuthentication(AuthenticationType.NONE, null, null)
                // The SDK sends more headers with each release; those that matter are known.
                .ignoreUnknownHeaders(true)
                .jettyMaxThreads(MAX_THREADS)
                // Kept-alive connections would make a graceful stop wait two seconds for nothing.
                .stopTimeout(0)
                .build();
        try {
            proxy.start();
            return new LocalS3(proxy);
        } catch (Exception e) {
            stopAfter(e, proxy);
            if (e.getCause() instanceof BindException taken) {
                throw (IOException)
                        new BindException("S3 can't listen on " + LOOPBACK + ":" + port + ": " + taken.getMessage())
                                .initCause(e);
            }
            throw new IOException("S3 did not start: " + e.getMessage(), e);
        }
    }

    public URI endpoint() {
        return URI.create("http://" + LOOPBACK + ":" + port());
    }

    public int port() {
        return proxy.getPort();
    }

    /** Breaks off calls under way: an upload that was not acknowledged is not there. */
    @Override
    public void close() throws IOException {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IOException("S3 did not stop cleanly: " + e.getMessage(), e);
        }
    }

    private static void stopAfter(Exception cause, S3Proxy proxy) {
        try {
            proxy.stop();
        } catch (Exception e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public String toString() {
        return "S3 at " + endpoint();
    }
}
