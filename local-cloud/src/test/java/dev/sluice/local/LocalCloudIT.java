package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.LocalCloudSettings.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCloudIT {
    @TempDir
    Path dir;

    @Test
    void start_answersOnLoopbackOnlyAndFindsAllThatWasThereBefore() throws Exception {
        LocalCloudSettings settings = settings();
        try (LocalCloud cloud = LocalCloud.start(settings);
                LineClients clients = LineClients.of(cloud)) {
            assertThat(clients.shards()).isEqualTo(settings.shards());
            clients.makeTables();
            clients.leave(1);
            clients.assertThere(1);
        }
        // Neither the stream is made anew, nor do its shards follow the settings.
        try (LocalCloud cloud = LocalCloud.start(settings.withShards(5));
                LineClients clients = LineClients.of(cloud)) {
            assertThat(clients.shards()).isEqualTo(settings.shards());
            clients.assertThere(1);
            clients.leave(2);
            clients.assertThere(2);
            assertOnLoopbackOnly(cloud.ports());
        }
    }

    @Test
    void kill_givesTheDirectoryBackAndLosesNothingThatWasAcknowledged() throws Exception {
        try (ChildJvm child = ChildJvm.start(LocalCloudMain.class, dir.toString())) {
            String[] addresses = child.await("ready ").split(" ");
            try (LineClients clients =
                    new LineClients(settings(), at(addresses[0]), at(addresses[1]), at(addresses[2]), addresses[3])) {
                clients.makeTables();
                for (int i = 0; i < 5; i++) {
                    clients.leave(i);
                }
                assertThatThrownBy(() -> LocalCloud.start(settings()))
                        .isInstanceOf(LocalCloudException.class)
                        .hasMessageContaining(dir + " is in use by process " + child.pid());
                child.kill();
            }
        }
        try (LocalCloud cloud = LocalCloud.start(settings());
                LineClients clients = LineClients.of(cloud)) {
            for (int i = 0; i < 5; i++) {
                clients.assertThere(i);
            }
        }
    }

    @Test
    void start_namesTheTakenPortAndLeavesNothingRunning() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = taken.getLocalPort();
            assertNamed("Kinesis", port, new Ports(port, 0, 0, 0));
            assertNamed("DynamoDB", port, new Ports(0, port, 0, 0));
            assertNamed("S3", port, new Ports(0, 0, port, 0));
            assertNamed("Redshift", port, new Ports(0, 0, 0, port));
        }
        // Also shows that each failed start gave the directory back.
        LocalCloud.start(settings()).close();
    }

    private static void assertOnLoopbackOnly(Ports ports) throws IOException {
        for (int port : new int[] {ports.kinesis(), ports.dynamodb(), ports.s3(), ports.redshift()}) {
            Loopback.assertOnlyThere(port);
        }
    }

    private void assertNamed(String part, int port, Ports ports) {
        assertThatThrownBy(() -> LocalCloud.start(settings().withPorts(ports)))
                .isInstanceOf(LocalCloudException.class)
                .hasMessageStartingWith(part + " did not start on port " + port + ": ")
                .message()
                .doesNotContain("\n");
    }

    private LocalCloudSettings settings() {
        return LocalCloudSettings.in(dir).withPorts(Ports.ANY);
    }

    private static URI at(String port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
