package dev.sluice.loader.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the warehouse's tables up to what this program writes. Each script is one transaction together with its entry in {@code
 * schema_version}, under that table's lock: loaders that start at once take turns, and one that dies in the middle leaves nothing.
 * Forward only; a script that was applied must not have been changed since.
 */
final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    /** In the order of their numbers, which count from 1. */
    private static final List<String> SCRIPTS = List.of(
            "V1__tables.sql",
            "V2__data_versions.sql",
            "V3__views_and_comments.sql",
            "V4__audit_buckets.sql",
            "V5__proof_of_completeness.sql",
            "V6__page_views_daily.sql",
            "V7__forgotten.sql",
            "V8__counts_that_move.sql");

    private static final Pattern NAME = Pattern.compile("V([0-9]+)__([a-z0-9_]+)\\.sql");
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*$");
    private static final Pattern END = Pattern.compile(";\\s*(?:\\n|$)");

    /** Two sessions that create it at once: one of them is told so, by one of several errors. */
    private static final int CREATE_ATTEMPTS = 5;

    /**
     * @param text as it lies in the jar
     * @param checksum of the text, SHA-256
     */
    record Script(int version, String description, String text, String checksum) {
        /** The script's statements. Each ends with a semicolon at the end of a line, and no literal holds one there. */
        List<String> statements() {
            return Arrays.stream(END.split(COMMENT.matcher(text).replaceAll("")))
                    .map(String::strip)
                    .filter(statement -> !statement.isEmpty())
                    .toList();
        }
    }

    private final Warehouse warehouse;
    private final List<Script> scripts;
    private final InstantSource clock;

    Migrations(Warehouse warehouse, List<Script> scripts, InstantSource clock) {
        this.warehouse = warehouse;
        this.scripts = List.copyOf(scripts);
        this.clock = clock;
    }

    /** Those of this release. */
    static List<Script> scripts() {
        return SCRIPTS.stream().map(name -> script(name, read(name))).toList();
    }

    static Script script(String name, String text) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a migration's name: " + name);
        }
        return new Script(Integer.parseInt(matcher.group(1)), matcher.group(2).replace('_', ' '), text, sha256(text));
    }

    void run() throws LoadFailure {
        try (Session session = warehouse.open()) {
            createSchemaVersion(session);
            for (Script script : scripts) {
                apply(session, script);
            }
        }
    }

    private void apply(Session session, Script script) throws LoadFailure {
        String doing = "migration " + script.version() + " (" + script.description() + ")";
        try {
            session.update("LOCK TABLE schema_version");
            List<String> applied =
                    session.texts("SELECT checksum FROM schema_version WHERE version = ?", script.version());
            if (!applied.isEmpty()) {
                session.rollback();
                if (!applied.getFirst().strip().equals(script.checksum())) {
                    throw new LoadFailure(
                            LoadFailure.Kind.FATAL, doing + " was applied from another text than this program's", null);
                }
                return;
            }
            for (String statement : script.statements()) {
                session.update(statement);
            }
            session.update(
                    "INSERT INTO schema_version (version, description, checksum, applied_at) VALUES (?, ?, ?,"
                            + " CAST(? AS TIMESTAMP))",
                    script.version(),
                    script.description(),
                    script.checksum(),
                    Session.timestamp(clock.instant()));
            session.commit();
            LOG.info("Applied {}", doing);
        } catch (SQLException e) {
            throw LoadFailure.of(doing, e);
        }
    }

    private static void createSchemaVersion(Session session) throws LoadFailure {
        for (int attempt = 1; ; attempt++) {
            try {
                session.update("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL, description"
                        + " VARCHAR(255) NOT NULL, checksum CHAR(64) NOT NULL, applied_at TIMESTAMP NOT NULL)");
                session.commit();
                return;
            } catch (SQLException e) {
                try {
                    session.rollback();
                } catch (SQLException lost) {
                    e.addSuppressed(lost);
                    throw LoadFailure.of("creating schema_version", e);
                }
                if (attempt == CREATE_ATTEMPTS) {
                    throw LoadFailure.of("creating schema_version", e);
                }
            }
        }
    }

    private static String read(String name) {
        try (InputStream in = Migrations.class.getResourceAsStream("/db/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its migration " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
