package dev.sluice.cli.doctor;

import dev.sluice.loader.load.LoadRehearsal;
import dev.sluice.loader.load.LoadRehearsal.Schema;
import dev.sluice.loader.load.LoaderProperties;
import dev.sluice.loader.staging.StagingLayout;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;

/** The warehouse: reached, known by its certificate, logged in to, and a load rehearsed in it step by step. */
final class WarehouseChecks {
    private static final String REACH = "warehouse.reach";
    private static final String TLS = "warehouse.tls";
    private static final String LOGIN = "warehouse.login";
    private static final String VERSION = "warehouse.version";

    private static final String OWN_NAME =
            "name the host in sluice.loader.jdbc-url as its certificate does: the endpoint's own name, no alias and no address";
    private static final String GRANTS =
            "run deploy/aws/grants.sql as an administrator: GRANT USAGE, CREATE ON SCHEMA, and TEMP on the database";

    private static final int USUAL_PORT = 5439;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration STATEMENT = Duration.ofSeconds(8);
    /** PostgreSQL's and Redshift's state for a statement that took too long. */
    private static final String CANCELLED = "57014";

    private final LoaderProperties loader;
    private final StagingLayout layout;
    private final ServiceClients clients;

    WarehouseChecks(LoaderProperties loader, StagingLayout layout, ServiceClients clients) {
        this.loader = loader;
        this.layout = layout;
        this.clients = clients;
    }

    List<Check> all() {
        return List.of(
                Check.of(
                        REACH,
                        "a TCP connection to " + host() + ":" + port(),
                        "open the warehouse's security group to the loader, let it run in the same VPC, or correct sluice.loader.jdbc-url",
                        this::reach),
                Check.of(TLS, "the server's certificate, and the host's name in it", OWN_NAME, this::tls)
                        .needing(REACH),
                Check.of(
                                LOGIN,
                                "logging in as " + loader.username(),
                                "set sluice.loader.username and SLUICE_LOADER_PASSWORD to those of the database user of deploy/aws/grants.sql",
                                () -> asking("SELECT current_database()", "logged in to %s"))
                        .needing(TLS),
                onceIn(
                        "warehouse.schema",
                        "has_schema_privilege and has_database_privilege of the loader's user",
                        GRANTS,
                        this::schemaRights),
                onceIn(
                        "warehouse.isolation",
                        "stv_db_isolation_level",
                        "see what keeps the warehouse from answering",
                        this::isolation),
                onceIn(
                        VERSION,
                        "schema_version against the migrations of this program",
                        "start the loader, which makes and migrates its tables; GRANT CREATE ON SCHEMA if it can't",
                        this::version),
                onceIn(
                                "warehouse.lock",
                                "LOCK TABLE load_ledger, rolled back",
                                "let the user that made the tables load them: ALTER TABLE load_ledger OWNER TO "
                                        + loader.username(),
                                this::lock)
                        .needing(LOGIN, VERSION),
                onceIn(
                                "warehouse.copy",
                                "COPY of one row from s3://" + layout.bucket() + " into a temporary table, rolled back",
                                "attach CopyRole of deploy/aws/access.yml to the cluster or namespace, and set sluice.loader.iam-role to its ARN",
                                this::copy)
                        .needing(LOGIN, BucketChecks.EXISTS),
                onceIn(
                        "warehouse.statement-timeout",
                        "SET and SHOW statement_timeout",
                        "let the loader's user set its own statement_timeout",
                        this::statementTimeout),
                onceIn(
                        "warehouse.load-errors",
                        "SELECT of sys_load_error_detail",
                        "GRANT SELECT ON sys_load_error_detail to the loader's user: without it a bad row takes more questions to find",
                        () -> asking(
                                "SELECT COUNT(*) FROM sys_load_error_detail WHERE line_number < 0", "can be read")));
    }

    private Check onceIn(String name, String tried, String advice, Check.Probe probe) {
        return Check.of(name, tried, advice, probe).needing(LOGIN);
    }

    private URI address() {
        return URI.create(loader.jdbcUrl().substring("jdbc:".length()));
    }

    private String host() {
        return Objects.requireNonNullElse(address().getHost(), "");
    }

    private int port() {
        return address().getPort() < 0 ? USUAL_PORT : address().getPort();
    }

    private LoadRehearsal open() throws SQLException {
        return LoadRehearsal.open(clients.settings(), loader, STATEMENT);
    }

    private Finding reach() throws Exception {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host(), port()), (int) CONNECT.toMillis());
        }
        return Finding.ok(host() + ":" + port() + " answers");
    }

    private Finding tls() {
        if (!loader.overTls()) {
            return Finding.skipped("without TLS, as is allowed on this machine and between its containers only");
        }
        try (var rehearsal = open()) {
            rehearsal.ask("SELECT 1");
            return Finding.ok("verified, made for " + host());
        } catch (SQLException e) {
            if (isAboutTls(e)) {
                return Finding.fail(Said.by(e), OWN_NAME);
            }
            // The log-in comes after TLS.
            return Finding.ok("verified, made for " + host());
        }
    }

    private static boolean isAboutTls(SQLException e) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            String said = String.valueOf(at.getMessage());
            if (at instanceof SSLException
                    || at instanceof CertificateException
                    || said.contains("SSL")
                    || said.contains("hostname")) {
                return true;
            }
        }
        return false;
    }

    private Finding asking(String sql, String found) throws SQLException {
        try (var rehearsal = open()) {
            return Finding.ok(found.formatted(rehearsal.ask(sql)));
        }
    }

    private Finding schemaRights() throws SQLException {
        try (var rehearsal = open()) {
            String schema = rehearsal.ask("SELECT current_schema()");
            if (schema.isEmpty()) {
                return Finding.fail(
                        "the user's search_path names no schema that it may use",
                        "ALTER USER " + loader.username() + " SET search_path TO the schema of deploy/aws/grants.sql");
            }
            boolean all = isTrue(rehearsal.ask("SELECT has_schema_privilege(current_schema(), 'usage')"))
                    && isTrue(rehearsal.ask("SELECT has_schema_privilege(current_schema(), 'create')"))
                    && isTrue(rehearsal.ask("SELECT has_database_privilege(current_database(), 'temp')"));
            return all
                    ? Finding.ok("may use and create in " + schema + ", and make temporary tables")
                    : Finding.fail("may not use or create in " + schema + ", or make temporary tables", GRANTS);
        }
    }

    private static boolean isTrue(String answer) {
        return answer.startsWith("t") || answer.equals("1");
    }

    private Finding isolation() throws SQLException {
        try (var rehearsal = open()) {
            String level = rehearsal.ask(
                    "SELECT TRIM(isolation_level) FROM stv_db_isolation_level WHERE db_name = current_database()");
            return level.toLowerCase(Locale.ROOT).startsWith("serializable")
                    ? Finding.warn(
                            level + ": whoever reads while a load commits can make it start again (error 1023)",
                            "ALTER DATABASE … ISOLATION LEVEL SNAPSHOT, as an administrator, with nobody connected")
                    : Finding.ok(level);
        } catch (SQLException e) {
            return Finding.skipped("this warehouse does not tell: " + Said.by(e));
        }
    }

    private Finding version() throws SQLException {
        Schema schema;
        try (var rehearsal = open()) {
            schema = rehearsal.schema();
        }
        if (!schema.changed().isEmpty()) {
            return Finding.fail(
                    "migrations " + schema.changed() + " were applied from another text than this program's",
                    "run the release that made these tables, or the one after it");
        }
        if (!schema.missing().isEmpty()) {
            return Finding.fail(
                    "migrations " + schema.missing() + " are not applied",
                    "start the loader of this release, which applies them");
        }
        return schema.unknown().isEmpty()
                ? Finding.ok("as this program's")
                : Finding.warn(
                        "migrations " + schema.unknown() + " are of a newer program",
                        "run the same release everywhere");
    }

    private Finding lock() throws SQLException {
        try (var rehearsal = open()) {
            rehearsal.lockLedger();
            return Finding.ok("taken and given back");
        } catch (SQLException e) {
            if (CANCELLED.equals(e.getSQLState())) {
                return Finding.ok("may be taken; a load has had it for " + STATEMENT.toSeconds() + " s");
            }
            throw e;
        }
    }

    private Finding copy() throws SQLException {
        String folder = layout.cleanPrefix("doctor-" + UUID.randomUUID());
        String file = folder + "one-row.csv.gz";
        String manifest = folder + "one-row.manifest";
        try (var rehearsal = open()) {
            put(file, LoadRehearsal.file());
            put(manifest, LoadRehearsal.manifest(layout.bucket(), file));
            long rows = rehearsal.copy(layout.bucket(), manifest, loader.iamRole());
            return rows == 1
                    ? Finding.ok("one row copied as " + loader.iamRole())
                    : Finding.fail(rows + " rows came of a file with one", "look at sys_load_history");
        } finally {
            remove(file);
            remove(manifest);
        }
    }

    private void put(String key, byte[] bytes) {
        clients.s3().putObject(r -> r.bucket(layout.bucket()).key(key), RequestBody.fromBytes(bytes));
    }

    private void remove(String key) {
        try {
            clients.s3().deleteObject(r -> r.bucket(layout.bucket()).key(key));
        } catch (SdkException _) {
            // The check of that right says so; a lifecycle rule ends the rest.
        }
    }

    private Finding statementTimeout() throws SQLException {
        try (var rehearsal = open()) {
            String shown = rehearsal.ask("SHOW statement_timeout");
            return Finding.ok("can be set (tried " + shown + "; the loader takes "
                    + loader.statementTimeout().toSeconds() + " s)");
        }
    }
}
