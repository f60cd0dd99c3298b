package dev.sluice.local.redshift;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites Redshift's navigation into a SUPER column ({@code t.context.entities."a/b"[0].tier}) for PostgreSQL, where such a chain
 * would name a database, a schema and a table. Only what begins with an alias of the statement's own is one, so a column must be
 * led by its table's alias. What it becomes stands in parentheses: as an item of FROM, where Redshift would unnest a list, it is an
 * error and not something else. Works on masked text.
 */
final class SuperNavigation {
    /** Text without quotes taken out: whether there can be any. */
    static final Pattern WORTH_A_LOOK = Pattern.compile("[\\w\"]\\s*\\.\\s*\"?\\w+\"?\\s*[.\\[]");

    private static final String NAME = SqlText.NAME;
    private static final String STEP = "\\.\\s*" + NAME + "\\s*|\\[\\s*\\d+\\s*]\\s*";
    private static final Pattern CHAIN = Pattern.compile(
            "(?<![\\w$.\u0002])(" + NAME + ")\\s*\\.\\s*(" + NAME + ")\\s*((?:" + STEP + ")+)(?!\\s*\\()");
    private static final Pattern ONE_STEP = Pattern.compile("(" + NAME + ")|(\\d+)");
    private static final Pattern ALIAS = Pattern.compile(
            "(?:\\)|(?:\\b(?:FROM|JOIN|USING|UPDATE)\\s|,)\\s*" + NAME + "(?:\\." + NAME + ")?)\\s+(?:AS\\s+)?(" + NAME
                    + ")",
            Pattern.CASE_INSENSITIVE);

    private final SqlText text;

    SuperNavigation(SqlText text) {
        this.text = text;
    }

    String rewrite(String statement) {
        Set<String> aliases = aliases(statement);
        return CHAIN.matcher(statement).replaceAll(chain -> {
            if (!aliases.contains(name(chain.group(1)))) {
                return Matcher.quoteReplacement(chain.group());
            }
            String end = chain.group().substring(chain.group().stripTrailing().length());
            return Matcher.quoteReplacement("(sluice_local.navigate(" + chain.group(1) + "." + chain.group(2) + ", "
                    + String.join(", ", path(chain.group(3))) + "))" + end);
        });
    }

    /** Each step as a literal. */
    private List<String> path(String steps) {
        var path = new ArrayList<String>();
        Matcher step = ONE_STEP.matcher(steps);
        while (step.find()) {
            path.add(text.literal(step.group(1) == null ? step.group(2) : name(step.group(1))));
        }
        return path;
    }

    private Set<String> aliases(String statement) {
        var aliases = new HashSet<String>();
        Matcher alias = ALIAS.matcher(statement);
        for (int from = 0; alias.find(from); from = alias.start(1)) {
            aliases.add(name(alias.group(1)));
        }
        return aliases;
    }

    private String name(String masked) {
        return SqlText.identifier(text.restore(masked));
    }
}
