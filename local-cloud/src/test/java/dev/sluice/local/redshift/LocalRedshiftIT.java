package dev.sluice.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.luben.zstd.ZstdOutputStream;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The stand-in through the driver, the client and the pool that the loader uses. */
class LocalRedshiftIT {
    private static final String ROLE = " IAM_ROLE 'arn:aws:iam::123456789012:role/loader' ";
    private static final String LOAD_OPTIONS =
            ROLE + "FORMAT AS CSV GZIP MANIFEST TIMEFORMAT 'auto' EMPTYASNULL STATUPDATE OFF COMPUPDATE OFF";

    @TempDir
    static Path directory;

    private static TestBucket bucket;
    private static LocalRedshift redshift;
    private static HikariDataSource pool;
    private static JdbcClient db;
    private static TransactionTemplate transaction;

    @BeforeAll
    static void start() throws Exception {
        bucket = new TestBucket();
        redshift = LocalRedshift.start(new RedshiftSettings(directory.resolve("redshift"), 0, bucket.endpoint()));
        var config = new HikariConfig();
        config.setJdbcUrl(redshift.jdbcUrl() + "&ApplicationName=test");
        config.setUsername("sluice");
        config.setPassword("any");
        config.setDriverClassName("com.amazon.redshift.Driver");
        config.setMaximumPoolSize(8);
        pool = new HikariDataSource(config);
        db = JdbcClient.create(pool);
        transaction = new TransactionTemplate(new DataSourceTransactionManager(pool));
    }

    @AfterAll
    static void stop() throws Exception {
        pool.close();
        redshift.close();
        bucket.close();
    }

    @BeforeEach
    void emptyTables() {
        for (String table : List.of("views", "ledger", "small")) {
            db.sql("DROP TABLE IF EXISTS " + table).update();
        }
        db.sql("""
                CREATE TABLE IF NOT EXISTS views (
                  event_id CHAR(36) NOT NULL, received_at TIMESTAMP NOT NULL ENCODE RAW, title VARCHAR(20),
                  raw VARCHAR(65535) ENCODE ZSTD, is_bot BOOLEAN, value DOUBLE PRECISION, context SUPER,
                  loaded_at TIMESTAMP DEFAULT GETDATE())
                DISTKEY(event_id) SORTKEY(received_at)""").update();
        db.sql("CREATE TABLE ledger (batch_id VARCHAR(64) NOT NULL PRIMARY KEY, rows BIGINT) DISTSTYLE ALL")
                .update();
        db.sql("CREATE TABLE small (id INTEGER NOT NULL, n INTEGER, v VARCHAR(5))")
                .update();
    }

    // --- the load

    private static String viewsCsv(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "%036d,2026-11-23 10:00:%02d.123456,\"a \"\"b\"\", é\",,true,%d.5,\"{\"\"i\"\":%d}\"\n"
                        .formatted(i, i % 60, i, i))
                .collect(Collectors.joining());
    }

    private static String batch(String name, int from, int to) {
        return bucket.manifest(name + "/manifest", bucket.putGzip(name + "/part-0.csv.gz", viewsCsv(from, to)));
    }

    /** The loader's transaction. @return rows inserted, or −1 when the ledger has the batch */
    private static long load(String batch, String manifest, Runnable beforeCommit) {
        return Objects.requireNonNull(transaction.execute(status -> {
            db.sql("LOCK TABLE ledger").update();
            if (count("SELECT count(*) FROM ledger WHERE batch_id IN (?, ?)", batch, "another") > 0) {
                return -1L;
            }
            db.sql("CREATE TEMP TABLE stage_views (LIKE views)").update();
            db.sql("COPY stage_views (event_id, received_at, title, raw, is_bot, value, context) FROM '" + manifest
                            + "'" + LOAD_OPTIONS)
                    .update();
            long copied = count("SELECT pg_last_copy_count()");
            long inserted =
                    db.sql("""
                            INSERT INTO views (event_id, received_at, title, raw, is_bot, value, context, loaded_at)
                            SELECT event_id, received_at, title, raw, is_bot, value, context, GETDATE() FROM (
                              SELECT s.*, row_number() OVER (PARTITION BY event_id ORDER BY received_at) AS rn
                              FROM stage_views s) d
                            WHERE rn = 1 AND NOT EXISTS (
                              SELECT 1 FROM views p WHERE p.event_id = d.event_id AND p.received_at >= ?)""").param(LocalDateTime.of(2026, 11, 1, 0, 0)).update();
            db.sql("DROP TABLE stage_views").update();
            db.sql("INSERT INTO ledger (batch_id, rows) VALUES (?, ?)")
                    .params(batch, copied)
                    .update();
            beforeCommit.run();
            return inserted;
        }));
    }

    @Test
    void load_insertsEachRowOnceAndSkipsABatchThatIsInTheLedger() {
        String manifest = bucket.manifest(
                "l1/manifest",
                bucket.putGzip("l1/0.csv.gz", viewsCsv(0, 2000)),
                bucket.putGzip("l1/1.csv.gz", viewsCsv(1500, 3500)));
        assertThat(load("l1", manifest, () -> {})).isEqualTo(3500);
        assertThat(load("l1", manifest, () -> {})).isEqualTo(-1);
        assertThat(load("l2", batch("l2", 3000, 4000), () -> {})).isEqualTo(500);
        assertThat(count("SELECT count(*) FROM views")).isEqualTo(4000);
        assertThat(count("SELECT rows FROM ledger WHERE batch_id = 'l1'")).isEqualTo(4000);
        assertThat(
                        count(
                                "SELECT count(*) FROM views WHERE title = 'a \"b\", é' AND raw IS NULL AND is_bot"
                                        + " AND value::varchar = (context->>'i') || '.5' AND loaded_at > GETDATE() - INTERVAL '1 minute'"))
                .isEqualTo(4000);
    }

    @Test
    void load_leavesNothingWhenItDiesBeforeTheCommit() {
        String manifest = batch("dies", 0, 1000);
        assertThatThrownBy(() -> load("dies", manifest, () -> {
                    throw new IllegalStateException("dies");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(count("SELECT count(*) FROM views")).isZero();
        assertThat(count("SELECT count(*) FROM ledger")).isZero();
        assertThat(load("dies", manifest, () -> {})).isEqualTo(1000);
    }

    @Test
    void load_byManyLoadersAtOnceDoublesAndLosesNothing() throws Exception {
        int batches = 12;
        List<String> manifests = IntStream.range(0, batches)
                .mapToObj(i -> batch("c" + i, i * 50, i * 50 + 100))
                .toList();
        try (var loaders = Executors.newFixedThreadPool(6)) {
            var loads = new ArrayList<Future<Long>>();
            for (int i = 0; i < 2 * batches; i++) {
                int k = i % batches;
                Callable<Long> load = () -> load("c" + k, manifests.get(k), () -> {});
                loads.add(loaders.submit(load));
            }
            for (Future<Long> load : loads) {
                load.get();
            }
        }
        assertThat(count("SELECT count(*) FROM views")).isEqualTo((batches + 1) * 50L);
        assertThat(count("SELECT count(DISTINCT event_id) FROM views")).isEqualTo((batches + 1) * 50L);
    }

    @Test
    void copyInsertAndDeleteUsing_areOneTransaction() {
        load("u1", batch("u1", 0, 100), () -> {});
        String manifest = batch("u2", 50, 150);
        List<Integer> changed = transaction.execute(status -> {
            db.sql("CREATE TEMP TABLE stage_views (LIKE views)").update();
            db.sql("COPY stage_views (event_id, received_at, title, raw, is_bot, value, context) FROM '" + manifest
                            + "'" + LOAD_OPTIONS)
                    .update();
            int deleted = db.sql("DELETE FROM stage_views USING views p WHERE stage_views.event_id = p.event_id")
                    .update();
            int inserted = db.sql("INSERT INTO views SELECT * FROM stage_views").update();
            db.sql("DROP TABLE stage_views").update();
            status.setRollbackOnly();
            return List.of(deleted, inserted);
        });
        assertThat(changed).containsExactly(50, 50);
        assertThat(count("SELECT count(*) FROM views")).isEqualTo(100);
    }

    // --- COPY

    @Test
    void copy_outsideATransactionHasItsOwnAndAnswersZeroAndANotice() throws Exception {
        String csv = bucket.put("auto/a.csv", "1,10,a\n2,20,b\n");
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("COPY small FROM '" + csv + "'" + ROLE + "CSV"))
                    .isFalse();
            assertThat(statement.getUpdateCount()).isZero();
            assertThat(statement.getWarnings().getMessage()).contains("2 record(s) loaded");
            assertThat(one(statement, "SELECT pg_last_copy_count()")).isEqualTo(2);
        }
        assertThat(count("SELECT count(*) FROM small")).isEqualTo(2);
    }

    @Test
    void copy_preparedOnceRunsManyTimes() throws Exception {
        String csv = bucket.put("prepared/a.csv", "1,10,a\n");
        try (Connection connection = pool.getConnection();
                PreparedStatement copy = connection.prepareStatement("COPY small FROM '" + csv + "'" + ROLE + "CSV")) {
            for (int i = 0; i < 8; i++) {
                copy.execute();
            }
        }
        assertThat(count("SELECT count(*) FROM small")).isEqualTo(8);
    }

    @Test
    void copy_namesTheFileTheLineAndTheColumnOfABadValue() {
        bucket.put("bad/a.csv", "id,n,v\n1,10,\"two\nlines\"\n");
        bucket.put("bad/b.csv", "id,n,v\n4,40,ok\n5,5x,y\n");
        assertFails(
                "XX000",
                () -> db.sql("COPY small FROM 's3://stage/bad/'" + ROLE + "CSV IGNOREHEADER 1 TRUNCATECOLUMNS")
                        .update());
        assertThat(count("SELECT count(*) FROM small")).isZero();
        Map<String, @Nullable Object> error = lastError();
        assertThat(error)
                .containsEntry("file_name", "s3://stage/bad/b.csv")
                .containsEntry("line_number", 3L)
                .containsEntry("column_name", "n")
                .containsEntry("raw_field_value", "5x")
                .containsEntry("error_code", 1207);
        assertThat(count("SELECT count(*) FROM stl_load_errors WHERE filename = 's3://stage/bad/b.csv'"))
                .isEqualTo(1);
    }

    @Test
    void copy_withMaxErrorLoadsTheRestAndNoMoreThanThat() {
        bucket.put("max/a.csv", "1,10,ok\n2,abc,x\n,1,null\n4,40,toolong\n5,50,ok\n");
        String copy = "COPY small FROM 's3://stage/max/'" + ROLE + "CSV MAXERROR ";
        assertFails("XX000", () -> db.sql(copy + 2).update());
        assertThat(count("SELECT count(*) FROM small")).isZero();
        db.sql(copy + 3).update();
        assertThat(db.sql("SELECT id FROM small ORDER BY id")
                        .query(Integer.class)
                        .list())
                .containsExactly(1, 5);
        assertThat(db.sql("SELECT line_number FROM sys_load_error_detail WHERE query_id ="
                                + " (SELECT max(query_id) FROM sys_load_history) ORDER BY 1")
                        .query(Long.class)
                        .list())
                .containsExactly(2L, 3L, 4L);
        assertThat(db.sql(
                                "SELECT status, loaded_rows, error_count FROM sys_load_history ORDER BY query_id DESC LIMIT 1")
                        .query()
                        .singleRow())
                .containsEntry("status", "completed")
                .containsEntry("loaded_rows", 2L)
                .containsEntry("error_count", 3L);
    }

    @Test
    void copy_withMaxErrorStopsWhenPostgresSkipsMoreThanAllowed() {
        bucket.put("skips/a.csv", "1,a,x\n2,b,x\n3,3,x\n");
        String copy = "COPY small FROM 's3://stage/skips/'" + ROLE + "CSV MAXERROR ";
        assertFails("XX000", () -> db.sql(copy + 1).update());
        assertThat(count("SELECT count(*) FROM small")).isZero();
        db.sql(copy + 2).update();
        assertThat(count("SELECT count(*) FROM small")).isEqualTo(1);
    }

    @Test
    void copy_countsBytes() {
        bucket.put("bytes/a.csv", "1,1,abcdé\n");
        assertFails(
                "XX000",
                () -> db.sql("COPY small FROM 's3://stage/bytes/'" + ROLE + "CSV")
                        .update());
        assertThat(lastError()).containsEntry("error_code", 1204);
        db.sql("COPY small FROM 's3://stage/bytes/'" + ROLE + "CSV TRUNCATECOLUMNS")
                .update();
        assertThat(db.sql("SELECT v FROM small").query(String.class).single()).isEqualTo("abcd");
    }

    @Test
    void copy_refusesBytesThatAreNotUtf8OrReplacesThem() {
        bucket.put("utf8/a.csv", new byte[] {'7', ',', '1', ',', 'a', (byte) 0xC3, '(', '\n'});
        String copy = "COPY small FROM 's3://stage/utf8/'" + ROLE + "CSV";
        assertFails("XX000", () -> db.sql(copy).update());
        assertThat(lastError()).containsEntry("error_code", 1220);
        db.sql(copy + " ACCEPTINVCHARS AS '^'").update();
        assertThat(db.sql("SELECT v FROM small").query(String.class).single()).isEqualTo("a^(");
    }

    @Test
    void copy_readsJsonByColumnName() {
        db.sql("DROP TABLE IF EXISTS from_json").update();
        db.sql("CREATE TABLE from_json (id INT, v VARCHAR(20), s SUPER, at TIMESTAMP)")
                .update();
        bucket.putGzip("json/a.json", """
                {"id":1,"v":"a\\tb","s":{"x":[1,2]},"other":{"z":1},"at":"2026-11-22T10:00:00.123Z"}
                {"id":2,"s":"text","v":"c\\\\d"}
                """);
        db.sql("COPY from_json FROM 's3://stage/json/' IAM_ROLE default FORMAT AS JSON 'auto' GZIP TIMEFORMAT 'auto'")
                .update();
        assertThat(count("SELECT count(*) FROM from_json WHERE id = 1 AND v = E'a\\tb' AND s->'x'->>1 = '2'"
                        + " AND at = '2026-11-22 10:00:00.123'"))
                .isEqualTo(1);
        assertThat(count(
                        "SELECT count(*) FROM from_json WHERE id = 2 AND v = E'c\\\\d' AND s = json_parse('\"text\"')"))
                .isEqualTo(1);
    }

    @Test
    void copy_readsZstdAndPipesAndEpochs() throws Exception {
        db.sql("DROP TABLE IF EXISTS from_text").update();
        db.sql("CREATE TABLE from_text (id INT, v VARCHAR(5), at TIMESTAMP)").update();
        var bytes = new ByteArrayOutputStream();
        try (var out = new ZstdOutputStream(bytes)) {
            out.write("11|a|\n12|b|1700000000000\n".getBytes(StandardCharsets.UTF_8));
        }
        bucket.put("zstd/a.zst", bytes.toByteArray());
        db.sql("COPY from_text FROM 's3://stage/zstd/' IAM_ROLE default ZSTD DELIMITER '|' TIMEFORMAT 'epochmillisecs'")
                .update();
        assertThat(db.sql("SELECT max(at)::varchar FROM from_text")
                        .query(String.class)
                        .single())
                .isEqualTo("2023-11-14 22:13:20");
    }

    @Test
    void copy_refusesWhatIsMissing() {
        assertFails(
                "XX000",
                () -> db.sql("COPY small FROM 's3://stage/none/manifest'" + ROLE + "CSV MANIFEST")
                        .update());
        assertFails(
                "XX000",
                () -> db.sql("COPY small FROM 's3://stage/none/'" + ROLE + "CSV")
                        .update());
        assertFails(
                "XX000",
                () -> db.sql("COPY small FROM 's3://nobucket/x'" + ROLE + "CSV").update());
        assertFails(
                "42P01",
                () -> db.sql("COPY nope FROM 's3://stage/none/'" + ROLE + "CSV").update());
        assertFails(
                "42703",
                () -> db.sql("COPY small (id, nope) FROM 's3://stage/none/'" + ROLE + "CSV")
                        .update());
        assertFails(
                "42601",
                () -> db.sql("COPY small FROM 's3://stage/none/'" + ROLE + "CSV FROBNICATE")
                        .update());
        assertFails(
                "XX000", () -> db.sql("COPY small FROM 's3://stage/none/' CSV").update());
    }

    @Test
    void copy_wantsMandatoryObjectsOfAManifestOnly() {
        String here = bucket.put("mandatory/a.csv", "1,1,a\n");
        String must = bucket.manifest("mandatory/must", here, "s3://stage/mandatory/gone.csv");
        assertFails(
                "XX000",
                () -> db.sql("COPY small FROM '" + must + "'" + ROLE + "CSV MANIFEST")
                        .update());
        String may = bucket.put(
                "mandatory/may",
                "{\"entries\":[{\"url\":\"" + here + "\",\"meta\":{\"content_length\":6}},"
                        + "{\"url\":\"s3://stage/mandatory/gone.csv\"}]}");
        db.sql("COPY small FROM '" + may + "'" + ROLE + "CSV MANIFEST").update();
        assertThat(count("SELECT count(*) FROM small")).isEqualTo(1);
        String none = bucket.put("mandatory/none", "{\"entries\":[{\"url\":\"s3://stage/mandatory/gone.csv\"}]}");
        assertFails(
                "XX000",
                () -> db.sql("COPY small FROM '" + none + "'" + ROLE + "CSV MANIFEST")
                        .update());
        String broken = bucket.put("mandatory/broken", "{\"entries\":");
        assertFails(
                "XX000",
                () -> db.sql("COPY small FROM '" + broken + "'" + ROLE + "CSV MANIFEST")
                        .update());
    }

    @Test
    void copy_ofADamagedGzipLoadsNothing() {
        byte[] whole = TestBucket.gzip("1,1,a\n".repeat(50_000));
        bucket.put("damaged/a.csv.gz", Arrays.copyOf(whole, whole.length - 20));
        assertFails(
                "XX000",
                () -> db.sql("COPY small FROM 's3://stage/damaged/'" + ROLE + "CSV GZIP")
                        .update());
        assertThat(count("SELECT count(*) FROM small")).isZero();
        assertThat(lastError())
                .containsEntry("error_code", 1229)
                .containsEntry("file_name", "s3://stage/damaged/a.csv.gz");
    }

    @Test
    void copy_thatFailsAbortsTheTransactionAlsoAsItsFirstStatement() throws Exception {
        bucket.put("abort/a.csv", "1,x,a\n");
        String copy = "COPY small FROM 's3://stage/abort/'" + ROLE + "CSV";
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO small VALUES (99, 1, 'x')");
            for (String failing : List.of(copy, copy.replace("abort/", "nothing/"), copy + " FROBNICATE")) {
                assertThatThrownBy(() -> statement.execute(failing)).isInstanceOf(SQLException.class);
                assertThatThrownBy(() -> statement.execute("SELECT 1"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("25P02"));
                connection.rollback();
            }
            assertThat(one(statement, "SELECT count(*) FROM small")).isZero();
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    @Test
    void loadErrors_surviveTheClientsRollback() {
        bucket.put("survive/a.csv", "1,x,a\n");
        long before = count("SELECT count(*) FROM sys_load_error_detail");
        assertThatThrownBy(() -> transaction.executeWithoutResult(
                        status -> db.sql("COPY small FROM 's3://stage/survive/'" + ROLE + "CSV")
                                .update()))
                .isInstanceOf(DataAccessException.class);
        assertThat(count("SELECT count(*) FROM sys_load_error_detail")).isEqualTo(before + 1);
    }

    @Test
    void lastCopyCount_isThatOfTheLastCopyWhateverBecameOfItsTransaction() throws Exception {
        String good = bucket.put("last/good", "1,1,a\n2,2,b\n3,3,c\n");
        String bad = bucket.put("last/bad", "1,x,a\n");
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("COPY small FROM '" + good + "'" + ROLE + "CSV");
            assertThat(one(statement, "SELECT pg_last_copy_count()")).isEqualTo(3);
            connection.rollback();
            assertThat(one(statement, "SELECT pg_last_copy_count()")).isEqualTo(3);
            assertThatThrownBy(() -> statement.execute("COPY small FROM '" + bad + "'" + ROLE + "CSV"))
                    .isInstanceOf(SQLException.class);
            connection.rollback();
            assertThat(one(statement, "SELECT pg_last_copy_count()")).isZero();
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    @Test
    void copy_endsAtTheQueryTimeoutAndTheConnectionStaysGood() {
        putMoreThanSecondsCanLoad("slow/");
        var impatient = new JdbcTemplate(pool);
        impatient.setQueryTimeout(1);
        long start = System.nanoTime();
        assertFails("57014", () -> impatient.execute("COPY small FROM 's3://stage/slow/'" + ROLE + "CSV GZIP"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        assertThat(count("SELECT count(*) FROM small")).isZero();
    }

    @Test
    void copy_ofAClientThatIsGoneLeavesNoSessionAndNoRows() throws Exception {
        putMoreThanSecondsCanLoad("gone/");
        try (var client = new RawClient(redshift.port(), "gone")) {
            client.query("BEGIN");
            client.awaitReady();
            client.query("COPY small FROM 's3://stage/gone/'" + ROLE + "CSV GZIP");
            await().until(() -> count("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gone'"
                            + " AND query LIKE 'COPY%'")
                    == 1);
        }
        await().atMost(Duration.ofSeconds(20))
                .until(() -> count("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gone'") == 0);
        assertThat(count("SELECT count(*) FROM small")).isZero();
    }

    // --- what Redshift does and PostgreSQL doesn't

    @Test
    void varchar_countsBytesInAnInsertToo() {
        db.sql("INSERT INTO small VALUES (1, 1, 'abcé')").update();
        assertFails(
                "22001",
                () -> db.sql("INSERT INTO small VALUES (2, 1, 'abcdé')").update());
        assertFails(
                "22001", () -> db.sql("UPDATE small SET v = ?").param("éééé").update());
        assertFails(
                "22001",
                () -> db.sql("INSERT INTO small VALUES (3, 1, 'abcdef')").update());
        db.sql("ALTER TABLE small ADD COLUMN w VARCHAR(2) ENCODE ZSTD").update();
        assertFails(
                "22001",
                () -> db.sql("INSERT INTO small (id, w) VALUES (4, 'éé')").update());
        db.sql("ALTER TABLE small ALTER COLUMN w TYPE VARCHAR(4)").update();
        db.sql("INSERT INTO small (id, w) VALUES (4, 'éé')").update();
        assertThat(count("SELECT count(*) FROM small")).isEqualTo(2);
    }

    @Test
    void keys_areNotEnforced() {
        db.sql("INSERT INTO ledger VALUES ('b', 1)").update();
        db.sql("INSERT INTO ledger VALUES ('b', 1)").update();
        assertThat(count("SELECT count(*) FROM ledger")).isEqualTo(2);
        assertFails("23502", () -> db.sql("INSERT INTO ledger VALUES (NULL, 1)").update());
    }

    @Test
    void sortAndDistributionKeys_areIndexesThatRefuseNothing() {
        assertThat(db.sql("SELECT indexdef FROM pg_indexes WHERE tablename = 'views' ORDER BY 1")
                        .query(String.class)
                        .list())
                .containsExactly(
                        "CREATE INDEX views_event_id_idx ON public.views USING btree (event_id)",
                        "CREATE INDEX views_received_at_idx ON public.views USING btree (received_at)");
        db.sql("DROP TABLE IF EXISTS wide").update();
        db.sql("CREATE TABLE wide (url VARCHAR(4096), id BIGINT DISTKEY) SORTKEY(url)")
                .update();
        assertThat(count("SELECT count(*) FROM pg_indexes WHERE tablename = 'wide'"))
                .isEqualTo(1);
        db.sql("CREATE TEMP TABLE wide_temp (id BIGINT) DISTKEY(id)").update();
        assertThat(count("SELECT count(*) FROM pg_indexes WHERE tablename = 'wide_temp'"))
                .isZero();
        db.sql("ALTER TABLE wide ALTER DISTSTYLE ALL").update();
        db.sql("ALTER TABLE wide ALTER SORTKEY (id, url)").update();
    }

    @Test
    void createTable_isUndoneByARollbackWithItsIndexes() {
        transaction.executeWithoutResult(status -> {
            db.sql("CREATE TABLE undone (id BIGINT) DISTKEY(id)").update();
            status.setRollbackOnly();
        });
        assertThat(count("SELECT count(*) FROM pg_class WHERE relname LIKE 'undone%'"))
                .isZero();
    }

    @Test
    void functions_areThoseOfRedshift() {
        assertThat(count("SELECT datediff(day, dateadd(day, -3, getdate()), getdate())"))
                .isEqualTo(3);
        assertThat(count("SELECT DATEDIFF(hour, '2026-01-01 00:59:00'::timestamp, '2026-01-01 01:00:00'::timestamp)"))
                .isEqualTo(1);
        db.sql("INSERT INTO small VALUES (1, 10, 'a'), (2, 20, 'b'), (3, 40, 'a')")
                .update();
        assertThat(count("SELECT APPROXIMATE COUNT(DISTINCT v) FROM small")).isEqualTo(2);
        assertThat(db.sql("SELECT LISTAGG(v, '|') WITHIN GROUP (ORDER BY v) FROM small")
                        .query(String.class)
                        .single())
                .isEqualTo("a|a|b");
        assertThat(count("SELECT MEDIAN(n) FROM small")).isEqualTo(20);
        assertThat(count("SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY n) FROM small"))
                .isEqualTo(20);
        assertThat(db.sql(
                                "SELECT NVL(NULL, 'x', 'y') || LEN('abc') || JSON_EXTRACT_PATH_TEXT('{\"a\":{\"b\":7}}', 'a', 'b')")
                        .query(String.class)
                        .single())
                .isEqualTo("x37");
        assertThat(db.sql("SELECT JSON_EXTRACT_ARRAY_ELEMENT_TEXT(JSON_SERIALIZE(JSON_PARSE('[7,\"b\"]')), 1)")
                        .query(String.class)
                        .single())
                .isEqualTo("b");
        assertThat(count("SELECT COUNT(*) FROM small WHERE JSON_EXTRACT_ARRAY_ELEMENT_TEXT('[7]', -1) IS NOT NULL"))
                .isZero();
        assertThat(count("SELECT count(*) FROM views WHERE context = JSON_PARSE('{}') AND received_at < SYSDATE"))
                .isZero();
    }

    @Test
    void getdate_isTheStatementsTimeInUtcWithMicroseconds() {
        transaction.executeWithoutResult(status -> {
            LocalDateTime first =
                    db.sql("SELECT GETDATE()").query(LocalDateTime.class).single();
            LocalDateTime second =
                    db.sql("SELECT GETDATE()").query(LocalDateTime.class).single();
            assertThat(second).isAfter(first);
            assertThat(Duration.between(first, LocalDateTime.now(ZoneOffset.UTC))
                            .abs())
                    .isLessThan(Duration.ofMinutes(1));
        });
        assertThat(db.sql("SHOW timezone").query(String.class).single()).isEqualTo("UTC");
    }

    @Test
    void statementsOfTheLoader_workInOneTransaction() {
        transaction.executeWithoutResult(status -> {
            db.sql("SET statement_timeout TO 60000").update();
            db.sql("SET query_group TO 'sluice'").update();
            db.sql("CREATE TABLE IF NOT EXISTS views (event_id CHAR(36) NOT NULL) DISTKEY(event_id)")
                    .update();
            db.sql("ALTER TABLE views ADD COLUMN extra VARCHAR(32) ENCODE ZSTD").update();
            db.sql("COMMENT ON COLUMN views.extra IS 'DISTKEY SORTKEY stay as they are'")
                    .update();
            db.sql("CREATE VIEW late AS SELECT event_id FROM views WITH NO SCHEMA BINDING")
                    .update();
            db.sql("CREATE OR REPLACE VIEW late AS SELECT event_id FROM views WITH NO SCHEMA BINDING")
                    .update();
            db.sql("DROP VIEW late").update();
            assertThat(db.sql(
                                    "SELECT col_description('views'::regclass, attnum) FROM pg_attribute WHERE attname = 'extra'"
                                            + " AND attrelid = 'views'::regclass")
                            .query(String.class)
                            .single())
                    .isEqualTo("DISTKEY SORTKEY stay as they are");
            status.setRollbackOnly();
        });
        assertThat(db.sql("SHOW default_transaction_isolation")
                        .query(String.class)
                        .single())
                .isEqualTo("repeatable read");
    }

    @Test
    void identityAndDefaultWidths_areThoseOfRedshift() {
        db.sql("DROP TABLE IF EXISTS ident").update();
        db.sql(
                        "CREATE TABLE ident (id BIGINT IDENTITY(0,1), v VARCHAR(MAX), s SUPER, t VARCHAR, at TIMESTAMP DEFAULT SYSDATE)"
                                + " DISTSTYLE EVEN")
                .update();
        db.sql("INSERT INTO ident (v, s) VALUES ('x', JSON_PARSE('{\"a\":1}'))").update();
        assertThat(count("SELECT id FROM ident")).isZero();
        assertFails(
                "22001",
                () -> db.sql("INSERT INTO ident (t) VALUES (?)")
                        .param("x".repeat(257))
                        .update());
    }

    @Test
    void whatRedshiftRefuses_isRefused() {
        assertFails("0A000", () -> db.sql("CREATE INDEX i ON small (id)").update());
        assertFails(
                "0A000",
                () -> db.sql("INSERT INTO small VALUES (1, 1, 'a') ON CONFLICT DO NOTHING")
                        .update());
        assertFails("0A000", () -> db.sql("CREATE TABLE nope (id UUID)").update());
        assertThat(count("SELECT count(*) FROM small WHERE v = 'CREATE INDEX ON CONFLICT RETURNING'"))
                .isZero();
    }

    // --- the driver

    @Test
    void driver_seesRedshift() throws Exception {
        try (Connection connection = pool.getConnection()) {
            assertThat(connection.getMetaData().getDatabaseProductVersion()).isEqualTo("8.0.2");
            assertThat(connection.isValid(2)).isTrue();
            try (ResultSet columns = connection.getMetaData().getColumns(null, "public", "small", null)) {
                var names = new ArrayList<String>();
                while (columns.next()) {
                    names.add(columns.getString("COLUMN_NAME"));
                }
                assertThat(names).containsExactly("id", "n", "v");
            }
        }
    }

    @Test
    void driver_runsBatchesAndCursors() throws Exception {
        new JdbcTemplate(pool)
                .batchUpdate(
                        "INSERT INTO small VALUES (?, ?, ?)",
                        new ArrayList<>(Collections.nCopies(5000, new Object[] {1000, 1, "b"})));
        assertThat(count("SELECT count(*) FROM small")).isEqualTo(5000);
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(1000);
            long rows = 0;
            try (ResultSet result =
                    statement.executeQuery("SELECT g, repeat('x', 100) FROM generate_series(1, 50000) g")) {
                while (result.next()) {
                    rows++;
                }
            }
            assertThat(rows).isEqualTo(50_000);
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    @Test
    void driver_canCancel() {
        var impatient = new JdbcTemplate(pool);
        impatient.setQueryTimeout(1);
        assertFails("57014", () -> impatient.execute("SELECT pg_sleep(30)"));
    }

    @Test
    void password_isAskedForWhenThereIsOne() throws Exception {
        var settings = new RedshiftSettings(directory.resolve("guarded"), 0, bucket.endpoint()).withPassword("secret");
        try (var guarded = LocalRedshift.start(settings)) {
            DriverManager.getConnection(guarded.jdbcUrl(), "sluice", "secret").close();
            assertThatThrownBy(() -> DriverManager.getConnection(guarded.jdbcUrl(), "sluice", "other"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
        }
    }

    @Test
    void start_onATakenPortSaysSoAndLeavesNothingRunning() throws Exception {
        var settings = new RedshiftSettings(directory.resolve("second"), redshift.port(), bucket.endpoint());
        assertThatThrownBy(() -> LocalRedshift.start(settings))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + redshift.port());
        // The directory is free again.
        PostgresProcess.start(settings.directory(), settings.programs()).close();
    }

    @Test
    void merge_works() {
        db.sql("INSERT INTO small VALUES (1, 1, 'a'), (2, 2, 'b')").update();
        transaction.executeWithoutResult(status -> {
            db.sql("CREATE TEMP TABLE delta (id INT, n INT)").update();
            db.sql("INSERT INTO delta VALUES (2, 20), (3, 30)").update();
            db.sql("MERGE INTO small USING delta ON small.id = delta.id WHEN MATCHED THEN UPDATE SET n = delta.n"
                            + " WHEN NOT MATCHED THEN INSERT VALUES (delta.id, delta.n, NULL)")
                    .update();
            db.sql("DROP TABLE delta").update();
        });
        assertThat(count("SELECT sum(n) FROM small")).isEqualTo(51);
    }

    @Test
    void simpleQueries_work() throws Exception {
        String csv = bucket.put("simple/a.csv", "1,10,a\n");
        try (var client = new RawClient(redshift.port(), "simple")) {
            client.query("SELECT 1; SELECT GETDATE() IS NOT NULL");
            assertThat(client.awaitReady()).containsExactly(List.of("1"), List.of("t"));
            client.query("COPY small FROM '" + csv + "'" + ROLE + "CSV; ");
            assertThat(client.awaitReady()).isEmpty();
            client.query("COPY small FROM 's3://stage/simple/none'" + ROLE + "CSV");
            assertThat(client.awaitReady()).containsExactly(List.of("XX000"));
            client.query("SELECT id, n FROM small");
            assertThat(client.awaitReady()).containsExactly(List.of("1", "10"));
        }
    }

    // --- helpers

    private static long count(String sql, Object... parameters) {
        Number number = (Number) db.sql(sql).params(parameters).query().singleValue();
        return Objects.requireNonNull(number).longValue();
    }

    private static long one(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** 60 million rows in small objects: a COPY of them is under way for as long as a test looks, on any machine. */
    private static void putMoreThanSecondsCanLoad(String prefix) {
        byte[] million = TestBucket.gzip("1,1,abcde\n".repeat(1_000_000));
        for (int i = 0; i < 60; i++) {
            bucket.put(prefix + i, million);
        }
    }

    private static Map<String, @Nullable Object> lastError() {
        return db.sql("SELECT * FROM sys_load_error_detail ORDER BY query_id DESC LIMIT 1")
                .query()
                .singleRow();
    }

    private static void assertFails(String sqlState, ThrowingCallable statement) {
        assertThatThrownBy(statement)
                .isInstanceOfSatisfying(
                        DataAccessException.class,
                        e -> assertThat(((SQLException) e.getMostSpecificCause()).getSQLState())
                                .as(e.getMessage())
                                .isEqualTo(sqlState));
    }
}
