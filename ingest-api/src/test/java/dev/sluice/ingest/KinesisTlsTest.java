package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.common.aws.AwsProperties;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Hits go only to who proves to be the one that was meant: the client of the wiring, before a server that may not be it. */
class KinesisTlsTest {
    private static final String PASSWORD = "changeit";
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";

    @TempDir
    Path keys;

    private final AtomicInteger requests = new AtomicInteger();

    @AfterEach
    void trustAsBefore() {
        System.clearProperty(TRUST_STORE);
        System.clearProperty(TRUST_STORE + "Password");
    }

    /** Without this one the two below would pass with any client that never connects. */
    @Test
    void put_goesToAServerOfAKnownAuthority_underItsName() throws Exception {
        Path server = keyPair("SAN=dns:localhost,ip:127.0.0.1");
        trust(server);
        put(server);
        assertThat(requests).hasValue(1);
    }

    @Test
    void put_neverReachesAServerOfAnUnknownAuthority() throws Exception {
        Path server = keyPair("SAN=dns:localhost,ip:127.0.0.1");
        assertThatThrownBy(() -> put(server)).hasStackTraceContaining("unable to find valid certification path");
        assertThat(requests).hasValue(0);
    }

    @Test
    void put_neverReachesAServerOfAnotherName() throws Exception {
        Path server = keyPair("SAN=dns:kinesis.us-east-1.example.com");
        trust(server);
        assertThatThrownBy(() -> put(server))
                .hasStackTraceContaining("localhost")
                .hasStackTraceContaining("subject alternative");
        assertThat(requests).hasValue(0);
    }

    private void put(Path serverKeys) throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(identity(serverKeys)));
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            // CBOR's empty map: the client asks for nothing more.
            byte[] answer = {(byte) 0xA0};
            exchange.getResponseHeaders().add("Content-Type", "application/x-amz-cbor-1.1");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        var aws = new AwsProperties(
                "us-east-1",
                AwsProperties.Credentials.LOCAL,
                new AwsProperties.Endpoint(at(server), at(server), at(server), null),
                Duration.ofSeconds(10),
                Duration.ofSeconds(20));
        try (KinesisClient client =
                new IngestConfiguration.KinesisConfiguration().kinesisClient(aws, defaultProperties())) {
            client.putRecord(put -> put.streamName("sluice").partitionKey("1").data(SdkBytes.fromUtf8String("a hit")));
        } finally {
            server.stop(0);
        }
    }

    private static URI at(HttpsServer server) {
        return URI.create("https://localhost:" + server.getAddress().getPort());
    }

    private static IngestProperties defaultProperties() {
        return new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("sluice.ingest", IngestProperties.class);
    }

    /** A key with a certificate that it signed itself. */
    private Path keyPair(String names) throws Exception {
        Path file = keys.resolve("server.p12");
        keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=server", "-ext", names, "-keystore", file.toString());
        return file;
    }

    /** From now on this certificate is trusted, and no other. */
    private void trust(Path server) throws Exception {
        Path certificate = keys.resolve("server.crt");
        Path trust = keys.resolve("trust.p12");
        keytool("-exportcert", "-keystore", server.toString(), "-file", certificate.toString());
        keytool("-importcert", "-noprompt", "-keystore", trust.toString(), "-file", certificate.toString());
        System.setProperty(TRUST_STORE, trust.toString());
        System.setProperty(TRUST_STORE + "Password", PASSWORD);
    }

    private static void keytool(String... arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-alias", "server", "-storepass", PASSWORD, "-storetype", "PKCS12"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static SSLContext identity(Path serverKeys) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(serverKeys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }
}
