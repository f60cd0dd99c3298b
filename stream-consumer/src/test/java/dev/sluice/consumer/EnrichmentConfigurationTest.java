package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.Frame;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.processor.EnrichmentPipeline;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The enrichers as they are configured. */
class EnrichmentConfigurationTest {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(ConsumerProperties.class)
    @Import(EnrichmentConfiguration.class)
    static class Only {
        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }
    }

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Only.class);

    @TempDir
    Path folder;

    @Test
    void internalDomainsAndCampaigns_reachTheRows() {
        runner.withPropertyValues(
                        "sluice.enrich.referrer.internal-domains=pay.example",
                        "sluice.enrich.campaign.source=mtm_source",
                        "sluice.enrich.campaign.click-ids.irclickid=Impact")
                .run(context -> {
                    Row row = row(
                            context,
                            "e=pv&url=https%3A%2F%2Fa.example%2F%3Fmtm_source%3Ds%26irclickid%3D1"
                                    + "&refr=https%3A%2F%2Fwww.pay.example%2F");
                    assertThat(row.get(Columns.REFERRER_MEDIUM)).isEqualTo("internal");
                    assertThat(row.get(Columns.UTM_SOURCE)).isEqualTo("s");
                    assertThat(row.get(Columns.CLICK_NETWORK)).isEqualTo("Impact");
                });
    }

    @Test
    void schemas_areAskedFirst() throws IOException {
        Path file = folder.resolve("a/b/jsonschema/1-0-0");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"type\":\"object\"}");
        String event = "e=ue&ue_pr=%7B%22schema%22%3A%22iglu%3Ax%2Fy%2Fjsonschema%2F1-0-0%22%2C%22data%22%3A"
                + "%7B%22schema%22%3A%22iglu%3Aa%2Fb%2Fjsonschema%2F1-0-0%22%2C%22data%22%3A1%7D%7D";
        runner.withPropertyValues("sluice.enrich.schemas.folder=" + folder)
                .run(context ->
                        assertThat(row(context, event).get(Columns.REASON)).isEqualTo("schema_invalid"));
        runner.run(
                context -> assertThat(row(context, event).get(Columns.REASON)).isNull());

        Files.writeString(file, "{");
        runner.withPropertyValues("sluice.enrich.schemas.folder=" + folder)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("JSON"));
    }

    @Test
    void anExtensionThatIsOrderedAndNotThere_stopsTheStart() {
        runner.withPropertyValues("sluice.enrich.extensions.folder=" + folder, "sluice.enrich.extensions.order=mine")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("mine"));
    }

    private static Row row(ApplicationContext context, String query) {
        var hit = new RawHit(
                Instant.parse("2026-11-23T00:00:00Z"),
                new RawHit.Visitor("", RawHit.Visitor.NO_NETWORK_ID, false, PrivacySignal.NONE),
                RawHit.Method.GET,
                "/i",
                query,
                Map.of(),
                new byte[0]);
        return context.getBean(EnrichmentPipeline.class)
                .rows(new Frame(UUID.randomUUID(), 0, List.of(hit)))
                .getFirst();
    }
}
