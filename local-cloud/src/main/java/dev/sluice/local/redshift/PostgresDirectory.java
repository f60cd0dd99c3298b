package dev.sluice.local.redshift;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server's data, log and superuser's password on disk. Belongs to one process at a time, from {@link #open} to {@link
 * #close}.
 */
final class PostgresDirectory implements AutoCloseable {
    private static final Duration INITIALIZE = Duration.ofSeconds(90);
    private static final long MAX_LOG_BYTES = 10 << 20;

    private final Path directory;
    private final FileChannel lock;
    private final String password;

    private PostgresDirectory(Path directory, FileChannel lock, String password) {
        this.directory = directory;
        this.lock = lock;
        this.password = password;
    }

    /** @throws IOException with one clear line when another process uses it */
    static PostgresDirectory open(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel lock = lock(directory);
        try {
            rotate(directory.resolve("postgres.log"));
            return new PostgresDirectory(directory, lock, password(directory.resolve("superuser.password")));
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    Path data() {
        return directory.resolve("data");
    }

    Path log() {
        return directory.resolve("postgres.log");
    }

    /** The superuser's; known to this machine's user only. */
    String password() {
        return password;
    }

    boolean isInitialized() {
        return Files.exists(data().resolve("PG_VERSION"));
    }

    /** Who can run the programs on the data. */
    PostgresUser userOf(Path programs) throws IOException, InterruptedException {
        return PostgresUser.choose(programs, isInitialized() ? data() : emptied(unfinished()));
    }

    private Path unfinished() {
        return directory.resolve("data.unfinished");
    }

    /** Makes a database, under another name until it is whole. */
    void initialize(PostgresUser user) throws IOException, InterruptedException {
        Path fresh = unfinished();
        fill(user, fresh);
        Files.move(fresh, data(), StandardCopyOption.ATOMIC_MOVE);
        sync(directory);
    }

    private void fill(PostgresUser user, Path data) throws IOException, InterruptedException {
        // Text sorts by its bytes, as in Redshift, and letters of all alphabets have their cases.
        List<String> arguments = List.of(
                "-D",
                user.dataArgument(data),
                "-U",
                PostgresProcess.SUPERUSER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8");
        run(user.command(user.program("initdb"), arguments), data, "");
        // From its first start on it asks for a password.
        Files.writeString(data.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 password\n");
        // Through standard input, as another user could not open a file of ours, and a command line is for all to see.
        run(
                user.command(
                        user.program("postgres"),
                        List.of(
                                "--single",
                                "-D",
                                user.dataArgument(data),
                                "-c",
                                "exit_on_error=true",
                                PostgresProcess.SUPERUSER)),
                data,
                "ALTER ROLE " + PostgresProcess.SUPERUSER + " PASSWORD '" + password + "'\n");
    }

    private void run(List<String> command, Path data, String input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(data.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.US_ASCII));
        }
        if (!process.waitFor(INITIALIZE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("PostgreSQL's data could not be made: " + logTail());
        }
    }

    /** The server's own process id, or that of the last one, if it was killed. */
    Optional<Long> serverPid() throws IOException {
        List<String> status = serverStatus();
        return status.isEmpty()
                ? Optional.empty()
                : Optional.of(Long.parseLong(status.getFirst().strip()));
    }

    /** What the server writes about itself, line by line; nothing when it was stopped. */
    List<String> serverStatus() throws IOException {
        Path file = data().resolve("postmaster.pid");
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    /** The end of what the server said, for an error's text. */
    String logTail() throws IOException {
        Path log = log();
        String text = Files.exists(log)
                ? Files.readString(log, StandardCharsets.UTF_8).strip()
                : "";
        return text.substring(Math.max(0, text.length() - 600)) + " (in " + log + ")";
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock taken;
        try {
            taken = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            taken = null;
        }
        if (taken == null) {
            channel.close();
            throw new IOException("another process uses " + directory);
        }
        return channel;
    }

    /** Made once; a file of ours alone, as PostgreSQL lets its superuser run programs. */
    private static String password(Path file) throws IOException {
        if (Files.exists(file)) {
            String kept = Files.readString(file).strip();
            if (!kept.isEmpty()) {
                return kept;
            }
            Files.delete(file);
        }
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, password);
        return password;
    }

    /** Without it a power cut could bring the unfinished name back, and the next start would empty it. */
    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path emptied(Path directory) throws IOException {
        if (Files.exists(directory)) {
            PostgresPrograms.delete(directory);
        }
        return Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static void rotate(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
            Files.move(log, log.resolveSibling("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
