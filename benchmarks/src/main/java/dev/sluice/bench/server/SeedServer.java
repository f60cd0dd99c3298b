package dev.sluice.bench.server;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * The way that Sluice is the answer to, as a team would write it with Spring Boot: a controller that puts each request into the
 * stream as one record of JSON, and answers when the stream has it. Done as well as that can be: one client for the process,
 * connections kept alive, as many of them as there are threads.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    TomcatServletWebServerAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class,
    HttpMessageConvertersAutoConfiguration.class
})
@Import(SeedServer.Pixels.class)
public class SeedServer {
    private static final int THREADS = 200;

    /** The controller. */
    @RestController
    static final class Pixels {
        private static final byte[] PIXEL =
                Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==");
        private static final JsonMapper JSON = JsonMapper.builder().build();

        private final KinesisClient client;

        Pixels(KinesisClient client) {
            this.client = client;
        }

        @GetMapping("/health")
        String health() {
            return "ok";
        }

        @GetMapping("/i")
        ResponseEntity<byte[]> pixel(HttpServletRequest request, @RequestParam Map<String, String> parameters) {
            Map<String, String> event = new LinkedHashMap<>(parameters);
            event.put("received_at", Instant.now().toString());
            event.put("ip", request.getRemoteAddr());
            event.put("user_agent", request.getHeader("User-Agent"));
            byte[] json = JSON.writeValueAsBytes(event);
            client.putRecord(put -> put.streamName(StreamServer.STREAM)
                    .partitionKey(UUID.randomUUID().toString())
                    .data(SdkBytes.fromByteArrayUnsafe(json)));
            return ResponseEntity.ok().contentType(MediaType.IMAGE_GIF).body(PIXEL);
        }
    }

    @Bean(destroyMethod = "close")
    KinesisClient kinesisClient(Environment environment) {
        return client(environment.getRequiredProperty("stream", URI.class));
    }

    static KinesisClient client(URI endpoint) {
        return KinesisClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(THREADS))
                .build();
    }

    /** @param arguments port, and the stream's endpoint */
    public static void main(String[] arguments) {
        new SpringApplicationBuilder(SeedServer.class)
                .bannerMode(Banner.Mode.OFF)
                .properties("spring.config.name=seed")
                .run(
                        "--server.address=127.0.0.1",
                        "--server.port=" + arguments[0],
                        "--server.tomcat.max-keep-alive-requests=-1",
                        "--server.tomcat.threads.max=" + THREADS,
                        "--server.max-http-request-header-size=16KB",
                        "--stream=" + arguments[1]);
    }
}
