package dev.sluice.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KinesisSettingsTest {
    private final KinesisSettings settings = KinesisSettings.in(Path.of("data"));

    @Test
    void defaults_areThoseOfAws() {
        assertThat(settings.port()).isZero();
        assertThat(settings.retention()).isEqualTo(Duration.ofHours(24));
        assertThat(settings.limits()).isEqualTo(ShardLimits.ALL);
    }

    @Test
    void whatCannotBe_isRefused() {
        assertThatThrownBy(() -> settings.withPort(-1)).hasMessageContaining("port");
        assertThatThrownBy(() -> settings.withPort(65_536)).hasMessageContaining("port");
        assertThatThrownBy(() -> settings.withRetention(Duration.ZERO)).hasMessageContaining("retention");
        assertThatThrownBy(() -> settings.withSegmentBytes(10)).hasMessageContaining("segmentBytes");
    }
}
