package dev.sluice.bench.server;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.UUID;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * The way that Sluice is the answer to: each request is put into the stream as one record of JSON, and answered when the stream
 * has it. Done as well as that can be: one client for the process, connections kept alive, as many of them as there are threads.
 */
public final class SeedServer extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final int THREADS = 200;
    private static final byte[] PIXEL =
            Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final transient KinesisClient client;

    private SeedServer(KinesisClient client) {
        this.client = client;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getRequestURI().equals("/health")) {
            return;
        }
        var event = new LinkedHashMap<String, String>();
        event.put("received_at", Instant.now().toString());
        event.put("ip", request.getRemoteAddr());
        event.put("user_agent", request.getHeader("User-Agent"));
        request.getParameterMap().forEach((name, values) -> event.put(name, values[0]));
        byte[] json = JSON.writeValueAsBytes(event);
        client.putRecord(put -> put.streamName(StreamServer.STREAM)
                .partitionKey(UUID.randomUUID().toString())
                .data(SdkBytes.fromByteArrayUnsafe(json)));
        response.setContentType("image/gif");
        response.setContentLength(PIXEL.length);
        response.getOutputStream().write(PIXEL);
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
    public static void main(String[] arguments) throws LifecycleException {
        var tomcat = new Tomcat();
        tomcat.setBaseDir(".");
        var connector = new Connector();
        connector.setPort(Integer.parseInt(arguments[0]));
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxThreads", Integer.toString(THREADS));
        connector.setProperty("maxKeepAliveRequests", "-1");
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "seed", new SeedServer(client(URI.create(arguments[1]))))
                .addMapping("/*");
        tomcat.start();
        tomcat.getServer().await();
    }
}
