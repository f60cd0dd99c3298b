package dev.sluice.loader.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsolePageTest {
    private static final Pattern LIVE = Pattern.compile("id=\"([a-z-]+)\"[^>]* data-live");
    private static final Pattern TAG = Pattern.compile("<[^>]*>");

    private final ConsolePage page = new ConsolePage(true);

    private static List<String> live(String html) {
        return LIVE.matcher(html).results().map(match -> match.group(1)).toList();
    }

    private static State sent(String text) {
        return new State(
                Samples.NOW, Samples.line(Samples.proof(), text), Samples.visits(text), null, false, Samples.METERS);
    }

    @Test
    void whole_showsTheNumbers() {
        String html = page.whole(Samples.state(Samples.line()));
        assertThat(html)
                .contains("As of <b>12:30:30</b> UTC")
                .contains("Complete.")
                // 1,200 hits in the last minute of which all is told
                .contains("20 <small>hits/s</small>")
                .contains("21 <small>rows/s</small>")
                .contains("<dt>complete until</dt><dd>12:30:20</dd>")
                .contains(
                        "<th scope=\"row\">12:29</th><td class=\"proof good\">✓ complete</td><td class=\"n\">1,200</td><td class=\"n\">1,190</td>")
                .contains("✓ complete")
                .contains("… not yet")
                .contains("<b>1,234</b> page views of <b>321</b> visitors");
    }

    @Test
    void update_hasEveryPartThatChanges_andNoOther() {
        State state = Samples.state(Samples.line());
        List<String> ids = live(page.whole(state));
        assertThat(ids).doesNotHaveDuplicates().hasSizeGreaterThan(10).isEqualTo(live(page.update(state)));
        assertThat(page.update(state)).doesNotContain("<script", "class=\"chart\"", "SELECT");
        assertThat(page.whole(state)).contains("<script src=\"console/console.js\"", "class=\"chart\"", "SELECT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "' onmouseover='alert(1)",
                "</title></tbody></table><svg/onload=alert(1)>",
                "{{sql.MINUTES}} {{{view}}} {{/view}}",
                "<!--",
                "]]>",
                "&lt;b&gt;",
                "\u202Egnp.exe"
            })
    void whatSomebodySent_staysText(String sent) {
        String plain = page.whole(sent("plain"));
        String html = page.whole(sent(sent));
        // The same tags, whatever was sent.
        assertThat(tags(html)).isEqualTo(tags(plain));
        assertThat(html)
                .contains("<td class=\"sent\"><bdi>"
                        + sent.replace("&", "&amp;")
                                .replace("<", "&lt;")
                                .replace(">", "&gt;")
                                .replace("\"", "&quot;")
                                .replace("'", "&#39;")
                                .replace("=", "&#x3D;")
                                .replace("`", "&#x60;")
                        + "</bdi></td>");
    }

    private static List<String> tags(String html) {
        return TAG.matcher(html).results().map(MatchResult::group).toList();
    }

    @Test
    void nothingInIt_needsMoreThanThePolicyAllows() {
        String html = page.whole(Samples.state(Samples.line()));
        assertThat(html).doesNotContain("style=", "<style", "javascript:", "http:", "https:");
        assertThat(TAG.matcher(html).results().map(MatchResult::group)).noneMatch(tag -> tag.matches(".*\\son\\w+=.*"));
        assertThat(Pattern.compile("<script[^>]*></script>")
                        .matcher(html)
                        .results()
                        .count())
                .isEqualTo(Pattern.compile("<script").matcher(html).results().count())
                .isEqualTo(2);
    }

    @Test
    void withoutOriginals_theirSqlIsNotShownEither() {
        assertThat(page.whole(Samples.state(Samples.line()))).contains("AS original");
        assertThat(new ConsolePage(false).whole(Samples.state(Samples.line()))).doesNotContain("AS original");
    }

    @Test
    void beforeTheFirstAnswer_thePageIsThere() {
        String html = page.whole(State.unknown(Samples.NOW, Samples.METERS));
        assertThat(html)
                .contains("has not been asked yet", "Waiting in S3", "2 <small>batches</small>", "Not counted yet");
    }

    @Test
    void whenTheWarehouseIsAway_theOldNumbersStay_withTheirTime() {
        var state = new State(
                Samples.NOW.plusSeconds(60),
                Samples.line(),
                Samples.visits(),
                Samples.NOW.plusSeconds(1),
                true,
                Samples.METERS);
        assertThat(page.update(state))
                .contains(
                        "As of <b>12:30:30</b> UTC",
                        "does not answer since 12:30:31 UTC",
                        "could not be counted in time")
                .contains("<b>1,234</b> page views");
    }
}
