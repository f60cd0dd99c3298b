package dev.sluice.local.redshift;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One PostgreSQL server on a hidden port of loopback, with its data in a directory that only one process uses at a time. It
 * never outlives this JVM, however that ends: the server's parent is a shell that waits for the end of a pipe from the JVM and
 * then stops it. Everything is synced; what was committed survives any kill.
 */
final class PostgresProcess implements AutoCloseable {
    static final String SUPERUSER = "postgres";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresProcess.class);
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final long MAX_LOG_BYTES = 10 << 20;
    private static final int START_ATTEMPTS = 3;

    /** Fast shutdown (SIGINT) at the end of the pipe; the terminal's signals must not reach it, as the JVM still writes then. */
    private static final String GUARD =
            "trap '' INT TERM HUP; \"$@\" </dev/null & p=$!; cat >/dev/null; kill -INT $p 2>/dev/null; wait $p";

    private static final List<String> CONFIGURATION = List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=100",
            // Redshift's isolation for new clusters is snapshot, which PostgreSQL calls this.
            "default_transaction_isolation=repeatable read",
            "timezone=UTC",
            "log_timezone=UTC",
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "autovacuum=on",
            "autovacuum_naptime=15s",
            // No replicas: rows copied into a table of the same transaction need no log of their own.
            "wal_level=minimal",
            "max_wal_senders=0",
            "max_wal_size=1GB",
            "shared_buffers=128MB",
            "work_mem=32MB",
            "jit=off",
            // Errors of clients go to clients; here they would leave their data in a file.
            "log_min_messages=log",
            "log_checkpoints=off");

    private final Path log;
    private final Path data;
    private final String password;
    private final FileChannel lock;
    private final Process guard;
    private final int port;

    private PostgresProcess(Path log, Path data, String password, FileChannel lock, Running running) {
        this.log = log;
        this.data = data;
        this.password = password;
        this.lock = lock;
        this.guard = running.guard;
        this.port = running.port;
    }

    private record Running(Process guard, int port) {}

    /**
     * Starts the server and waits until it answers.
     *
     * @param directory holds the data, the log and the superuser's password
     * @param programs where PostgreSQL's programs are unpacked to
     * @throws IOException with one clear line when another process uses the directory, or the server can't run
     */
    static PostgresProcess start(Path directory, Path programs) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        FileChannel lock = lock(directory);
        try {
            Path log = directory.resolve("postgres.log");
            rotate(log);
            String password = password(directory.resolve("superuser.password"));
            Path data = directory.resolve("data");
            Path fresh = directory.resolve("data.unfinished");
            boolean initialized = Files.exists(data.resolve("PG_VERSION"));
            Path used = initialized ? data : emptied(fresh);
            PostgresUser user = PostgresUser.choose(programs, used);
            if (initialized) {
                stopOrphan(data);
            } else {
                initialize(user, fresh, password, log);
                Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
                sync(directory);
            }
            return new PostgresProcess(log, data, password, lock, launch(user, data, log));
        } catch (IOException | InterruptedException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    int port() {
        return port;
    }

    /** The superuser's password; known to this machine's user only. */
    String password() {
        return password;
    }

    /** A connection of the superuser, around the front. */
    Connection connect(String database) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", SUPERUSER);
        properties.setProperty("password", password);
        properties.setProperty("sslmode", "disable");
        properties.setProperty("ApplicationName", "sluice-local");
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
        // Of the drivers on the class path the one for this address, and not by way of DriverManager: other modules
        // register
        // drivers of their own there.
        for (Driver driver : ServiceLoader.load(Driver.class)) {
            Connection connection = driver.acceptsURL(url) ? driver.connect(url, properties) : null;
            if (connection != null) {
                return connection;
            }
        }
        throw new SQLException("PostgreSQL's JDBC driver is not on the class path");
    }

    boolean isAlive() {
        return guard.isAlive();
    }

    /** The server's own process id, when it runs. */
    Optional<Long> serverPid() throws IOException {
        return pid(data);
    }

    /** Stops the server, rolling back what is open; waits at most {@link #STOP}. */
    @Override
    public void close() throws IOException {
        try {
            guard.getOutputStream().close();
            if (!guard.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("PostgreSQL did not stop within {} s and is killed", STOP.toSeconds());
                guard.descendants().forEach(ProcessHandle::destroyForcibly);
                guard.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            guard.descendants().forEach(ProcessHandle::destroyForcibly);
        } finally {
            lock.close();
        }
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

    private static void initialize(PostgresUser user, Path data, String password, Path log)
            throws IOException, InterruptedException {
        // Text sorts by its bytes, as in Redshift, and letters of all alphabets have their cases.
        List<String> arguments = List.of(
                "-D",
                user.dataArgument(data),
                "-U",
                SUPERUSER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8");
        run(user.command(user.program("initdb"), arguments), data, "", log);
        // From its first start on it asks for a password.
        Files.writeString(data.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 password\n");
        // Through standard input, as another user could not open a file of ours, and a command line is for all to see.
        run(
                user.command(
                        user.program("postgres"),
                        List.of("--single", "-D", user.dataArgument(data), "-c", "exit_on_error=true", SUPERUSER)),
                data,
                "ALTER ROLE " + SUPERUSER + " PASSWORD '" + password + "'\n",
                log);
    }

    private static void run(List<String> command, Path data, String input, Path log)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(data.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.US_ASCII));
        }
        if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("PostgreSQL's data could not be made: " + tail(log));
        }
    }

    /** A server that lost its guard; the lock says that nobody else is using it. */
    private static void stopOrphan(Path data) throws IOException, InterruptedException {
        Optional<ProcessHandle> orphan = pid(data)
                .flatMap(ProcessHandle::of)
                .filter(p ->
                        p.info().command().map(c -> c.endsWith("/postgres")).orElse(false));
        if (orphan.isEmpty()) {
            return;
        }
        ProcessHandle server = orphan.get();
        // One whose JVM was just killed is on its way out.
        if (!ended(server, Duration.ofSeconds(5))) {
            LOG.info("stopping the PostgreSQL that an earlier run left behind");
            new ProcessBuilder("kill", "-INT", Long.toString(server.pid()))
                    .start()
                    .waitFor();
            if (!ended(server, STOP)) {
                throw new IOException("a PostgreSQL that uses " + data + " does not stop: process " + server.pid());
            }
        }
    }

    private static boolean ended(ProcessHandle process, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (process.isAlive()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    /** A free port may be taken before the server has it, so a failed start is tried again with another one. */
    private static Running launch(PostgresUser user, Path data, Path log) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            Process guard = spawn(user, data, log, freePort());
            Optional<Integer> port;
            try {
                port = awaitReady(guard, data);
            } catch (IOException | InterruptedException e) {
                guard.getOutputStream().close();
                throw e;
            }
            if (port.isPresent()) {
                return new Running(guard, port.get());
            }
            guard.getOutputStream().close();
            if (!guard.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                guard.descendants().forEach(ProcessHandle::destroyForcibly);
            }
            String end = tail(log);
            if (attempt == START_ATTEMPTS || !end.contains("Address already in use")) {
                throw new IOException("PostgreSQL does not start: " + end);
            }
        }
    }

    private static Process spawn(PostgresUser user, Path data, Path log, int port) throws IOException {
        var arguments = new ArrayList<>(List.of("-D", user.dataArgument(data), "-p", Integer.toString(port)));
        CONFIGURATION.forEach(setting -> arguments.addAll(List.of("-c", setting)));
        var command = new ArrayList<>(sessionOfItsOwn());
        command.addAll(List.of("/bin/sh", "-c", GUARD, "sluice-postgres"));
        command.addAll(user.command(user.program("postgres"), arguments));
        return new ProcessBuilder(command)
                .directory(data.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Ctrl-C goes to the terminal's whole process group: the server must not be in it. */
    private static List<String> sessionOfItsOwn() {
        for (String bin : List.of("/usr/bin/setsid", "/bin/setsid")) {
            if (Files.isExecutable(Path.of(bin))) {
                return List.of(bin);
            }
        }
        return Files.isExecutable(Path.of("/usr/bin/perl"))
                ? List.of("/usr/bin/perl", "-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV")
                : List.of();
    }

    /** @return the port it answers on, or empty when it ended */
    private static Optional<Integer> awaitReady(Process guard, Path data) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (guard.isAlive() && System.nanoTime() - deadline < 0) {
            List<String> status = status(data);
            // Line 4 is the port, line 8 the state.
            if (status.size() >= 8 && status.get(7).startsWith("ready") && isOf(guard, status.getFirst())) {
                return Optional.of(Integer.parseInt(status.get(3).strip()));
            }
            Thread.sleep(10);
        }
        return Optional.empty();
    }

    /** The file of a server that was killed is left behind, and says "ready" too. */
    private static boolean isOf(Process guard, String pid) {
        return guard.descendants().anyMatch(p -> Long.toString(p.pid()).equals(pid.strip()));
    }

    private static Optional<Long> pid(Path data) throws IOException {
        List<String> status = status(data);
        return status.isEmpty()
                ? Optional.empty()
                : Optional.of(Long.parseLong(status.getFirst().strip()));
    }

    private static List<String> status(Path data) throws IOException {
        Path file = data.resolve("postmaster.pid");
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static void rotate(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
            Files.move(log, log.resolveSibling("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String tail(Path log) throws IOException {
        String text = Files.exists(log)
                ? Files.readString(log, StandardCharsets.UTF_8).strip()
                : "";
        return text.substring(Math.max(0, text.length() - 600)) + " (in " + log + ")";
    }

    @Override
    public String toString() {
        return "PostgreSQL on 127.0.0.1:" + port + " (" + log.getParent() + ")";
    }
}
