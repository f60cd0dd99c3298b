package dev.sluice.local.redshift;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites what PostgreSQL's parser doesn't know of Redshift's SQL, and refuses what PostgreSQL knows and Redshift doesn't, so
 * that nothing works here and fails there. Literals, quoted names and comments are never touched.
 */
final class StatementRewriter {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;
    /** Most statements hold none of these words and pass as they are. */
    private static final Pattern WORTH_A_LOOK = Pattern.compile(
            "\\b(?:create|alter|vacuum|set|max|approximate|sysdate|dateadd|datediff|date_part|minus|nvl|isnull|listagg|median"
                    + "|returning|conflict|analyze|analyse|is_autoincrement|json_serialize|try_cast)\\b|\\d(?:when|then|else|end)\\b",
            Pattern.CASE_INSENSITIVE);

    private record Rule(Pattern pattern, String replacement) {}

    private static final List<Rule> RULES = List.of(
            rule("\\b(?:N?VARCHAR|CHARACTER\\s+VARYING)\\s*\\(\\s*MAX\\s*\\)", "VARCHAR(65535)"),
            rule("\\bAPPROXIMATE\\s+(?=(?:COUNT|PERCENTILE_DISC)\\b)", ""),
            rule("\\bSYSDATE\\b(?!\\s*\\()", "sysdate()"),
            rule("\\b(DATEADD|DATEDIFF|DATE_PART)\\s*\\(\\s*([a-z_]+)\\s*,", "$1('$2',"),
            rule("\\b(?:NVL|ISNULL)\\s*\\(", "COALESCE("),
            rule("\\bMINUS\\b(?=\\s+SELECT)", "EXCEPT"),
            // In PostgreSQL a word of the language, which takes no SUPER.
            rule("(?<!\\.)\\bJSON_SERIALIZE\\s*\\(", "pg_catalog.json_serialize("),
            // The driver's getColumns names an output column in another one, as Redshift lets one do.
            rule("\\bIS_AUTOINCREMENT\\s+AS\\s+IS_GENERATEDCOLUMN\\b", "NULL::varchar AS IS_GENERATEDCOLUMN"),
            // Redshift's parser, and the driver's getColumns, need no blank after a number.
            rule("(?<![\\w$.])(\\d+)(WHEN|THEN|ELSE|END)\\b", "$1 $2"),
            rule("\\bWITH\\s+NO\\s+SCHEMA\\s+BINDING\\s*$", ""),
            // Settings of Redshift's own are kept, as PostgreSQL lets one with a dot be anything.
            rule(
                    "^(\\s*SET\\s+(?:(?:SESSION|LOCAL)\\s+)?)(query_group|enable_result_cache_for_session|wlm_query_slot_count"
                            + "|enable_case_sensitive_identifier|enable_case_sensitive_super_attribute|json_serialization_enable"
                            + "|navigate_super_null_on_error|cast_super_null_on_error|parse_super_null_on_error"
                            + "|json_parse_dedup_attributes|mv_enable_aqmv_for_session|analyze_threshold_percent)\\b",
                    "$1redshift.$2"));

    private record Refusal(Pattern pattern, String what) {}

    private static final List<Refusal> REFUSALS = List.of(
            refusal("\\s*CREATE\\s+(?:UNIQUE\\s+)?INDEX\\b.*", "CREATE INDEX"),
            refusal("\\s*CREATE\\s+(?:CONSTRAINT\\s+)?TRIGGER\\b.*", "CREATE TRIGGER"),
            refusal("\\s*CREATE\\s+(?:SEQUENCE|DOMAIN|TYPE|EXTENSION|RULE)\\b.*", "this CREATE"),
            refusal("\\s*(?:INSERT|WITH)\\b.*\\bON\\s+CONFLICT\\b.*", "ON CONFLICT"),
            refusal("\\s*(?:INSERT|UPDATE|DELETE|WITH|MERGE)\\b.*\\bRETURNING\\b.*", "RETURNING"));

    private static final Pattern VACUUM = Pattern.compile(
            "\\s*VACUUM\\b\\s*(?:FULL\\b|SORT\\s+ONLY\\b|DELETE\\s+ONLY\\b|REINDEX\\b|RECLUSTER\\b)?\\s*([^\\s;]*).*",
            FLAGS);
    private static final Pattern ANALYZE = Pattern.compile(
            "(\\s*ANALY[SZ]E\\b)\\s*(?:VERBOSE\\b\\s*)?(.*?)\\s*(?:(?:PREDICATE|ALL)\\s+COLUMNS\\s*)?", FLAGS);
    private static final Pattern AGGREGATE = Pattern.compile("\\b(LISTAGG|MEDIAN)\\s*\\(", FLAGS);
    private static final Pattern TRY_CAST = Pattern.compile("\\bTRY_CAST\\s*\\(", FLAGS);
    private static final Pattern LAST_AS = Pattern.compile("(.*)\\bAS\\b(.*)", FLAGS);
    private static final Pattern WITHIN_GROUP = Pattern.compile("\\s*WITHIN\\s+GROUP\\s*\\(", FLAGS);
    private static final Pattern DISTINCT = Pattern.compile("(\\s*DISTINCT\\b)?(.*)", FLAGS);
    /** Attributes of materialized views stand where those of a table made from a query stand. */
    private static final Pattern MATERIALIZED_VIEW =
            Pattern.compile("(\\s*CREATE\\s+MATERIALIZED\\s+VIEW\\s+[^\\s(]+)(.*?)(\\bAS\\b.*)", FLAGS);

    private StatementRewriter() {}

    /** @throws SqlFault when Redshift would not take it */
    static String rewrite(String sql) {
        if (!WORTH_A_LOOK.matcher(sql).find()
                && !SuperNavigation.WORTH_A_LOOK.matcher(sql).find()) {
            return sql;
        }
        SqlText text = SqlText.mask(sql);
        var tables = new TableStatements(text);
        var navigation = new SuperNavigation(text);
        List<String> statements = SqlText.split(text.masked(), ';').stream()
                .map(statement -> navigation.rewrite(rewriteOne(statement, tables)))
                .toList();
        String masked = String.join(";", statements);
        // Comments are gone from the masked text: keep the original when nothing else has changed.
        return masked.equals(text.masked()) ? sql : text.restore(masked);
    }

    private static String rewriteOne(String statement, TableStatements tables) {
        for (Refusal refusal : REFUSALS) {
            if (refusal.pattern.matcher(statement).matches()) {
                throw new SqlFault("0A000", refusal.what + " is not supported by Redshift");
            }
        }
        Matcher vacuum = VACUUM.matcher(statement);
        if (vacuum.matches()) {
            return "VACUUM " + vacuum.group(1);
        }
        Matcher analyze = ANALYZE.matcher(statement);
        if (analyze.matches()) {
            return analyze.group(1) + " " + analyze.group(2);
        }
        Matcher view = MATERIALIZED_VIEW.matcher(statement);
        String result = view.matches()
                ? view.group(1) + " " + view.group(3)
                : tables.rewrite(statement).orElse(statement);
        for (Rule rule : RULES) {
            result = rule.pattern.matcher(result).replaceAll(rule.replacement);
        }
        return aggregates(tryCasts(result));
    }

    /** PostgreSQL has no TRY_CAST, but can say whether a text is one of a type's. */
    private static String tryCasts(String statement) {
        Matcher call = TRY_CAST.matcher(statement);
        int close = call.find() ? SqlText.closing(statement, call.end() - 1) : -1;
        if (close < 0) {
            return statement;
        }
        Matcher cast = LAST_AS.matcher(statement.substring(call.end(), close));
        if (!cast.matches()) {
            throw SqlFault.syntax("TRY_CAST");
        }
        String text = "(" + tryCasts(cast.group(1)) + ")::text";
        String type = cast.group(2).strip();
        return statement.substring(0, call.start()) + "(CASE WHEN pg_input_is_valid(" + text + ", $$" + type
                + "$$) THEN " + text + "::" + type + " END)" + tryCasts(statement.substring(close + 1));
    }

    /** LISTAGG becomes string_agg, MEDIAN percentile_cont. */
    private static String aggregates(String statement) {
        String rest = statement;
        var done = new StringBuilder();
        while (true) {
            Matcher call = AGGREGATE.matcher(rest);
            int close = call.find() ? SqlText.closing(rest, call.end() - 1) : -1;
            if (close < 0) {
                return done.append(rest).toString();
            }
            String arguments = aggregates(rest.substring(call.end(), close));
            done.append(rest, 0, call.start());
            rest = rest.substring(close + 1);
            if (call.group(1).equalsIgnoreCase("MEDIAN")) {
                done.append("percentile_cont(0.5) WITHIN GROUP (ORDER BY ")
                        .append(arguments)
                        .append(')');
            } else {
                Optional<String> order = withinGroup(rest);
                rest = rest.substring(order.map(String::length).orElse(0));
                done.append(stringAgg(arguments, order));
            }
        }
    }

    /** The whole of {@code WITHIN GROUP (…)} if the text starts with it. */
    private static Optional<String> withinGroup(String text) {
        Matcher group = WITHIN_GROUP.matcher(text);
        int close = group.lookingAt() ? SqlText.closing(text, group.end() - 1) : -1;
        return close < 0 ? Optional.empty() : Optional.of(text.substring(0, close + 1));
    }

    private static String stringAgg(String arguments, Optional<String> group) {
        List<String> parts = SqlText.split(arguments, ',');
        Matcher value = DISTINCT.matcher(parts.getFirst());
        if (!value.matches()) {
            throw SqlFault.syntax("LISTAGG");
        }
        String distinct = value.group(1) == null ? "" : value.group(1) + " ";
        String delimiter = parts.size() > 1 ? parts.get(1) : "''";
        String order = group.map(g -> " " + g.substring(g.indexOf('(') + 1, g.length() - 1))
                .orElse("");
        return "string_agg(" + distinct + "(" + value.group(2).strip() + ")::text," + delimiter + order + ")";
    }

    private static Rule rule(String pattern, String replacement) {
        return new Rule(Pattern.compile(pattern, FLAGS), replacement);
    }

    private static Refusal refusal(String pattern, String what) {
        return new Refusal(Pattern.compile(pattern, FLAGS), what);
    }
}
