package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.List;

/** Checks that a port answers on 127.0.0.1 and on none of the machine's other addresses. */
public final class Loopback {
    private static final int CONNECT_MILLIS = 2_000;

    private Loopback() {}

    public static void assertOnlyThere(int port) throws IOException {
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .toList();
        assumeTrue(!others.isEmpty(), "this machine has no address but loopback");
        assertThat(answers(InetAddress.ofLiteral("127.0.0.1"), port)).isTrue();
        assertThat(others).noneMatch(address -> answers(address, port));
    }

    private static boolean answers(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
