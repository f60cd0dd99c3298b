package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestTest {
    @Test
    void toJson_saysThatEveryFileMustBeThereAndHowLongItIs() {
        var manifest = new Manifest(
                List.of(Manifest.entry("bucket", "a/1.csv.gz", 12), Manifest.entry("bucket", "a/2.csv.gz", 34)));
        assertThat(new String(manifest.toJson(), StandardCharsets.UTF_8))
                .isEqualTo("{\"entries\":["
                        + "{\"url\":\"s3://bucket/a/1.csv.gz\",\"mandatory\":true,\"meta\":{\"content_length\":12}},"
                        + "{\"url\":\"s3://bucket/a/2.csv.gz\",\"mandatory\":true,\"meta\":{\"content_length\":34}}]}");
    }

    @Test
    void manifest_refusesToBeEmpty() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Manifest(List.of()));
    }

    @Test
    void entry_refusesAKeyThatIsNotPlain() {
        assertThatIllegalArgumentException().isThrownBy(() -> Manifest.entry("bucket", "a\"b", 1));
    }
}
