package dev.sluice.loader.console;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Renders the page. Everything that comes from outside stands between tags or in a quoted attribute, escaped by the template engine; the
 * scripts get nothing but that. Thread-safe.
 */
final class ConsolePage {
    private static final Map<String, String> SQL =
            Arrays.stream(Question.values()).collect(Collectors.toUnmodifiableMap(Question::name, Question::sql));

    private final boolean originals;
    private final Template page;
    private final Template main;

    /** What the templates see. */
    private record Content(View view, boolean whole, boolean originals, Map<String, String> sql) {}

    /** @param originals whether bad rows are shown with what was sent */
    ConsolePage(boolean originals) {
        this.originals = originals;
        Mustache.Compiler compiler =
                Mustache.compiler().emptyStringIsFalse(true).withLoader(ConsolePage::template);
        this.page = compiler.loadTemplate("page");
        this.main = compiler.loadTemplate("main");
    }

    String whole(State state) {
        return page.execute(content(state, true));
    }

    /** What of it changes. */
    String update(State state) {
        return main.execute(content(state, false));
    }

    private Content content(State state, boolean whole) {
        return new Content(ViewOfState.of(state), whole, originals, SQL);
    }

    private static Reader template(String name) throws IOException {
        InputStream in = ConsolePage.class.getResourceAsStream(name + ".mustache");
        if (in == null) {
            throw new UncheckedIOException(new IOException("not in the jar: " + name + ".mustache"));
        }
        return new InputStreamReader(in, StandardCharsets.UTF_8);
    }
}
