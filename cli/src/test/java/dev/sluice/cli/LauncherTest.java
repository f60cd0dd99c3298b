package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell script at the root, with JDKs that are only as much of one as it looks at. */
class LauncherTest {
    private static final Path LAUNCHER = Path.of(System.getProperty("sluice.root", ".."), "sluice")
            .toAbsolutePath()
            .normalize();

    @TempDir
    Path directory;

    private record Ran(int exit, String out, String err) {}

    @BeforeEach
    void needsAShell() {
        assumeTrue(Files.exists(Path.of("/bin/sh")), "no /bin/sh here");
    }

    @Test
    void withoutAJdk_saysOneLineAndFails() throws Exception {
        jdk("jdk-17", "17.0.15");

        var ran = run(LAUNCHER, Map.of("SLUICE_JDK_DIR", directory.toString()));

        assertThat(ran.exit).isEqualTo(1);
        assertThat(ran.out).isEmpty();
        assertThat(ran.err.lines()).singleElement().asString().contains("no JDK 25", "JAVA_HOME");
    }

    @Test
    void passesOverOlderJdksAndRunsTheJar() throws Exception {
        Path old = jdk("a-jdk-17", "17.0.15");
        Path right = jdk("b-jdk-25", "25.0.3");

        var ran = run(
                LAUNCHER,
                Map.of("SLUICE_JDK_DIR", directory.toString(), "JAVA_HOME", old.toString()),
                "query",
                "select 'two words'");

        assertThat(ran.err).isEmpty();
        assertThat(ran.exit).isZero();
        assertThat(ran.out)
                .startsWith(right + "/bin/java ")
                .contains("-jar " + LAUNCHER.getParent() + "/cli/target/sluice-cli.jar [query] [select 'two words']");
    }

    @Test
    void takesJavaHomeFirst() throws Exception {
        jdk("a-jdk-25", "25");
        Path home = jdk("z-jdk-25", "25.0.1");

        var ran = run(LAUNCHER, Map.of("SLUICE_JDK_DIR", directory.toString(), "JAVA_HOME", home.toString()));

        assertThat(ran.out).startsWith(home + "/bin/java ");
    }

    @Test
    void findsItsRootThroughLinks() throws Exception {
        Path right = jdk("jdk-25", "25.0.3");
        Path link = Files.createSymbolicLink(directory.resolve("link"), LAUNCHER);
        Path second = Files.createSymbolicLink(directory.resolve("second"), Path.of("link"));
        var ran = run(second, Map.of("JAVA_HOME", right.toString(), "PATH", "/usr/bin:/bin"));

        Files.delete(second);
        Files.delete(link);
        assertThat(ran.out).contains("-jar " + LAUNCHER.getParent() + "/cli/target/sluice-cli.jar");
    }

    @Test
    void trial_listsWhatThereIs_andRefusesWhatThereIsNot() throws Exception {
        Path right = jdk("jdk-25", "25.0.3");
        var environment = Map.of("JAVA_HOME", right.toString(), "PATH", "/usr/bin:/bin");

        var help = run(LAUNCHER, environment, "trial", "--help");
        assertThat(help.exit).isZero();
        assertThat(help.out).contains("power-loss ", "fuzz ").doesNotContain("PowerLossIT");

        var unknown = run(LAUNCHER, environment, "trial", "nope");
        assertThat(unknown.exit).isEqualTo(2);
        assertThat(unknown.err.lines()).singleElement().asString().contains("'nope'", "./sluice trial --help");
    }

    @Test
    void bench_runsItsOwnJar_withTheWordsBehindIt() throws Exception {
        Path right = jdk("jdk-25", "25.0.3");

        var ran = run(LAUNCHER, Map.of("JAVA_HOME", right.toString()), "bench", "edge", "--runs", "3");

        assertThat(ran.err).isEmpty();
        assertThat(ran.out)
                .contains("-jar " + LAUNCHER.getParent() + "/benchmarks/target/sluice-bench.jar [edge] [--runs] [3]");
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = directory.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        String script = """
                #!/bin/sh
                printf '%s' "$0"
                while [ "$1" != -jar ]; do printf ' %s' "$1"; shift; done
                printf ' -jar %s' "$2"; shift 2
                for word; do printf ' [%s]' "$word"; done
                """;
        for (String program : new String[] {"java", "javac"}) {
            Path file = Files.writeString(home.resolve("bin").resolve(program), script);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return home;
    }

    /** Without a PATH, unless it is given: the script must find a JDK, or say that it can't, by itself. */
    private Ran run(Path launcher, Map<String, String> environment, String... arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add("/bin/sh");
        command.add(launcher.toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/nonexistent");
        builder.environment().put("SLUICE_NO_BUILD", "1");
        builder.environment().putAll(environment);
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        var process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        int exit = process.waitFor();
        return new Ran(
                exit, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }
}
