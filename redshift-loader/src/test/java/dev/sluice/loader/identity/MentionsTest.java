package dev.sluice.loader.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MentionsTest {
    private static final String ID = "9e856f9f-4c0d-4a8b-b1d2-7f3a5c6e8d90";
    private static final String MAIL = "a.b+c@example.com";

    private final Mentions visitor = new Mentions(List.of(IdHash.of(IdKind.VISITOR, ID)));
    private final Mentions network = new Mentions(List.of(IdHash.of(IdKind.NETWORK, ID)));
    private final Mentions user = new Mentions(List.of(IdHash.of(IdKind.USER, MAIL)));
    private final Mentions numbered = new Mentions(List.of(IdHash.of(IdKind.USER, "42")));

    @Test
    void in_findsTheVisitorWhereTheProtocolHasIt() {
        assertThat(visitor.in(get("e=pv&duid=" + ID))).isTrue();
        assertThat(visitor.in(get("e=pv&duid=9e856f9f%2D4c0d-4a8b-b1d2-7f3a5c6e8d90")))
                .isTrue();
        assertThat(visitor.in(post("{\"data\": [{\"e\": \"pv\"}, {\"e\": \"pp\", \"duid\": \"" + ID + "\"}]}")))
                .isTrue();
        assertThat(user.in(get("e=pv&uid=a.b%2Bc%40example.com"))).isTrue();
        assertThat(numbered.in(post("{\"data\": [{\"uid\": 42}]}"))).isTrue();
    }

    @Test
    void in_findsTheNetworkIdThatTheEdgeSaw_andThatATrackerSent() {
        assertThat(network.in(hit(ID, "e=pv", ""))).isTrue();
        assertThat(network.in(get("e=pv&nuid=" + ID))).isTrue();
        assertThat(network.in(get("e=pv&tnuid=" + ID))).isTrue();
    }

    @Test
    void in_leavesRequestsAloneThatCarryTheSameTextAsSomethingElse() {
        assertThat(visitor.in(get("e=pv&sid=" + ID))).isFalse();
        assertThat(visitor.in(get("e=pv&duid=" + ID + "0"))).isFalse();
        assertThat(visitor.in(hit(ID, "e=pv", ""))).isFalse();
        assertThat(numbered.in(get("e=pv&vid=42&vp=42"))).isFalse();
        assertThat(numbered.in(post("{\"data\": [{\"vid\": \"42\"}]}"))).isFalse();
        assertThat(visitor.in(get("duid=&uid"))).isFalse();
    }

    @Test
    void in_looksAtEveryWholeValueOfWhatCannotBeRead() {
        assertThat(visitor.in(post("{\"data\": [{\"duid\": \"" + ID + "\""))).isTrue();
        assertThat(user.in(post("<uid>" + MAIL + "</uid>"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /i?e=zz&uid=a.b%2Bc%40example.com&x=1",
                "POST /tp2\n\n{\"uid\":\"a.b+c@example.com\",",
                "x,\"{\"\"uid\"\": \"\"a.b+c@example.com\"\"}\",y",
                "1,2,a.b+c@example.com,3"
            })
    void in_findsAWholeValueInText(String text) {
        assertThat(user.in(text)).isTrue();
        assertThat(visitor.in(text)).isFalse();
    }

    @Test
    void in_findsAnIdWithBlanksAndDelimitersInQuotes() {
        var odd = new Mentions(List.of(IdHash.of(IdKind.USER, "Smith, John (2)")));
        assertThat(odd.in("GET /i\n\n{\"uid\":\"Smith, John (2)\"}")).isTrue();
        assertThat(odd.in("x,\"Smith, John (2)\",y")).isTrue();
    }

    @Test
    void in_looksIntoBytesThatWereKeptEncoded() {
        byte[] bytes = ("\u00ff uid=" + MAIL + " ").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(user.in("base64:" + Base64.getEncoder().encodeToString(bytes)))
                .isTrue();
        assertThat(user.in("base64:no such thing!")).isFalse();
    }

    @Test
    void in_isNotFooledByPartsOfAValue() {
        assertThat(user.in("GET /i?uid=xa.b%2Bc%40example.com")).isFalse();
        assertThat(visitor.in("GET /i?uid=" + ID + "-1")).isFalse();
    }

    /** Or everybody who asked not to be known would be erased. */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", RawHit.Visitor.NO_NETWORK_ID})
    void nobodysId_isRefused(String nobodys) {
        assertThatIllegalArgumentException().isThrownBy(() -> IdHash.of(IdKind.NETWORK, nobodys));
    }

    private static RawHit get(String query) {
        return hit("", query, "");
    }

    private static RawHit post(String body) {
        return hit("", "", body);
    }

    private static RawHit hit(String networkId, String query, String body) {
        return new RawHit(
                Instant.EPOCH,
                new RawHit.Visitor("", networkId, false, PrivacySignal.NONE),
                body.isEmpty() ? RawHit.Method.GET : RawHit.Method.POST,
                "/i",
                query,
                Map.of(),
                body.getBytes(StandardCharsets.UTF_8));
    }
}
