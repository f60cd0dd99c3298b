package dev.sluice.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.line.CliFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class PortOptionsTest {
    @Test
    void defaults_areTheDocumentedOnes() {
        var ports = parse();

        assertThat(new int[] {
                    ports.ingest(),
                    ports.ingestManagement(),
                    ports.consumer(),
                    ports.loader(),
                    ports.kinesis(),
                    ports.dynamodb(),
                    ports.s3(),
                    ports.redshift(),
                    ports.demo()
                })
                .containsExactly(8080, 9080, 9081, 9082, 4567, 8000, 9000, 5439, 8090);
    }

    @Test
    void anyPorts_leavesThoseThatAreGiven() {
        var ports = parse("--any-ports", "--port-s3", "1234");

        assertThat(ports.ingest()).isZero();
        assertThat(ports.s3()).isEqualTo(1234);
        ports.requireFreeForUp();
    }

    @Test
    void chooseForServices_namesThoseThatMayBeAny() throws Exception {
        var ports = parse("--any-ports", "--port-loader", "1234");

        ports.chooseForServices();

        assertThat(ports.loader()).isEqualTo(1234);
        assertThat(new int[] {ports.ingest(), ports.ingestManagement(), ports.consumer()})
                .doesNotContain(0)
                .doesNotHaveDuplicates();
        assertThat(ports.kinesis()).as("a stand-in chooses for itself").isZero();
    }

    @Test
    void takenPort_isNamedWithItsOption() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThatThrownBy(() -> parse("--any-ports", "--port-ingest", port).requireFreeForUp())
                    .isInstanceOf(CliFailure.class)
                    .hasMessageContaining("port " + port + " is taken")
                    .hasMessageContaining("--port-ingest");
            parse("--any-ports", "--port-ingest", port).requireFreeForCloud();
        }
    }

    @Test
    void samePortTwice_isRefused() {
        assertThatThrownBy(() -> parse("--any-ports", "--port-s3", "41234", "--port-kinesis", "41234")
                        .requireFreeForCloud())
                .isInstanceOf(CliFailure.class)
                .hasMessage("--port-s3 and --port-kinesis are both 41234");
    }

    @Test
    void portOutOfRange_isRefused() {
        assertThatThrownBy(() -> parse("--any-ports", "--port-s3", "65536").requireFreeForCloud())
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("--port-s3 is from 0 to 65535");
    }

    private static PortOptions parse(String... arguments) {
        return CommandLine.populateCommand(new PortOptions(), arguments);
    }
}
