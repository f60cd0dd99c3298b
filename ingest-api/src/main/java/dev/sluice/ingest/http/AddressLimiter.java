package dev.sluice.ingest.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket per address, in a bounded map. A bucket is one number: the time at which it will be full again; so one that is
 * full is the same as none, and is forgotten. Thread-safe, never blocks for long.
 */
public final class AddressLimiter {
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final boolean enabled;
    private final long nanosPerToken;
    private final long burstNanos;
    private final LongSupplier nanoTime;
    private final Cache<Long, AtomicLong> fullAgain;

    public AddressLimiter(RateLimitProperties properties, LongSupplier nanoTime) {
        enabled = properties.enabled();
        nanosPerToken = NANOS_PER_SECOND / properties.perSecond();
        burstNanos = properties.burst() * nanosPerToken;
        this.nanoTime = nanoTime;
        // Its upkeep is done by whoever comes, not by a thread that nobody owns.
        fullAgain = Caffeine.newBuilder()
                .maximumSize(properties.maxAddresses())
                .expireAfterAccess(Duration.ofNanos(burstNanos))
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /** Takes a token of this address's; false when there is none. Null is an address like any other. */
    boolean admits(@Nullable InetAddress address) {
        if (!enabled) {
            return true;
        }
        long now = nanoTime.getAsLong();
        AtomicLong bucket = fullAgain.get(key(address), _ -> new AtomicLong(now));
        while (true) {
            long full = bucket.get();
            long then = (full - now > 0 ? full : now) + nanosPerToken;
            if (then - now > burstNanos) {
                return false;
            }
            if (bucket.compareAndSet(full, then)) {
                return true;
            }
        }
    }

    /** Addresses that are remembered. */
    long addresses() {
        fullAgain.cleanUp();
        return fullAgain.estimatedSize();
    }

    /** All of IPv4; of IPv6 the half that names a network, as one household has all of the other. */
    private static Long key(@Nullable InetAddress address) {
        if (address == null) {
            return -1L;
        }
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == Integer.BYTES ? (long) bytes.getInt() & 0xFFFFFFFFL : bytes.getLong();
    }
}
