package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The load is as true as what it measures: every arrival has one fate, and a stall is charged to all who waited through it. */
class OpenLoopTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Set<UUID> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger seen = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private OpenLoopResult run(Arrivals arrivals) throws Exception {
        return new OpenLoop(arrivals, Requests.pixels(), acknowledged::add)
                .run(server.getAddress().getPort(), 0);
    }

    @Test
    void eachArrivalIsAcceptedOrRefused_andOnlyTheAcceptedAreAcknowledged() throws Exception {
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(seen.incrementAndGet() % 4 == 0 ? 503 : 200, -1);
            exchange.close();
        });
        OpenLoopResult result = run(new Arrivals(400, Duration.ofSeconds(1), 8, LONG));
        assertThat(result.arrived()).isEqualTo(400);
        assertThat(result.accepted()).isEqualTo(300).isEqualTo(acknowledged.size());
        assertThat(result.refused()).isEqualTo(100);
    }

    /** One request stalls, on the only connection: those behind it were due all the while. */
    @Test
    void aStall_isChargedToAllWhoWereDueMeanwhile() throws Exception {
        var stalled = new CountDownLatch(1);
        server.createContext("/", exchange -> {
            if (seen.incrementAndGet() == 1) {
                await(stalled);
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            stalled.countDown();
        });
        OpenLoopResult result = run(new Arrivals(100, Duration.ofSeconds(1), 1, LONG));
        assertThat(result.accepted()).isEqualTo(100);
        // Half of them were due in the first half second of the stall.
        assertThat(result.millisAt(50)).isGreaterThan(400);
    }

    /** One connection and a server that is far too slow: who gets it is answered in time, the others are turned away. */
    @Test
    void inOverload_whatIsSentIsStillAnsweredInTime() throws Exception {
        server.createContext("/", exchange -> {
            await(Duration.ofMillis(20));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        OpenLoopResult result = run(new Arrivals(200, Duration.ofSeconds(4), 1, Duration.ofSeconds(2)));
        assertThat(result.givenUp()).isPositive();
        assertThat(result.accepted() + result.givenUp()).isEqualTo(result.arrived());
        assertThat(result.millisAt(100)).isLessThan(2_000);
    }

    private static void await(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
