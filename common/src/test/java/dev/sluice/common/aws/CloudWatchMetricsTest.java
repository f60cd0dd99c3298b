package dev.sluice.common.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.cloudwatch2.CloudWatchMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** What a service with this part sends to CloudWatch, over HTTP, and that it sends nothing unless it is told to. */
class CloudWatchMetricsTest {
    private static final String ON = "sluice.metrics.cloudwatch.enabled=true";

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private HttpServer cloudWatch;
    private ApplicationContextRunner runner;

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(AwsProperties.class)
    @Import(CloudWatchMetrics.class)
    static class Service {}

    @BeforeEach
    void start() throws IOException {
        cloudWatch = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        cloudWatch.createContext("/", this::answer);
        cloudWatch.start();
        String address = "http://127.0.0.1:" + cloudWatch.getAddress().getPort();
        runner = new ApplicationContextRunner()
                .withUserConfiguration(Service.class)
                .withPropertyValues(
                        "sluice.aws.region=us-east-1",
                        "sluice.aws.credentials=local",
                        "sluice.aws.endpoint.kinesis=" + address,
                        "sluice.aws.endpoint.dynamodb=" + address,
                        "sluice.aws.endpoint.s3=" + address,
                        "sluice.aws.endpoint.cloudwatch=" + address);
    }

    @AfterEach
    void stop() {
        cloudWatch.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        try (InputStream body = zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            String text = new String(body.readAllBytes(), StandardCharsets.ISO_8859_1);
            boolean isForm = text.startsWith("Action=");
            received.add(exchange.getRequestURI() + " "
                    + (isForm ? URLDecoder.decode(text, StandardCharsets.ISO_8859_1) : text));
            if (!isForm) {
                exchange.getResponseHeaders().set("smithy-protocol", "rpc-v2-cbor");
            }
            exchange.sendResponseHeaders(200, -1);
        }
        exchange.close();
    }

    @Test
    void countsOfOurOwnArrive_andNoOthers() throws Exception {
        runner.withPropertyValues(ON, "sluice.metrics.cloudwatch.namespace=Shop", "sluice.metrics.cloudwatch.step=1s")
                .run(context -> {
                    var registry = context.getBean(CloudWatchMeterRegistry.class);
                    registry.counter("jvm.example").increment();
                    registry.counter("sluice.example", "reason", "full").increment(3);
                    String put = awaitPut("sluice.example");
                    assertThat(put).contains("PutMetricData", "Shop", "reason", "full");
                    assertThat(put).doesNotContain("jvm.example");
                });
    }

    @Test
    void unlessConfigured_nothingIsThereThatCouldSend() {
        runner.run(context -> assertThat(context).doesNotHaveBean(CloudWatchMeterRegistry.class));
        assertThat(received).isEmpty();
    }

    @Test
    void defaults() {
        runner.run(context -> assertThat(context.getBean(CloudWatchProperties.class))
                .isEqualTo(new CloudWatchProperties(false, "Sluice", Duration.ofMinutes(1))));
    }

    @Test
    void everyKey_isRead() {
        runner.withPropertyValues(ON, "sluice.metrics.cloudwatch.namespace=Shop", "sluice.metrics.cloudwatch.step=5m")
                .run(context -> assertThat(context.getBean(CloudWatchProperties.class))
                        .isEqualTo(new CloudWatchProperties(true, "Shop", Duration.ofMinutes(5))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"namespace=AWS/Sluice", "namespace= ", "step=999ms", "steps=1m"})
    void eachRule_isKept(String broken) {
        runner.withPropertyValues("sluice.metrics.cloudwatch." + broken)
                .run(context -> assertThat(context).hasFailed());
    }

    private String awaitPut(String name) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (deadline - System.nanoTime() > 0) {
            String put = received.poll(1, TimeUnit.SECONDS);
            if (put != null && put.contains(name)) {
                return put;
            }
        }
        throw new AssertionError("nothing of " + name + " was put");
    }
}
