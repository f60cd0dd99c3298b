package dev.sluice.processor.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Any URL falls into parts that stand in it, in their order; a well-formed one into the parts it was made of. */
class LenientUrlFuzzTest {
    private static final String PLAIN = "abcxyz019-._~!$&'()*+,;=:@%";

    @FuzzTest(maxDuration = "20s")
    void of_findsThePartsThatAreThere(FuzzedDataProvider data) {
        String host = "h" + plain(data, 8).replaceAll("[:@]", "-");
        String path = "/" + plain(data, 8);
        String query = plain(data, 8);
        String fragment = plain(data, 8);
        boolean port = data.consumeBoolean();
        String made = data.pickValue(new String[] {"https:", "http:", "a+b-1.c:", ""}) + "//"
                + (data.consumeBoolean() ? "user:secret@" : "") + host + (port ? ":8443" : "") + path
                + (query.isEmpty() ? "" : "?" + query) + (fragment.isEmpty() ? "" : "#" + fragment);
        LenientUrl parts = LenientUrl.of(made);
        assertThat(parts)
                .isEqualTo(new LenientUrl(host.toLowerCase(Locale.ROOT), path, orNull(query), orNull(fragment)));

        String raw = data.consumeRemainingAsString();
        LenientUrl found = LenientUrl.of(raw);
        int hash = raw.indexOf('#');
        String head = hash < 0 ? raw : raw.substring(0, hash);
        int mark = head.indexOf('?');
        assertThat(found.fragment()).isEqualTo(hash < 0 ? null : orNull(raw.substring(hash + 1)));
        assertThat(found.query()).isEqualTo(mark < 0 ? null : orNull(head.substring(mark + 1)));
        if (found.path() != null && !found.path().equals("/")) {
            assertThat(mark < 0 ? head : head.substring(0, mark)).endsWith(found.path());
        }
        if (found.host() != null) {
            assertThat(raw.toLowerCase(Locale.ROOT)).contains(found.host());
            assertThat(found.host()).doesNotContain("/", "?", "#", "@");
        }
    }

    private static String plain(FuzzedDataProvider data, int most) {
        var text = new StringBuilder();
        for (int i = data.consumeInt(0, most); i > 0; i--) {
            text.append(PLAIN.charAt(data.consumeInt(0, PLAIN.length() - 1)));
        }
        return text.toString();
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
