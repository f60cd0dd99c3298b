package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.local.LocalRedshiftMain.Environment;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalRedshiftMainTest {
    private static final Map<String, String> LEAST =
            Map.of("SLUICE_REDSHIFT_DIR", "/data", "SLUICE_REDSHIFT_S3_ENDPOINT", "http://localstack:4566");

    @Test
    void environment_staysOnLoopbackUnlessTold() {
        Environment environment = Environment.of(LEAST);

        assertThat(environment.dir()).hasToString("/data");
        assertThat(environment.s3Endpoint()).hasToString("http://localstack:4566");
        assertThat(environment.port()).isEqualTo(5439);
        assertThat(environment.password()).isEmpty();
        assertThat(environment.bind().isLoopbackAddress()).isTrue();
    }

    @Test
    void environment_mapsEveryVariable() {
        Environment environment = Environment.of(with(Map.of(
                "SLUICE_REDSHIFT_PORT", "15439",
                "SLUICE_REDSHIFT_PASSWORD", "secret",
                "SLUICE_REDSHIFT_BIND", "0.0.0.0")));

        assertThat(environment.port()).isEqualTo(15439);
        assertThat(environment.password()).contains("secret");
        assertThat(environment.bind().isAnyLocalAddress()).isTrue();
        assertThat(environment.toString()).doesNotContain("secret");
    }

    @Test
    void environment_refusesOthersWithoutAPassword() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Environment.of(with(Map.of("SLUICE_REDSHIFT_BIND", "0.0.0.0"))))
                .withMessageContaining("SLUICE_REDSHIFT_PASSWORD");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Environment.of(
                        with(Map.of("SLUICE_REDSHIFT_BIND", "0.0.0.0", "SLUICE_REDSHIFT_PASSWORD", ""))));
    }

    @Test
    void environment_namesWhatIsMissing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Environment.of(Map.of("SLUICE_REDSHIFT_DIR", "/data")))
                .withMessage("set SLUICE_REDSHIFT_S3_ENDPOINT");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Environment.of(Map.of("SLUICE_REDSHIFT_S3_ENDPOINT", "http://localhost")))
                .withMessage("set SLUICE_REDSHIFT_DIR");
    }

    private static Map<String, String> with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(LEAST);
        all.putAll(more);
        return all;
    }
}
