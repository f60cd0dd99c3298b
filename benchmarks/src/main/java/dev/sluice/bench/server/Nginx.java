package dev.sluice.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** nginx, where it is installed. */
final class Nginx {
    private Nginx() {}

    static Optional<Path> find() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Answers each request with its built-in pixel and does nothing else: what HTTP itself costs on this machine. */
    static ServerProcess startPixel(Path program, int port, Path directory) throws IOException {
        return start(
                program,
                "nginx",
                port,
                directory,
                "server { listen 127.0.0.1:%d; location / { empty_gif; } }".formatted(port));
    }

    /**
     * Keeps its files in the directory.
     *
     * @param http what stands in its block of that name, with a server that listens on the port
     */
    static ServerProcess start(Path program, String name, int port, Path directory, String http) throws IOException {
        Path file = Files.createDirectories(directory).resolve("nginx.conf");
        Files.writeString(file, """
                daemon off;
                worker_processes auto;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  keepalive_requests 1000000000;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  %2$s
                }
                """.formatted(directory, http));
        return ServerProcess.start(
                name,
                port,
                directory,
                List.of(program.toString(), "-p", directory.toString(), "-c", file.toString(), "-e", "stderr"));
    }
}
