package dev.sluice.local.redshift;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
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

    private final PostgresDirectory directory;
    private final Process guard;
    private final int port;

    private PostgresProcess(PostgresDirectory directory, Running running) {
        this.directory = directory;
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
        PostgresDirectory opened = PostgresDirectory.open(directory);
        try {
            PostgresUser user = opened.userOf(programs);
            if (opened.isInitialized()) {
                stopOrphan(opened);
            } else {
                opened.initialize(user);
            }
            return new PostgresProcess(opened, launch(user, opened));
        } catch (IOException | InterruptedException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    int port() {
        return port;
    }

    /** The superuser's password; known to this machine's user only. */
    String password() {
        return directory.password();
    }

    /** A connection of the superuser, around the front. */
    Connection connect(String database) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", SUPERUSER);
        properties.setProperty("password", directory.password());
        properties.setProperty("sslmode", "disable");
        properties.setProperty("ApplicationName", "sluice-local");
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
        // Of the drivers on the class path the one for this address, and not by way of DriverManager: other modules
        // register drivers of their own there.
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
        return directory.serverPid();
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
            directory.close();
        }
    }

    /** A server that lost its guard; the lock says that nobody else is using it. */
    private static void stopOrphan(PostgresDirectory directory) throws IOException, InterruptedException {
        Optional<ProcessHandle> orphan = directory
                .serverPid()
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
                throw new IOException(
                        "a PostgreSQL that uses " + directory.data() + " does not stop: process " + server.pid());
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
    private static Running launch(PostgresUser user, PostgresDirectory directory)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            Process guard = spawn(user, directory, freePort());
            Optional<Integer> port;
            try {
                port = awaitReady(guard, directory);
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
            String end = directory.logTail();
            if (attempt == START_ATTEMPTS || !end.contains("Address already in use")) {
                throw new IOException("PostgreSQL does not start: " + end);
            }
        }
    }

    private static Process spawn(PostgresUser user, PostgresDirectory directory, int port) throws IOException {
        var arguments =
                new ArrayList<>(List.of("-D", user.dataArgument(directory.data()), "-p", Integer.toString(port)));
        CONFIGURATION.forEach(setting -> arguments.addAll(List.of("-c", setting)));
        var command = new ArrayList<>(sessionOfItsOwn());
        command.addAll(List.of("/bin/sh", "-c", GUARD, "sluice-postgres"));
        command.addAll(user.command(user.program("postgres"), arguments));
        return new ProcessBuilder(command)
                .directory(directory.data().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.log().toFile()))
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
    private static Optional<Integer> awaitReady(Process guard, PostgresDirectory directory)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (guard.isAlive() && System.nanoTime() - deadline < 0) {
            List<String> status = directory.serverStatus();
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

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @Override
    public String toString() {
        return "PostgreSQL on 127.0.0.1:" + port + " (" + directory.log().getParent() + ")";
    }
}
