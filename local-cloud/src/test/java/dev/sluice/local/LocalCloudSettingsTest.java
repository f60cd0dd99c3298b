package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.local.LocalCloudSettings.Ports;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LocalCloudSettingsTest {
    private static final Path DIR = Path.of(".sluice");

    @Test
    void in_takesTheUsualNamesAndPorts() {
        LocalCloudSettings settings = LocalCloudSettings.in(DIR);

        assertThat(settings)
                .isEqualTo(new LocalCloudSettings(
                        DIR.toAbsolutePath(), new Ports(4567, 8000, 9000, 5439), 2, "sluice", "sluice-local"));
    }

    @Test
    void with_changesOneThing() {
        LocalCloudSettings settings = LocalCloudSettings.in(DIR);

        assertThat(settings.withShards(4).shards()).isEqualTo(4);
        assertThat(settings.withPorts(Ports.ANY).ports()).isEqualTo(new Ports(0, 0, 0, 0));
    }

    @Test
    void new_refusesWhatCantBe() {
        LocalCloudSettings settings = LocalCloudSettings.in(DIR);

        assertThatIllegalArgumentException().isThrownBy(() -> settings.withShards(0));
        assertThatIllegalArgumentException().isThrownBy(() -> settings.withShards(101));
        assertThatIllegalArgumentException().isThrownBy(() -> new LocalCloudSettings(DIR, Ports.ANY, 1, " ", "bucket"));
        assertThatIllegalArgumentException().isThrownBy(() -> new LocalCloudSettings(DIR, Ports.ANY, 1, "stream", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new Ports(-1, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Ports(0, 65_536, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Ports(0, 0, -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Ports(0, 0, 0, 65_536));
    }
}
