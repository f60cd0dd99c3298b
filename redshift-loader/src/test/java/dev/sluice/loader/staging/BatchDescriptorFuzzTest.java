package dev.sluice.loader.staging;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever lies among the descriptors: refused in one way, or whole, with nothing missing that a load will ask for. */
class BatchDescriptorFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void fromJson_refusesOrUnderstands(byte[] json) {
        BatchDescriptor batch;
        try {
            batch = BatchDescriptor.fromJson(json);
        } catch (IllegalArgumentException e) {
            return;
        }
        assertThat(batch).hasNoNullFieldsOrProperties();
        assertThat(batch.range()).hasNoNullFieldsOrProperties();
        assertThat(batch.files())
                .isNotEmpty()
                .allSatisfy(file -> assertThat(file).hasNoNullFieldsOrProperties());
        assertThat(BatchDescriptor.fromJson(batch.toJson())).isEqualTo(batch);
        assertThat(new String(batch.toJson(), StandardCharsets.UTF_8)).startsWith("{\"version\":1,");
    }
}
