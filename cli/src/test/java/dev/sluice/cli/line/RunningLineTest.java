package dev.sluice.cli.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningLineTest {
    private static final URI SOMEWHERE = URI.create("http://127.0.0.1:1");
    private static final RunningLine HERE = RunningLine.here(
            new RunningLine.Services(SOMEWHERE, SOMEWHERE, SOMEWHERE, SOMEWHERE, null),
            new RunningLine.Cloud(SOMEWHERE, SOMEWHERE, SOMEWHERE, "jdbc:redshift://127.0.0.1:1/dev", "sluice"));

    @TempDir
    Path data;

    @Test
    void find_givesBackWhatWasWritten() throws IOException {
        HERE.write(data);

        assertThat(RunningLine.find(data)).contains(HERE);
        assertThat(RunningLine.require(data)).isEqualTo(HERE);
    }

    @Test
    void find_seesNothingWhereNothingRan() {
        assertThat(RunningLine.find(data)).isEmpty();
        assertThatThrownBy(() -> RunningLine.require(data))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("./sluice up");
    }

    @Test
    void find_seesNothingAfterACleanStop() throws IOException {
        HERE.write(data);
        RunningLine.remove(data);

        assertThat(RunningLine.find(data)).isEmpty();
    }

    @Test
    void find_seesThroughAKilledProcess() throws Exception {
        var process = new ProcessBuilder("sh", "-c", "exit 0").start();
        process.waitFor();
        new RunningLine(process.pid(), HERE.started(), HERE.services(), HERE.cloud()).write(data);

        assertThat(RunningLine.find(data)).isEmpty();
    }

    @Test
    void find_seesThroughAPidThatAnotherProcessHasNow() throws IOException {
        new RunningLine(HERE.pid(), HERE.started().minus(Duration.ofHours(1)), HERE.services(), HERE.cloud())
                .write(data);

        assertThat(RunningLine.find(data)).isEmpty();
    }

    @Test
    void find_namesAFileItCannotRead() throws IOException {
        Files.writeString(data.resolve("up.json"), "{\"pid\":");

        assertThatThrownBy(() -> RunningLine.find(data))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("up.json");
    }
}
