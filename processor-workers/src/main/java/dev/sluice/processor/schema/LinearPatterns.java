package dev.sluice.processor.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.Locale;

/**
 * The patterns of schemas, in time that grows with the text and never faster: what is sent can't make a harmless
 * looking pattern run for hours, as it can with engines that go back and try again. The price: no look-around and no
 * back-references; a schema that has them is refused at the start.
 */
final class LinearPatterns implements RegularExpressionFactory {
    @Override
    public RegularExpression getRegularExpression(String regex) {
        try {
            Pattern pattern = Pattern.compile(translate(regex));
            return text -> pattern.matcher(text).find();
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "the pattern " + regex + " is not taken: "
                            + e.getDescription().toLowerCase(Locale.ROOT),
                    e);
        }
    }

    /** ECMAScript's names of characters as RE2 writes them. */
    static String translate(String regex) {
        if (regex.indexOf('\\') < 0) {
            return regex;
        }
        var out = new StringBuilder(regex.length() + 8);
        int i = 0;
        while (i < regex.length()) {
            char c = regex.charAt(i);
            if (c != '\\' || i + 1 == regex.length()) {
                out.append(c);
                i++;
            } else if (regex.charAt(i + 1) == 'u' && i + 6 <= regex.length() && regex.charAt(i + 2) != '{') {
                out.append("\\x{").append(regex, i + 2, i + 6).append('}');
                i += 6;
            } else {
                out.append(c).append(regex.charAt(i + 1));
                i += 2;
            }
        }
        return out.toString();
    }
}
