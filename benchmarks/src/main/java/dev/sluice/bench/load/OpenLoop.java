package dev.sluice.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends at a constant arrival rate, whatever the server does, and measures each latency from when the request was due: a server
 * that stalls is charged for all those that had to wait, not only for the one under way (no coordinated omission).
 *
 * <p>The caller's thread sends; the thread "open-loop-reader", owned by {@link #run}, reads. For one run.
 */
public final class OpenLoop {
    private static final long PAUSE_MILLIS = 50;
    private static final long LONGEST_PARK_NANOS = Duration.ofMillis(1).toNanos();

    private final Arrivals arrivals;
    private final Requests requests;
    private final Consumer<UUID> acknowledged;
    private final OpenLoopResult result;
    private final List<Connection> connections = new ArrayList<>();
    private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();
    private long start;
    private volatile boolean allSent;
    private volatile @Nullable IOException failure;

    private record Waiting(long number, long due) {}

    /** @param acknowledged hears of the event id of each request whose 2xx was read */
    public OpenLoop(Arrivals arrivals, Requests requests, Consumer<UUID> acknowledged) {
        this.arrivals = arrivals;
        this.requests = requests;
        this.acknowledged = acknowledged;
        this.result = new OpenLoopResult(arrivals);
    }

    public OpenLoop(Arrivals arrivals, Requests requests) {
        this(arrivals, requests, id -> {});
    }

    /**
     * Blocks until all are answered or given up.
     *
     * @param firstNumber of the requests: their ids are told by their numbers, so another run continues where one has ended
     */
    public OpenLoopResult run(int port, long firstNumber) throws IOException, InterruptedException {
        var server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < arrivals.connections(); i++) {
                var connection = new Connection(server, selector);
                connections.add(connection);
                idle.add(connection);
            }
            start = System.nanoTime();
            var reader = Thread.ofPlatform().name("open-loop-reader").unstarted(() -> read(selector));
            reader.start();
            long lateNever = sendAll(firstNumber);
            allSent = true;
            reader.join();
            result.addGivenUp(lateNever);
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
        IOException failed = failure;
        if (failed != null) {
            throw failed;
        }
        return result;
    }

    /** Returns how many never got a connection in time. */
    private long sendAll(long firstNumber) throws IOException {
        Deque<Waiting> waiting = new ArrayDeque<>();
        long givenUp = 0;
        long next = 0;
        while ((next < arrivals.count() || !waiting.isEmpty()) && failure == null) {
            long now = System.nanoTime();
            while (next < arrivals.count() && now - (start + arrivals.dueNanos(next)) >= 0) {
                waiting.add(new Waiting(firstNumber + next, start + arrivals.dueNanos(next)));
                next++;
            }
            while (!waiting.isEmpty()
                    && now - waiting.peek().due() > arrivals.surge().toNanos()) {
                waiting.remove();
                givenUp++;
            }
            while (!waiting.isEmpty()) {
                Connection connection = idle.poll();
                if (connection == null) {
                    break;
                }
                Waiting request = waiting.remove();
                connection.send(requests.bytes(request.number()), request.number(), request.due());
            }
            long nextDue = start + arrivals.dueNanos(next) - System.nanoTime();
            if (nextDue > 0 || next >= arrivals.count()) {
                long most = waiting.isEmpty() ? LONGEST_PARK_NANOS : LONGEST_PARK_NANOS / 10;
                LockSupport.parkNanos(next >= arrivals.count() ? most : Math.min(most, nextDue));
            }
        }
        return givenUp;
    }

    private void read(Selector selector) {
        try {
            long lastSweep = System.nanoTime();
            while (!allSent || connections.stream().anyMatch(Connection::isBusy)) {
                selector.select(PAUSE_MILLIS);
                long now = System.nanoTime();
                for (SelectionKey key : selector.selectedKeys()) {
                    take((Connection) key.attachment(), now);
                }
                selector.selectedKeys().clear();
                if (now - lastSweep > PAUSE_MILLIS * 1_000_000) {
                    lastSweep = now;
                    giveUpThoseOverdue(now);
                }
            }
        } catch (IOException e) {
            failure = e;
        } catch (UncheckedIOException e) {
            failure = e.getCause();
        }
    }

    private void take(Connection connection, long now) throws IOException {
        switch (connection.read()) {
            case MORE_TO_COME -> {}
            case BROKEN -> {
                if (connection.mend()) {
                    result.addBroken();
                    idle.add(connection);
                }
            }
            case ANSWERED -> {
                if (connection.status() / 100 == 2) {
                    result.addAccepted(connection.intendedNanos() - start, now - connection.intendedNanos());
                    acknowledged.accept(Requests.idOf(connection.number()));
                } else {
                    result.addRefused();
                }
                if (connection.closes()) {
                    renew(connection);
                } else {
                    idle.add(connection);
                }
            }
        }
    }

    private void giveUpThoseOverdue(long now) throws IOException {
        for (Connection connection : connections) {
            if (connection.isBusy()
                    && now - connection.intendedNanos() > arrivals.patience().toNanos()) {
                result.addGivenUp(1);
                renew(connection);
            }
        }
    }

    private void renew(Connection connection) throws IOException {
        connection.reconnect();
        idle.add(connection);
    }
}
