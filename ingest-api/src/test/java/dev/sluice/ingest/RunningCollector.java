package dev.sluice.ingest;

import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.send.FakeRecordSink;
import dev.sluice.ingest.send.RecordSink;
import dev.sluice.ingest.send.StreamRecord;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.util.FileSystemUtils;

/** The real application on free ports, before a stream in memory. */
final class RunningCollector implements AutoCloseable {
    static final String TRACKER = "/com.snowplowanalytics.snowplow/tp2";

    final FakeRecordSink sink = new FakeRecordSink();
    final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Path journal = newFolder();

    RunningCollector(String... arguments) {
        this(true, arguments);
    }

    private RunningCollector(boolean streamInMemory, String... arguments) {
        var all = new ArrayList<>(List.of(
                "--spring.profiles.active=local",
                "--server.port=0",
                "--management.server.port=0",
                "--sluice.ingest.send.linger=20ms",
                "--sluice.ingest.journal.directory=" + journal,
                // The machine's disk is none of the tests' business.
                "--sluice.ingest.journal.keep-free=0B"));
        all.addAll(List.of(arguments));
        SpringApplicationBuilder application = IngestApplication.application();
        if (streamInMemory) {
            application.initializers(
                    c -> ((GenericApplicationContext) c).registerBean("sink", RecordSink.class, () -> sink));
        }
        context = application.run(all.toArray(String[]::new));
    }

    /** Before the stream that it is configured for, there or not. */
    static RunningCollector beforeItsStream(String... arguments) {
        return new RunningCollector(false, arguments);
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("sluice-journal");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    int managementPort() {
        return context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        return request("GET", path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    HttpResponse<byte[]> post(String body, String... headers) throws IOException, InterruptedException {
        return request("POST", TRACKER, HttpRequest.BodyPublishers.ofString(body), headers);
    }

    HttpResponse<byte[]> request(String method, String path, HttpRequest.BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    /** Sends these bytes, reads until the server closes; Latin-1 both ways. */
    String raw(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** The hits in the stream, in order of arrival. */
    List<RawHit> hits() {
        return frames().stream().flatMap(frame -> frame.hits().stream()).toList();
    }

    List<TransportId> ids() {
        return frames().stream()
                .flatMap(frame -> IntStream.range(0, frame.hits().size()).mapToObj(frame::idOf))
                .toList();
    }

    private List<Frame> frames() {
        return sink.frames().stream().map(RunningCollector::frame).toList();
    }

    static Frame frame(StreamRecord record) {
        try {
            return FrameCodec.decode(record.data());
        } catch (FrameFormatException e) {
            throw new AssertionError(e);
        }
    }

    MeterRegistry meters() {
        return context.getBean(MeterRegistry.class);
    }

    /** The sum over all reasons. */
    double requests(String outcome) {
        return meters().get("sluice.ingest.requests").tag("outcome", outcome).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    double requests(String outcome, String reason) {
        return meters().get("sluice.ingest.requests")
                .tag("outcome", outcome)
                .tag("reason", reason)
                .counter()
                .count();
    }

    double allRequests() {
        return meters().get("sluice.ingest.requests").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    double requestsBecauseOf(String reason) {
        return meters().get("sluice.ingest.requests")
                .tag("reason", reason)
                .counter()
                .count();
    }

    @Override
    public void close() {
        context.close();
        http.close();
        FileSystemUtils.deleteRecursively(journal.toFile());
    }
}
