package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AddressLimiterTest {
    // A clock may be about to overflow: only differences count.
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
    private final AddressLimiter limiter = limiter(true, 10, 5, 1_000);

    @Test
    void admits_aBurst_andThenAsManyAsTheRate() {
        InetAddress address = InetAddress.ofLiteral("192.0.2.1");
        assertThat(admitted(address, 20)).isEqualTo(5);
        now.addAndGet(Duration.ofMillis(99).toNanos());
        assertThat(admitted(address, 20)).isZero();
        now.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(admitted(address, 20)).isEqualTo(1);
        now.addAndGet(Duration.ofMillis(250).toNanos());
        assertThat(admitted(address, 20)).isEqualTo(2);
        now.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(admitted(address, 20)).isEqualTo(5);
    }

    @Test
    void admits_eachAddressByItself_andANetworkOfIpv6AsOne() {
        assertThat(admitted(InetAddress.ofLiteral("192.0.2.1"), 20)).isEqualTo(5);
        assertThat(admitted(InetAddress.ofLiteral("192.0.2.2"), 20)).isEqualTo(5);
        assertThat(admitted(InetAddress.ofLiteral("2001:db8:0:1::1"), 20)).isEqualTo(5);
        assertThat(admitted(InetAddress.ofLiteral("2001:db8:0:1:ffff::2"), 20)).isZero();
        assertThat(admitted(InetAddress.ofLiteral("2001:db8:0:2::1"), 20)).isEqualTo(5);
        assertThat(admitted(null, 20)).isEqualTo(5);
    }

    @Test
    void admits_everythingWhenItIsOff() {
        assertThat(IntStream.range(0, 20)
                        .filter(_ -> limiter(false, 1, 1, 1).admits(null))
                        .count())
                .isEqualTo(20);
    }

    @Test
    void aMillionAddresses_takeNoMoreRoomThanIsSaid() throws UnknownHostException {
        for (int i = 0; i < 1_000_000; i++) {
            limiter.admits(InetAddress.getByAddress(
                    ByteBuffer.allocate(Integer.BYTES).putInt(i).array()));
        }
        assertThat(limiter.addresses()).isBetween(1L, 1_000L);
    }

    @Test
    void aFullBucket_isForgotten() {
        limiter.admits(InetAddress.ofLiteral("192.0.2.1"));
        assertThat(limiter.addresses()).isEqualTo(1);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(limiter.addresses()).isZero();
    }

    private long admitted(@Nullable InetAddress address, int requests) {
        return IntStream.range(0, requests).filter(_ -> limiter.admits(address)).count();
    }

    private AddressLimiter limiter(boolean enabled, int perSecond, int burst, int maxAddresses) {
        return new AddressLimiter(new RateLimitProperties(enabled, perSecond, burst, maxAddresses), now::get);
    }
}
