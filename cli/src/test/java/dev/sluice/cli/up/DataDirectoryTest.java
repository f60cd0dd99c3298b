package dev.sluice.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.line.CliFailure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path parent;

    @Test
    void claim_keepsWhatIsThere() throws Exception {
        Path data = parent.resolve("data");
        try (var _ = DataDirectory.claim(data, false)) {
            Files.createDirectories(data.resolve("cloud/kinesis"));
        }
        try (var _ = DataDirectory.claim(data, false)) {
            assertThat(data.resolve("cloud/kinesis")).isDirectory();
        }
    }

    @Test
    void claim_freshEmptiesItsOwnDirectoryAndFollowsNoLink() throws Exception {
        Path data = parent.resolve("data");
        Path elsewhere = Files.writeString(
                Files.createDirectories(parent.resolve("elsewhere")).resolve("kept"), "x");
        try (var _ = DataDirectory.claim(data, false)) {
            Files.createDirectories(data.resolve("cloud/kinesis"));
            Files.writeString(data.resolve("cloud/kinesis/records"), "x");
            Files.createSymbolicLink(data.resolve("link"), elsewhere.getParent());
        }

        try (var _ = DataDirectory.claim(data, true)) {
            assertThat(data).isDirectoryNotContaining("glob:**/{cloud,link}");
            assertThat(elsewhere).exists();
        }
    }

    @Test
    void claim_freshLeavesAStrangersDirectoryAlone() throws Exception {
        Path precious = Files.writeString(parent.resolve("precious"), "x");

        assertThatThrownBy(() -> DataDirectory.claim(parent, true))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("not made by sluice");
        assertThat(precious).exists();
    }

    /** The lock is between processes, so the second claim comes from another one. */
    @Test
    void claim_isForOneProcessAtATime() throws Exception {
        Path data = parent.resolve("data");
        try (var _ = DataDirectory.claim(data, false)) {
            var other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Claim.class.getName(),
                            data.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(other.waitFor()).isEqualTo(1);
            assertThat(said).contains("another sluice runs on " + data);
        }
    }

    /** Claims its argument, and says why when it can't. */
    static final class Claim {
        private Claim() {}

        public static void main(String[] args) throws Exception {
            try (var _ = DataDirectory.claim(Path.of(args[0]), false)) {
                System.out.println("claimed");
            } catch (CliFailure e) {
                System.out.println(e.getMessage());
                System.exit(1);
            }
        }
    }
}
