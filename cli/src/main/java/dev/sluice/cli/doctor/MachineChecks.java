package dev.sluice.cli.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.cli.doctor.Deployment.Ports;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** This machine: ports, services that run on it, file descriptors, clock. */
final class MachineChecks {
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration MOST_SKEW = Duration.ofSeconds(5);
    /** What a service opens besides its clients' connections: segments, jars, calls to AWS. */
    private static final int OTHER_FILES = 1_000;

    private final HttpClient http;

    MachineChecks(HttpClient http) {
        this.http = http;
    }

    /** A service's ports: free, or its own; and its health, where it runs. */
    List<Check> service(String service, Ports ports) {
        var checks = new ArrayList<Check>();
        checks.add(port(service + ".port", ports, ports.port()));
        if (ports.management() != ports.port()) {
            checks.add(port(service + ".management-port", ports, ports.management()));
        }
        checks.add(Check.of(
                service + ".health",
                "GET " + health(ports),
                "see what the answer and the log of " + service + " say",
                () -> health(service, ports)));
        return checks;
    }

    private Check port(String name, Ports ports, int port) {
        String advice = "end what listens there, or give the service another port";
        return Check.of(name, "whether port " + port + " is free, or the service's own", advice, () -> {
            if (isFree(address(ports), port)) {
                return Finding.ok(port + " is free");
            }
            return isUp(ports)
                    ? Finding.ok(port + " is the running service's")
                    : Finding.fail(port + " is taken, and not by this service", advice);
        });
    }

    @SuppressWarnings("try") // opened to see whether it can be
    private static boolean isFree(InetAddress address, int port) {
        try (var _ = new ServerSocket(port, 1, address)) {
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private boolean isUp(Ports ports) throws InterruptedException {
        try {
            return isHealth(ask(ports));
        } catch (IOException e) {
            return false;
        }
    }

    private HttpResponse<String> ask(Ports ports) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(health(ports)).timeout(ANSWER).build(), BodyHandlers.ofString());
    }

    private static boolean isHealth(HttpResponse<String> answer) {
        return answer.body().contains("\"status\"");
    }

    private static InetAddress address(Ports ports) throws IOException {
        return ports.address().isEmpty() ? InetAddress.getLoopbackAddress() : InetAddress.getByName(ports.address());
    }

    private static URI health(Ports ports) {
        String host = ports.address().isEmpty() || ports.address().equals("0.0.0.0") ? "127.0.0.1" : ports.address();
        return URI.create("http://" + host + ":" + ports.management() + "/actuator/health");
    }

    private Finding health(String service, Ports ports) throws IOException, InterruptedException {
        HttpResponse<String> answer;
        try {
            answer = ask(ports);
        } catch (ConnectException _) {
            return Finding.skipped(service + " does not run here");
        }
        if (!isHealth(answer)) {
            return Finding.fail(
                    "what listens on " + ports.management() + " is not " + service,
                    "end it, or give the service another management port");
        }
        return answer.statusCode() == 200
                ? Finding.ok("up")
                : Finding.fail(answer.statusCode() + " " + answer.body().strip(), "see the log of " + service);
    }

    /** @param connections that a service takes at once, each of which is a file descriptor */
    static Check files(int connections) {
        return Check.of("machine.files", "the limit of file descriptors of a process started here", "raise it", () -> {
            if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
                return Finding.skipped("this system does not count them");
            }
            long limit = system.getMaxFileDescriptorCount();
            long wanted = connections + (long) OTHER_FILES;
            return limit >= wanted
                    ? Finding.ok(limit + ", " + wanted + " may be wanted")
                    : Finding.warn(
                            limit + ", and ingest may want " + wanted,
                            "raise it: LimitNOFILE of the unit, ulimits of the container, or lower server.tomcat.max-connections");
        });
    }

    /** @param from whose clock is taken for right: AWS refuses calls of clocks that are minutes off */
    Check clock(URI from) {
        return Check.of(
                "machine.clock",
                "the Date header of " + from,
                "let chrony or systemd-timesyncd keep the clock, by 169.254.169.123 on AWS",
                () -> clockOf(from));
    }

    private Finding clockOf(URI from) throws InterruptedException {
        Instant before = Instant.now();
        HttpResponse<Void> answer;
        try {
            answer = http.send(HttpRequest.newBuilder(from).timeout(ANSWER).build(), BodyHandlers.discarding());
        } catch (IOException e) {
            return Finding.skipped("cannot ask " + from + ": " + Said.by(e));
        }
        Instant after = Instant.now();
        String date = answer.headers().firstValue("Date").orElse("");
        if (date.isEmpty()) {
            return Finding.skipped(from + " sends no Date");
        }
        Instant theirs =
                ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        // The header has whole seconds, and was written some time between our two looks.
        Duration skew = skew(theirs, before, after);
        return skew.compareTo(MOST_SKEW) <= 0
                ? Finding.ok("at most " + skew.toSeconds() + " s off")
                : Finding.fail(
                        skew.toSeconds() + " s off: events get times that never were, and AWS refuses calls",
                        "let chrony or systemd-timesyncd keep the clock, by 169.254.169.123 on AWS");
    }

    /** How far off at least: 0 when their second can have been between ours. */
    static Duration skew(Instant theirs, Instant before, Instant after) {
        if (theirs.isAfter(after)) {
            return Duration.between(after, theirs);
        }
        Instant theirEnd = theirs.plusSeconds(1);
        return theirEnd.isBefore(before) ? Duration.between(theirEnd, before) : Duration.ZERO;
    }
}
