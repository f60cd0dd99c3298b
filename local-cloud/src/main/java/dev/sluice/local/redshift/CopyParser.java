package dev.sluice.local.redshift;

import dev.sluice.local.redshift.CopyCommand.Blanks;
import dev.sluice.local.redshift.CopyCommand.Compression;
import dev.sluice.local.redshift.CopyCommand.Conversions;
import dev.sluice.local.redshift.CopyCommand.TimeFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses Redshift's COPY from S3. One object parses one statement. */
final class CopyParser {
    private static final String NAME = "(?:\"(?:[^\"]++|\"\")++\"|[\\p{L}_][\\w$]*)";
    private static final Pattern HEAD = Pattern.compile(
            "(?:--[^\\n]*\\n|/\\*.*?\\*/|\\s+)*+COPY\\s+(" + NAME + "(?:\\." + NAME
                    + ")?)\\s*(?:\\(([^)]*)\\))?\\s*FROM\\s+'(s3://[^']+)'(.*)",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern TOKEN =
            Pattern.compile("'((?:[^']++|'')*+)'|([A-Za-z_]\\w*)|(\\d+)|--[^\\n]*|/\\*.*?\\*/|(\\S)", Pattern.DOTALL);
    private static final Pattern COLUMN = Pattern.compile("\\s*(" + NAME + ")\\s*");
    /** The most rows that Redshift's MAXERROR lets through. */
    private static final int MOST_ERRORS = 100_000;

    private static final Set<String> SWITCHES = Set.of("ON", "OFF", "TRUE", "FALSE", "PRESET");

    private enum Kind {
        STRING,
        WORD,
        NUMBER,
        OTHER,
        END
    }

    private record Token(Kind kind, String text) {}

    private final List<Token> tokens;
    private int next;

    private boolean authorized;
    private boolean csv;
    private boolean json;
    private boolean jsonIgnoreCase;
    private boolean manifest;
    private Compression compression = Compression.NONE;
    private Optional<Character> delimiter = Optional.empty();
    private char quote = '"';
    private boolean escape;
    private int ignoreHeader;
    private int maxErrors;
    private String nullAs = "\\N";
    private boolean emptyAsNull;
    private boolean blanksAsNull;
    private boolean trimBlanks;
    private boolean fillRecord;
    private boolean ignoreBlankLines;
    private boolean truncate;
    private Optional<String> invalidReplacement = Optional.empty();
    private TimeFormat timeFormat = TimeFormat.TEXT;

    private CopyParser(String options) {
        tokens = tokens(options);
    }

    /**
     * @return empty when the statement isn't a COPY from S3
     * @throws SqlFault when it is one that Redshift, or the stand-in, refuses
     */
    static Optional<CopyCommand> parse(String sql) {
        if (!sql.contains("s3://")) {
            return Optional.empty();
        }
        Matcher head = HEAD.matcher(sql);
        if (!head.matches()) {
            return Optional.empty();
        }
        var parser = new CopyParser(head.group(4));
        parser.options();
        return Optional.of(
                parser.command(new CopyCommand.Target(head.group(1), columns(head.group(2))), head.group(3)));
    }

    private static List<String> columns(@Nullable String list) {
        var names = new ArrayList<String>();
        if (list != null) {
            for (String item : list.split(",", -1)) {
                Matcher name = COLUMN.matcher(item);
                if (!name.matches()) {
                    throw SqlFault.syntax(item.trim());
                }
                names.add(SqlText.identifier(name.group(1)));
            }
        }
        return names;
    }

    private static List<Token> tokens(String options) {
        var tokens = new ArrayList<Token>();
        Matcher m = TOKEN.matcher(options);
        while (m.find()) {
            if (m.group(1) != null) {
                tokens.add(new Token(Kind.STRING, m.group(1).replace("''", "'")));
            } else if (m.group(2) != null) {
                tokens.add(new Token(Kind.WORD, m.group(2).toUpperCase(Locale.ROOT)));
            } else if (m.group(3) != null) {
                tokens.add(new Token(Kind.NUMBER, m.group(3)));
            } else if (m.group(4) != null && !m.group(4).equals(";")) {
                tokens.add(new Token(Kind.OTHER, m.group(4)));
            }
        }
        tokens.add(new Token(Kind.END, "end of input"));
        return tokens;
    }

    private void options() {
        while (peek().kind() != Kind.END) {
            Token word = take();
            if (word.kind() != Kind.WORD) {
                throw SqlFault.syntax(word.text());
            }
            option(word.text());
        }
    }

    private void option(String word) {
        switch (word) {
            case "AS", "WITH", "FORMAT", "ROUNDEC", "EXPLICIT_IDS" -> {}
            case "IAM_ROLE" -> {
                authorized = true;
                if (!takeWordIf(Set.of("DEFAULT"))) {
                    string();
                }
            }
            case "CREDENTIALS", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN" -> {
                authorized = true;
                string();
            }
            case "REGION", "DATEFORMAT" -> string();
            case "STATUPDATE", "COMPUPDATE" -> takeWordIf(SWITCHES);
            case "COMPROWS", "READRATIO" -> number();
            case "ENCODING" -> encoding();
            case "CSV" -> csv = true;
            case "JSON" -> json();
            case "PARQUET", "ORC", "AVRO", "FIXEDWIDTH", "SHAPEFILE", "BZIP2", "LZOP", "NOLOAD", "REMOVEQUOTES" ->
                throw SqlFault.unsupported("COPY with " + word);
            case "QUOTE" -> quote = character();
            case "DELIMITER" -> delimiter = Optional.of(character());
            case "ESCAPE" -> escape = true;
            case "GZIP" -> compression = Compression.GZIP;
            case "ZSTD" -> compression = Compression.ZSTD;
            case "MANIFEST" -> manifest = true;
            case "IGNOREHEADER" -> ignoreHeader = number();
            case "MAXERROR" -> maxErrors = maxErrors();
            case "IGNOREALLERRORS" -> maxErrors = Integer.MAX_VALUE;
            case "NULL" -> nullAs = string();
            case "TIMEFORMAT" -> timeFormat = timeFormat(string());
            case "ACCEPTINVCHARS" -> invalidReplacement = Optional.of(replacement());
            case "EMPTYASNULL" -> emptyAsNull = true;
            case "BLANKSASNULL" -> blanksAsNull = true;
            case "TRIMBLANKS" -> trimBlanks = true;
            case "FILLRECORD" -> fillRecord = true;
            case "IGNOREBLANKLINES" -> ignoreBlankLines = true;
            case "TRUNCATECOLUMNS" -> truncate = true;
            default -> throw SqlFault.syntax(word.toLowerCase(Locale.ROOT));
        }
    }

    private CopyCommand command(CopyCommand.Target target, String uri) {
        if (!authorized) {
            throw new SqlFault("XX000", "COPY needs credentials: IAM_ROLE or CREDENTIALS");
        }
        if (csv && escape) {
            throw new SqlFault("0A000", "ESCAPE is not supported for CSV");
        }
        CopyCommand.Format format = json
                ? new CopyCommand.Json(jsonIgnoreCase)
                : new CopyCommand.Delimited(
                        delimiter.orElse(csv ? ',' : '|'),
                        csv ? Optional.of(quote) : Optional.empty(),
                        escape,
                        ignoreHeader);
        var blanks =
                new Blanks(emptyAsNull || nullAs.isEmpty(), blanksAsNull, trimBlanks, fillRecord, ignoreBlankLines);
        return new CopyCommand(
                target,
                new CopyCommand.Source(uri, manifest, compression),
                format,
                new Conversions(blanks, nullAs, truncate, invalidReplacement, timeFormat),
                maxErrors);
    }

    private void json() {
        json = true;
        skipAs();
        if (peek().kind() != Kind.STRING) {
            return;
        }
        switch (take().text().toLowerCase(Locale.ROOT)) {
            case "auto" -> {}
            case "auto ignorecase" -> jsonIgnoreCase = true;
            default -> throw SqlFault.unsupported("COPY JSON with paths");
        }
    }

    private void encoding() {
        skipAs();
        Token name = take();
        if (!Set.of("UTF8", "AUTO").contains(name.text().toUpperCase(Locale.ROOT))) {
            throw SqlFault.unsupported("COPY with ENCODING " + name.text());
        }
    }

    private static TimeFormat timeFormat(String name) {
        return switch (name) {
            case "epochsecs" -> TimeFormat.EPOCH_SECONDS;
            case "epochmillisecs" -> TimeFormat.EPOCH_MILLIS;
            default -> TimeFormat.TEXT;
        };
    }

    private int maxErrors() {
        int n = number();
        if (n > MOST_ERRORS) {
            throw new SqlFault("22023", "MAXERROR must be between 0 and " + MOST_ERRORS);
        }
        return n;
    }

    private String replacement() {
        skipAs();
        return peek().kind() == Kind.STRING ? take().text() : "?";
    }

    private char character() {
        String text = string();
        if (text.equals("\\t")) {
            return '\t';
        }
        if (text.length() != 1 || text.charAt(0) > 127) {
            throw SqlFault.unsupported("a delimiter or quote that isn't one ASCII character");
        }
        return text.charAt(0);
    }

    private String string() {
        skipAs();
        Token token = take();
        if (token.kind() != Kind.STRING) {
            throw SqlFault.syntax(token.text());
        }
        return token.text();
    }

    private int number() {
        skipAs();
        Token token = take();
        try {
            return Integer.parseInt(token.text());
        } catch (NumberFormatException e) {
            throw SqlFault.syntax(token.text());
        }
    }

    private void skipAs() {
        takeWordIf(Set.of("AS"));
    }

    private boolean takeWordIf(Set<String> words) {
        if (peek().kind() == Kind.WORD && words.contains(peek().text())) {
            next++;
            return true;
        }
        return false;
    }

    private Token peek() {
        return tokens.get(next);
    }

    /** The end is never passed. */
    private Token take() {
        Token token = tokens.get(next);
        if (token.kind() != Kind.END) {
            next++;
        }
        return token;
    }
}
