package dev.sluice.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL's life and death beside a JVM's, with real JVMs that are really killed. */
class PostgresProcessIT {
    /** JUnit makes it for its owner alone, as root's home is. */
    @TempDir
    Path directory;

    @TempDir
    static Path programs;

    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void endChildren() {
        children.forEach(Process::destroyForcibly);
    }

    @Test
    void kill_leavesNoOrphanAndLosesNoCommittedRow() throws Exception {
        for (int committed = 1; committed <= 3; committed++) {
            Process child = hold(List.of(), System.getProperty("java.class.path"), directory, programs);
            assertThat(firstLine(child)).isEqualTo("rows " + committed);
            ProcessHandle server = ProcessHandle.of(serverPid(directory)).orElseThrow();
            child.destroyForcibly().waitFor();
            await().atMost(Duration.ofSeconds(10)).until(() -> !server.isAlive());
        }
    }

    @Test
    void start_stopsAServerThatLostItsGuard() throws Exception {
        Process child = hold(List.of(), System.getProperty("java.class.path"), directory, programs);
        assertThat(firstLine(child)).isEqualTo("rows 1");
        ProcessHandle server = ProcessHandle.of(serverPid(directory)).orElseThrow();
        server.parent().orElseThrow().destroyForcibly();
        child.destroyForcibly().waitFor();
        assertThat(server.isAlive()).isTrue();

        try (var next = PostgresProcess.start(directory.resolve("redshift"), programs)) {
            assertThat(server.isAlive()).isFalse();
            assertThat(next.isAlive()).isTrue();
        }
    }

    @Test
    void start_refusesADirectoryThatIsInUse() throws Exception {
        Path redshift = directory.resolve("redshift");
        try (var first = PostgresProcess.start(redshift, programs)) {
            assertThat(first.serverPid()).isPresent();
            assertThatThrownBy(() -> PostgresProcess.start(redshift, programs))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process uses");
        }
    }

    @Test
    void start_beginsAgainWhenTheFirstOneWasCutShort() throws Exception {
        Path unfinished = directory.resolve("redshift/data.unfinished");
        Files.createDirectories(unfinished);
        Files.writeString(unfinished.resolve("PG_VERSION"), "18\n");
        try (var postgres = PostgresProcess.start(directory.resolve("redshift"), programs)) {
            assertThat(postgres.isAlive()).isTrue();
        }
        assertThat(unfinished).doesNotExist();
    }

    @Test
    void close_stopsTheServer() throws Exception {
        var postgres = PostgresProcess.start(directory.resolve("redshift"), programs);
        ProcessHandle server =
                ProcessHandle.of(postgres.serverPid().orElseThrow()).orElseThrow();
        postgres.close();
        assertThat(server.isAlive()).isFalse();
    }

    @Test
    void start_worksForANormalUser() throws Exception {
        assumeTrue(
                new UnixSystem().getUid() == 0, "only root can become another user; as one, the other tests show it");
        Path open = Files.createTempDirectory(Path.of("/tmp"), "sluice-nobody");
        try {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
            List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--");
            Process child = hold(nobody, readableClassPath(open), open, open.resolve("bin"));
            assertThat(firstLine(child)).isEqualTo("rows 1");
            ProcessHandle server = ProcessHandle.of(serverPid(open)).orElseThrow();
            child.destroyForcibly().waitFor();
            await().atMost(Duration.ofSeconds(10)).until(() -> !server.isAlive());
        } finally {
            PostgresPrograms.delete(open);
        }
    }

    @Test
    void start_takesOverDataOfAnotherUserWhenRoot() throws Exception {
        assumeTrue(new UnixSystem().getUid() == 0, "needs root");
        Path redshift = directory.resolve("redshift");
        PostgresProcess.start(redshift, programs).close();
        try (Stream<Path> files = Files.walk(redshift.resolve("data"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.setAttribute(file, "unix:uid", 12345);
            }
        }
        try (var postgres = PostgresProcess.start(redshift, programs)) {
            assertThat(postgres.isAlive()).isTrue();
        }
    }

    private Process hold(List<String> prefix, String classPath, Path at, Path programs) throws IOException {
        var command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                RedshiftHolder.class.getName(),
                at.resolve("redshift").toString(),
                programs.toString()));
        Process child = new ProcessBuilder(command)
                .directory(at.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        children.add(child);
        return child;
    }

    private static String firstLine(Process child) throws IOException {
        var out = new BufferedReader(child.inputReader(StandardCharsets.UTF_8));
        String line;
        while ((line = out.readLine()) != null && !line.startsWith("rows ")) {
            // The log.
        }
        return String.valueOf(line);
    }

    private static long serverPid(Path at) throws IOException {
        return Long.parseLong(
                Files.readAllLines(at.resolve("redshift/data/postmaster.pid")).getFirst());
    }

    /** The class path of this JVM where everybody can read it; it may be in root's home. */
    private static String readableClassPath(Path open) throws IOException {
        Path library = Files.createDirectory(open.resolve("lib"));
        var entries = new ArrayList<String>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry);
            if (!Files.exists(from)) {
                continue;
            }
            Path to = library.resolve(entries.size() + "-" + from.getFileName());
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Path target = to.resolve(from.relativize(file).toString());
                    Files.copy(file, file.equals(from) ? to : target);
                    Files.setPosixFilePermissions(
                            file.equals(from) ? to : target,
                            PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
            entries.add(to.toString());
        }
        return String.join(File.pathSeparator, entries);
    }
}
