package dev.sluice.bench.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * Makes the stand-in for Kinesis speak TLS, as Kinesis always does: nginx before it, under a certificate made for this run,
 * which the JVMs that call it trust and no others do.
 *
 * @param process nginx
 * @param trust flags for those JVMs
 */
record TlsFront(ServerProcess process, List<String> trust) {
    private static final String PASSWORD = "local-run";
    private static final String ALIAS = "stream";

    /** @param port of the stand-in */
    static TlsFront start(Path nginx, int streamPort, int port, Path home) throws IOException, InterruptedException {
        Path store = home.resolve("stream.p12");
        makeCertificate(store);
        writePem(store, home);
        String http = """
                client_max_body_size 8m;
                client_body_buffer_size 8m;
                upstream stream { server 127.0.0.1:%2$d; keepalive 256; keepalive_requests 1000000000; }
                server {
                  listen 127.0.0.1:%3$d ssl;
                  ssl_certificate %1$s/stream.crt;
                  ssl_certificate_key %1$s/stream.key;
                  location / {
                    proxy_pass http://stream;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Host $http_host;
                  }
                }
                """.formatted(home, streamPort, port);
        ServerProcess process = Nginx.start(nginx, "tls", port, home, http);
        return new TlsFront(
                process,
                List.of(
                        "-Djavax.net.ssl.trustStore=" + store,
                        "-Djavax.net.ssl.trustStorePassword=" + PASSWORD,
                        "-Djavax.net.ssl.trustStoreType=PKCS12"));
    }

    URI uri() {
        return URI.create("https://127.0.0.1:" + process.port());
    }

    private static void makeCertificate(Path store) throws IOException, InterruptedException {
        int exit = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("keytool made no certificate in " + store);
        }
    }

    private static void writePem(Path store, Path home) throws IOException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            Files.writeString(
                    home.resolve("stream.key"),
                    pem(
                            "PRIVATE KEY",
                            keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
            Files.writeString(
                    home.resolve("stream.crt"),
                    pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate in " + store + " cannot be read", e);
        }
    }

    private static String pem(String what, byte[] bytes) {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }
}
