package dev.sluice.ingest;

import dev.sluice.common.aws.AwsClients;
import dev.sluice.common.aws.AwsProperties;
import dev.sluice.common.aws.CloudWatchMetrics;
import dev.sluice.ingest.http.AcceptDeadlines;
import dev.sluice.ingest.http.CollectorServlet;
import dev.sluice.ingest.http.HeaderDeadlineProtocol;
import dev.sluice.ingest.http.IngestMetrics;
import dev.sluice.ingest.http.QuietErrorValve;
import dev.sluice.ingest.journal.Journal;
import dev.sluice.ingest.journal.JournalCommitter;
import dev.sluice.ingest.journal.JournalMetrics;
import dev.sluice.ingest.journal.SegmentJournal;
import dev.sluice.ingest.send.FrameSender;
import dev.sluice.ingest.send.KinesisRecordSink;
import dev.sluice.ingest.send.RecordSink;
import dev.sluice.ingest.send.SendMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.catalina.Pipeline;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * The wiring, in the order a hit takes: edge, journal, sender, stream.
 *
 * <p>What stops first has the highest phase: {@link #LEAVE_PHASE} waits for the load balancer, then the web server finishes its
 * requests, then, at {@link #SENDER_PHASE}, what was accepted is sent, then the journal is closed; the client of the stream is
 * closed after all of them.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AwsProperties.class, IngestProperties.class})
@Import(CloudWatchMetrics.class)
public class IngestConfiguration {
    static final int LEAVE_PHASE = SmartLifecycle.DEFAULT_PHASE;
    /** Below the web server's, as the default phase stops before it: requests would come in while nobody sends any more. */
    static final int SENDER_PHASE = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024;
    /** What is sent is deleted by it, so it stops last. */
    static final int COMMITTER_PHASE = SENDER_PHASE - 1;

    @Bean
    LeaveDelay leaveDelay(IngestProperties properties) {
        return new LeaveDelay(properties.leaveDelay(), LEAVE_PHASE);
    }

    @Bean
    AcceptDeadlines acceptDeadlines(IngestProperties properties) {
        return new AcceptDeadlines(properties.acceptTimeout(), COMMITTER_PHASE);
    }

    @Bean
    ServletRegistrationBean<CollectorServlet> collector(
            IngestProperties properties,
            AcceptDeadlines deadlines,
            ApplicationAvailability availability,
            Journal journal,
            IngestMetrics metrics) {
        BooleanSupplier accepting =
                () -> availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC && journal.isOpen();
        return new ServletRegistrationBean<>(Edge.servlet(properties, deadlines, accepting, journal, metrics), "/*");
    }

    /** Tomcat's own error page names itself. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> quietErrors(IngestMetrics metrics) {
        return factory -> factory.addContextCustomizers(context -> {
            var host = (StandardHost) context.getParent();
            host.setErrorReportValveClass("");
            Pipeline pipeline = host.getPipeline();
            pipeline.addValve(new QuietErrorValve(metrics));
        });
    }

    /** Tomcat's own timeout begins anew with every byte. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> headerDeadline(
            IngestProperties properties, IngestMetrics metrics) {
        return factory -> {
            factory.setProtocol(HeaderDeadlineProtocol.class.getName());
            factory.addProtocolHandlerCustomizers(
                    (HeaderDeadlineProtocol protocol) -> protocol.limit(properties.headerTimeout(), metrics));
        };
    }

    @Bean
    IngestMetrics ingestMetrics(MeterRegistry registry, Journal journal) {
        return new IngestMetrics(registry, journal);
    }

    @Bean
    SegmentJournal journal(IngestProperties properties, MeterRegistry registry, ApplicationEventPublisher events) {
        return new SegmentJournal(
                properties.journal(), properties.ack(), new JournalMetrics(registry), new FatalStop(events));
    }

    @Bean
    JournalCommitter journalCommitter(SegmentJournal journal, IngestProperties properties) {
        return new JournalCommitter(journal, UUID.randomUUID(), properties.audit(), Clock.systemUTC(), COMMITTER_PHASE);
    }

    @Bean
    FrameSender frameSender(RecordSink sink, Journal journal, IngestProperties properties, MeterRegistry registry) {
        var metrics = new SendMetrics(registry, Clock.systemUTC());
        return FrameSender.to(sink, journal, properties.send(), metrics, SENDER_PHASE);
    }

    /** The stream; who brings another one, as tests do, gets no client for it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(RecordSink.class)
    static class KinesisConfiguration {
        @Bean
        RecordSink kinesisRecordSink(KinesisClient client, IngestProperties properties) {
            return new KinesisRecordSink(client, properties.send().stream());
        }

        @Bean(destroyMethod = "close")
        KinesisClient kinesisClient(AwsProperties aws, IngestProperties properties) {
            var http = ApacheHttpClient.builder()
                    .maxConnections(properties.send().inFlight())
                    .connectionTimeout(aws.attemptTimeout())
                    .socketTimeout(aws.attemptTimeout())
                    .tcpKeepAlive(true);
            return new AwsClients(aws)
                    .configure(KinesisClient.builder(), aws.endpoint().kinesis())
                    .httpClientBuilder(http)
                    .build();
        }
    }
}
