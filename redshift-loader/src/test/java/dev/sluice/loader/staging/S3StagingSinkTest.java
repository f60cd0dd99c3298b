package dev.sluice.loader.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.common.Backoff;
import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3StagingSinkTest {
    private static final StagingLayout LAYOUT = new StagingLayout("bucket", "p/");
    private static final Backoff SHORT = new Backoff(Duration.ofNanos(1), Duration.ofNanos(1));

    private final FakeS3 s3 = new FakeS3();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RetryPause pause = new RetryPause(SHORT, new Random(1));
    private final S3StagingSink sink = new S3StagingSink(s3, LAYOUT, new StagingMetrics(registry), pause);

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    private static RowBatch batch(int pageViews) {
        var collector =
                new RowBatchCollector("shardId-0", new BatchLimits(Duration.ofSeconds(1), 1_000_000, 1_000), () -> 0);
        for (int i = 0; i < pageViews; i++) {
            collector.add("10" + i, List.of(TestRows.pageView(i)));
        }
        collector.add("109", List.of(TestRows.badEvent(9)));
        return collector.close();
    }

    private double counter(String name, String tag, String value) {
        return registry.get(name).tag(tag, value).counter().count();
    }

    @Test
    void stage_writesTheDescriptorLast_andItNamesExactlyTheFiles() throws Exception {
        BatchDescriptor descriptor = sink.stage(batch(3));

        assertThat(s3.objects).hasSize(3);
        assertThat(List.copyOf(s3.objects.keySet()).getLast()).isEqualTo("p/staged/batches/shardId-0_100-109.json");
        assertThat(BatchDescriptor.fromJson(List.copyOf(s3.objects.values()).getLast()))
                .isEqualTo(descriptor);
        assertThat(descriptor.range()).isEqualTo(new BatchDescriptor.Range("shardId-0", "100", "109"));
        assertThat(descriptor.enrichVersion()).isEqualTo("7");
        assertThat(descriptor.minReceivedAt()).isEqualTo(TestRows.AT);
        assertThat(descriptor.files())
                .extracting(StagedFile::table, StagedFile::rows)
                .containsExactly(tuple(Table.PAGE_VIEWS, 3L), tuple(Table.BAD_EVENTS, 1L));
        for (StagedFile file : descriptor.files()) {
            byte[] bytes = s3.objects.getOrDefault(file.key(), new byte[0]);
            assertThat(bytes).hasSize((int) file.bytes());
            assertThat(CsvFile.sha256(bytes)).isEqualTo(file.sha256());
        }
        assertThat(counter("sluice.stage.rows", "table", "page_views")).isEqualTo(3);
        assertThat(counter("sluice.stage.rows", "table", "bad_events")).isEqualTo(1);
        assertThat(counter("sluice.stage.objects", "kind", "data")).isEqualTo(2);
        assertThat(counter("sluice.stage.objects", "kind", "descriptor")).isEqualTo(1);
        assertThat(registry.get("sluice.stage.bytes").summary().totalAmount()).isEqualTo((double)
                descriptor.files().stream().mapToLong(StagedFile::bytes).sum());
    }

    @Test
    void stage_changesNothing_whenTheBatchExists() throws Exception {
        BatchDescriptor first = sink.stage(batch(3));
        var before = List.copyOf(s3.objects.keySet());

        assertThat(sink.stage(batch(3))).isEqualTo(first);

        assertThat(s3.objects.keySet()).containsExactlyElementsOf(before);
        assertThat(counter("sluice.stage.conflict", "rows", "same")).isEqualTo(1);
        assertThat(counter("sluice.stage.objects", "kind", "descriptor")).isEqualTo(1);
    }

    @Test
    void stage_keepsTheExistingBatch_andSaysSo_whenItHasOtherRows() throws Exception {
        BatchDescriptor first = sink.stage(batch(3));

        assertThat(sink.stage(batch(2))).isEqualTo(first);

        assertThat(counter("sluice.stage.conflict", "rows", "different")).isEqualTo(1);
    }

    @Test
    void stage_isDone_whenTheExistingBatchIsLoadedMeanwhile() throws Exception {
        RowBatch batch = batch(1);
        sink.stage(batch);
        // The put of the descriptor is refused, and before it is read the loader has moved it away.
        s3.failBefore = n -> {
            if (n == 7) {
                s3.objects.remove("p/staged/batches/shardId-0_100-109.json");
            }
            return null;
        };
        assertThat(sink.stage(batch).rows()).isEqualTo(2);
        assertThat(counter("sluice.stage.conflict", "rows", "same")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void stage_triesAgain_whicheverCallFails(int call) throws Exception {
        s3.failBefore = n -> n == call ? SdkClientException.create("connection refused") : null;
        sink.stage(batch(3));
        assertThat(s3.objects).hasSize(3);
        assertThat(registry.get("sluice.stage.retries").counter().count()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void stage_isNotMisled_whenAnAnswerGetsLost(int call) throws Exception {
        s3.failAfter = n -> n == call ? S3Exception.builder().statusCode(503).build() : null;
        assertThat(sink.stage(batch(3)).rows()).isEqualTo(4);
        assertThat(s3.objects).hasSize(3);
    }

    @Test
    void stage_waitsForEverForAMissingBucketToo() throws Exception {
        s3.failBefore = n -> n <= 500
                ? S3Exception.builder().statusCode(404).message("NoSuchBucket").build()
                : null;
        sink.stage(batch(1));
        assertThat(registry.get("sluice.stage.retries").counter().count()).isEqualTo(500);
    }

    @Test
    void stage_stopsTrying_whenInterrupted() {
        s3.failBefore = n -> {
            if (n == 5) {
                Thread.currentThread().interrupt();
            }
            return SdkClientException.create("away");
        };
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> sink.stage(batch(1)));
        assertThat(s3.calls).hasValue(5);
        assertThat(s3.objects).isEmpty();
    }

    @Test
    void stage_stopsTrying_whenClosed() {
        s3.failBefore = n -> {
            if (n == 5) {
                pause.close();
            }
            return SdkClientException.create("away");
        };
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> sink.stage(batch(1)));
        assertThat(s3.calls).hasValue(5);
    }

    @Test
    void stage_doesNotHideWhatIsNotTheNetworksFault() {
        s3.failBefore = n -> new IllegalStateException("a bug");
        assertThatIllegalStateException().isThrownBy(() -> sink.stage(batch(1)));
        assertThat(s3.calls).hasValue(1);
    }

    @Test
    void stage_refusesAnEmptyBatch() {
        var collector = new RowBatchCollector("s", new BatchLimits(Duration.ofSeconds(1), 1, 1), () -> 0);
        collector.add("1", List.of());
        assertThatIllegalArgumentException().isThrownBy(() -> sink.stage(collector.close()));
    }
}
