package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Saturates from one thread, where there is no wrk. */
final class ClosedLoop implements Saturation {
    private static final long PAUSE_MILLIS = 100;

    private final int connections;

    ClosedLoop(int connections) {
        this.connections = connections;
    }

    @Override
    public Counted run(int port, Requests requests, Duration duration) throws IOException, InterruptedException {
        var server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        long end = System.nanoTime() + duration.toNanos();
        List<Connection> all = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            long sent = 0;
            for (int i = 0; i < connections; i++) {
                var connection = new Connection(server, selector);
                all.add(connection);
                connection.send(requests.bytes(sent++), sent, 0);
            }
            long accepted = 0;
            long refused = 0;
            long broken = 0;
            while (System.nanoTime() - end < 0) {
                selector.select(PAUSE_MILLIS);
                for (SelectionKey key : selector.selectedKeys()) {
                    var connection = (Connection) key.attachment();
                    switch (connection.read()) {
                        case MORE_TO_COME -> {
                            continue;
                        }
                        case BROKEN -> {
                            broken++;
                            connection.reconnect();
                        }
                        case ANSWERED -> {
                            boolean ok = connection.status() / 100 == 2;
                            accepted += ok ? 1 : 0;
                            refused += ok ? 0 : 1;
                            if (connection.closes()) {
                                connection.reconnect();
                            }
                        }
                    }
                    connection.send(requests.bytes(sent++), sent, 0);
                }
                selector.selectedKeys().clear();
            }
            return new Counted(accepted, refused, broken);
        } finally {
            for (Connection connection : all) {
                connection.close();
            }
        }
    }
}
