package dev.sluice.local.redshift;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * As whom PostgreSQL's programs run: they refuse to be root. A normal user runs them as himself; root hands them to user 65534,
 * or else to a user namespace.
 *
 * <p>Root's directories are often closed to others, so that user 65534 may not even walk to the data. Then the data directory
 * is not named but inherited: the programs are started in it and told {@code /proc/self/cwd}.
 *
 * @param programs the directory with {@code bin/postgres}
 * @param prefix what stands before a command
 * @param owner the user id that must own the data
 * @param inheritsData whether the data directory is named by being the current one
 */
record PostgresUser(Path programs, List<String> prefix, long owner, boolean inheritsData) {
    private static final long NOBODY = 65534;
    private static final long ROOT = 0;
    private static final int PROBE_SECONDS = 20;
    /** For root whose own directories are closed: a place that all can reach. */
    private static final Path REACHABLE = Path.of("/var/tmp/sluice-programs");

    private static final List<List<String>> DROP_ROOT = List.of(
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"),
            List.of("chroot", "--skip-chdir", "--userspec=65534:65534", "/"));
    /** Outside of the namespace it stays root, without root's privileges: comes last. */
    private static final List<String> NAMESPACE = List.of("unshare", "-U", "--");

    /**
     * Finds a way that works here, and makes the data its own.
     *
     * @param home where the programs are unpacked to
     * @param data the data directory, which exists
     */
    static PostgresUser choose(Path home, Path data) throws IOException, InterruptedException {
        long me = new UnixSystem().getUid();
        if (me != ROOT) {
            var user = new PostgresUser(PostgresPrograms.unpack(home), List.of(), me, false);
            user.demandOwnData(data);
            return user;
        }
        Files.createDirectories(home);
        boolean open = isOpenToAll(home);
        if (open || isSafe(REACHABLE)) {
            Path reachable = open ? home : REACHABLE;
            for (List<String> prefix : DROP_ROOT) {
                var user = new PostgresUser(PostgresPrograms.unpack(reachable), prefix, NOBODY, true);
                if (user.takes(data)) {
                    return user;
                }
            }
        }
        var user = new PostgresUser(PostgresPrograms.unpack(home), NAMESPACE, ROOT, true);
        if (user.takes(data)) {
            return user;
        }
        throw new IOException("PostgreSQL refuses to run as root, and none of setpriv, chroot --userspec and unshare -U"
                + " could run it here as somebody else: start as a normal user");
    }

    private boolean takes(Path data) throws IOException, InterruptedException {
        own(data);
        return works(data);
    }

    /** How the data directory is named to the programs, which are to be started in it. */
    String dataArgument(Path data) {
        return inheritsData ? "/proc/self/cwd" : data.toString();
    }

    Path program(String name) {
        return programs.resolve("bin").resolve(name);
    }

    List<String> command(Path program, List<String> arguments) {
        var command = new ArrayList<>(prefix);
        command.add(program.toString());
        command.addAll(arguments);
        return command;
    }

    private boolean works(Path data) throws IOException, InterruptedException {
        var command = new ArrayList<>(prefix);
        command.addAll(List.of(
                "/bin/sh",
                "-c",
                "test -w . && exec \"$1\" --version",
                "sh",
                program("postgres").toString()));
        Process probe;
        try {
            probe = new ProcessBuilder(command)
                    .directory(data.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return false; // no such program
        }
        probe.getOutputStream().close();
        String answer = new String(probe.getInputStream().readNBytes(1000), StandardCharsets.UTF_8);
        if (!probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
            probe.destroyForcibly();
            return false;
        }
        return probe.exitValue() == 0 && answer.startsWith("postgres ");
    }

    private void demandOwnData(Path data) throws IOException {
        if (uid(data) != owner) {
            throw new IOException(data + " belongs to user " + uid(data) + " and this is user " + owner
                    + ": it was started as somebody else before");
        }
    }

    /** Makes the data belong to the user PostgreSQL will be; it may have been another one at the last start. */
    private void own(Path data) throws IOException {
        if (uid(data) == owner) {
            return;
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.setAttribute(file, "unix:uid", (int) owner, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(file, "unix:gid", (int) owner, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private static long uid(Path path) throws IOException {
        return Integer.toUnsignedLong((int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    }

    private static boolean isOpenToAll(Path directory) throws IOException {
        for (Path at = directory.toRealPath(); at != null; at = at.getParent()) {
            if (!Files.getPosixFilePermissions(at).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }

    /** Nobody but root may have put something there, as what is there will be run. */
    private static boolean isSafe(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            return false;
        }
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && uid(directory) == ROOT
                && !mode.contains(PosixFilePermission.GROUP_WRITE)
                && !mode.contains(PosixFilePermission.OTHERS_WRITE);
    }
}
