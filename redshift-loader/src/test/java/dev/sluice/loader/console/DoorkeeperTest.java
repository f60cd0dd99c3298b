package dev.sluice.loader.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoorkeeperTest {
    private final Doorkeeper usual = new Doorkeeper(List.of());
    private final Doorkeeper open = new Doorkeeper(List.of("sluice.internal", "[fd00::1]"));

    private static boolean lets(Doorkeeper doorkeeper, String from, @Nullable String host) {
        return doorkeeper.lets(from, host, null, false);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, localhost:9082",
        "127.0.0.1, LOCALHOST",
        "127.0.0.1, 127.0.0.1:18080",
        "0:0:0:0:0:0:0:1, [::1]:9082",
        "::1, [::1]"
    })
    void thisMachine_comesByItsOwnNames(String from, String host) {
        assertThat(lets(usual, from, host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.9, localhost:9082",
        "10.0.0.9, 10.0.0.5:9082",
        "127.0.0.1, rebound.example.org:9082",
        "127.0.0.1, localhost.example.org",
        "127.0.0.1, ''",
        "127.0.0.1, :9082",
        "not an address, localhost"
    })
    void others_andOtherNames_areTurnedAway(String from, String host) {
        assertThat(lets(usual, from, host)).isFalse();
    }

    @Test
    void withoutAHost_nobodyComesIn() {
        assertThat(lets(usual, "127.0.0.1", null)).isFalse();
    }

    @Test
    void othersComeIn_byTheNamesThatAreConfigured() {
        assertThat(lets(open, "10.0.0.9", "sluice.internal:9082")).isTrue();
        assertThat(lets(open, "10.0.0.9", "[fd00::1]:9082")).isTrue();
        assertThat(lets(open, "127.0.0.1", "localhost")).isTrue();
        assertThat(lets(open, "10.0.0.9", "localhost:9082")).isFalse();
        assertThat(lets(open, "10.0.0.9", "other.internal:9082")).isFalse();
    }

    @Test
    void pagesOfOtherSites_mayLinkHere_andFetchNothing() {
        assertThat(usual.lets("127.0.0.1", "localhost", "same-origin", false)).isTrue();
        assertThat(usual.lets("127.0.0.1", "localhost", "none", true)).isTrue();
        assertThat(usual.lets("127.0.0.1", "localhost", "cross-site", true)).isTrue();
        assertThat(usual.lets("127.0.0.1", "localhost", "cross-site", false)).isFalse();
        assertThat(usual.lets("127.0.0.1", "localhost", "same-site", false)).isFalse();
    }
}
