package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpRelayTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private ServerSocket target;
    private TcpRelay relay;

    @BeforeEach
    void start() throws IOException {
        target = new ServerSocket(0, 50, LOOPBACK);
        relay = TcpRelay.start(LOOPBACK, 0, target.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        target.close();
    }

    @Test
    void relay_passesBytesBothWaysAndTheEndOfEachSeparately() throws IOException {
        try (Socket client = connect();
                Socket server = target.accept()) {
            client.getOutputStream().write(bytes("question"));
            client.shutdownOutput();
            assertThat(server.getInputStream().readAllBytes()).isEqualTo(bytes("question"));

            server.getOutputStream().write(bytes("answer"));
            server.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(bytes("answer"));
        }
    }

    @Test
    void relay_closesTheClientWhenTheServerBreaksOff() throws IOException {
        try (Socket client = connect()) {
            target.accept().close();

            assertThat(ended(client)).isTrue();
        }
    }

    @Test
    void relay_closesTheClientWhenNothingAnswers() throws IOException {
        target.close();
        try (Socket client = connect()) {
            assertThat(ended(client)).isTrue();
        }
    }

    @Test
    void close_endsConnectionsAndFreesThePort() throws IOException {
        int port = relay.port();
        try (Socket client = connect();
                Socket server = target.accept()) {
            relay.close();

            assertThat(ended(client)).isTrue();
            assertThat(ended(server)).isTrue();
        }
        try (TcpRelay again = TcpRelay.start(LOOPBACK, port, target.getLocalPort())) {
            assertThat(again.port()).isEqualTo(port);
        }
    }

    private Socket connect() throws IOException {
        return new Socket(LOOPBACK, relay.port());
    }

    private static boolean ended(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
