package dev.sluice.processor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LenientBase64Test {
    @Test
    void decode_takesBothAlphabets_withAndWithoutPadding() {
        for (String text : new String[] {"", "a", "ab", "abc", "{\"k\":\"?>~ÿ✓😀\"}", "???>>>"}) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            Stream.of(Base64.getEncoder(), Base64.getUrlEncoder())
                    .flatMap(encoder -> Stream.of(encoder, encoder.withoutPadding()))
                    .map(encoder -> encoder.encodeToString(bytes))
                    .flatMap(encoded -> Stream.of(encoded, encoded.replace('+', ' ')))
                    .forEach(encoded -> assertThat(LenientBase64.decode(encoded))
                            .as(encoded)
                            .isEqualTo(text));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "abcde", "ab!d", "ab=d", "{\"schema\"}", "äöü", "ab\nd"})
    void decode_saysNoToEverythingElse(String encoded) {
        assertThat(LenientBase64.decode(encoded)).isNull();
    }
}
