package dev.sluice.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The contract on our endpoint, in both formats, all limits on. */
class LocalKinesisContractIT {

    @Nested
    class InCbor extends OnOurs {
        InCbor() {
            super(TestClients::of);
        }

        @Override
        String contentType() {
            return "application/x-amz-cbor-1.1";
        }
    }

    @Nested
    class InJson extends OnOurs {
        InJson() {
            super(TestClients::speakingJson);
        }

        @Override
        String contentType() {
            return "application/x-amz-json-1.1";
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class OnOurs extends KinesisContract {
        private final BiFunction<URI, SentFormats, KinesisClient> factory;
        private final SentFormats sent = new SentFormats();
        private KinesisClient client;
        private LocalKinesis kinesis;

        @SuppressWarnings("NullAway.Init")
        OnOurs(BiFunction<URI, SentFormats, KinesisClient> factory) {
            this.factory = factory;
        }

        abstract String contentType();

        @BeforeAll
        void start(@TempDir Path dir) throws IOException {
            kinesis = LocalKinesis.start(KinesisSettings.in(dir));
            client = factory.apply(kinesis.endpoint(), sent);
        }

        @AfterAll
        void stop() throws IOException {
            client.close();
            kinesis.close();
        }

        @Override
        KinesisClient client() {
            return client;
        }

        @Override
        List<Deviation> deviations() {
            return List.of();
        }

        @Test
        void theClient_speaksTheFormatThatThisRunIsFor() {
            client.listStreams();
            assertThat(sent.contentTypes()).containsOnly(contentType());
        }
    }
}
