package dev.sluice.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** What the machine that runs the tests has to offer, beyond a JDK. */
final class Machine {
    private static final List<Path> PROGRAMS =
            List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));

    private Machine() {}

    /** Skips the test, and says so, where one of these programs is missing. */
    static void needs(String... programs) {
        for (String program : programs) {
            boolean there = PROGRAMS.stream().anyMatch(folder -> Files.isExecutable(folder.resolve(program)));
            skipUnless(there, program + " is not installed");
        }
    }

    /** Skips the test, and says so, for anyone but root. */
    static void needsRoot() {
        skipUnless("root".equals(System.getProperty("user.name")), "only root may mount a file system");
    }

    static void skipUnless(boolean held, String reason) {
        if (!held) {
            System.out.println("SKIPPED: " + reason);
        }
        Assumptions.assumeTrue(held, reason);
    }

    /**
     * What to put before a command so that its system calls go wrong; skips the test where that can't be done.
     *
     * @param log what becomes of these calls
     * @param calls names of system calls, by commas
     * @param fault as strace's option {@code inject} has it, such as {@code error=EIO:when=50}
     */
    static List<String> injecting(Path log, String calls, String fault) throws InterruptedException {
        needs("strace");
        try {
            run("strace", "-f", "--seccomp-bpf", "-e", "trace=" + calls, "-o", "/dev/null", "true");
        } catch (IOException e) {
            skipUnless(false, "strace may not trace here: " + e.getMessage());
        }
        // -D: the command stays the process that was started. seccomp: only these calls are slowed down.
        return List.of(
                ("strace -D -f --seccomp-bpf -e trace=" + calls + " -e inject=" + calls + ":" + fault + " -o " + log)
                        .split(" "));
    }

    /**
     * Runs a program to its end; what it printed.
     *
     * @throws IOException when it fails
     */
    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(Arrays.toString(command) + ": " + output);
        }
        return output;
    }
}
