package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.table.Table;
import dev.sluice.loader.load.BreakingSource.At;
import dev.sluice.loader.load.LoadResult.TableRows;
import dev.sluice.loader.load.StagedEvents.Event;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.StagingLayout;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import dev.sluice.local.s3.LocalS3;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Columns of the user's own through the load's real SQL. Each test has an ingest epoch and columns of its own. */
@Timeout(120)
class ExtraColumnsIT {
    private static final String BUCKET = "extra-columns-it";
    private static final Instant BASE = Instant.parse("2026-11-23T09:59:30Z");
    private static final String CUSTOMER = "entities.\"com.example/customer\"[0].data";

    private static LocalS3 localS3;
    private static LocalRedshift redshift;
    private static S3Client s3;

    private final UUID epoch = UUID.randomUUID();
    private final StagingLayout layout = new StagingLayout(BUCKET, "it-" + epoch + "/");
    private StagedEvents staged;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        localS3 = LocalS3.start(directory.resolve("s3"), 0);
        s3 = S3Client.builder()
                .endpointOverride(localS3.endpoint())
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .build();
        s3.createBucket(create -> create.bucket(BUCKET));
        redshift = LocalRedshift.start(new RedshiftSettings(directory.resolve("redshift"), 0, localS3.endpoint()));
        new Migrations(warehouse(), Migrations.scripts(), InstantSource.system()).run();
    }

    @BeforeEach
    void stageInto() {
        staged = new StagedEvents(s3, layout);
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
        redshift.close();
        localS3.close();
    }

    /** The README's example. */
    @Test
    void load_fillsTheColumnsFromWhatThePageSaidOfItsCustomer() throws Exception {
        var columns = new ExtraColumns(List.of(
                new ExtraColumn(
                        "customer_tier", "VARCHAR(16)", CUSTOMER + ".tier", Set.of(Table.PAGE_VIEWS, Table.EVENTS)),
                new ExtraColumn("customer_since", "DATE", CUSTOMER + ".since", Set.of(Table.PAGE_VIEWS)),
                new ExtraColumn("order_id", "BIGINT", "fields.orderId", Set.of(Table.EVENTS))));
        columns.addTo(warehouse());
        String context = """
                {"entities":{"com.example/customer":[{"version":"1-0-0","data":{"tier":"gold","since":"2024-02-29"}}]},\
                "fields":{"orderId":"4711","orderid":"1"}}""";
        load(columns, Map.of(Table.PAGE_VIEWS, List.of(context, ""), Table.EVENTS, List.of(context)));

        assertThat(texts(
                        "SELECT COALESCE(customer_tier, '-') || ' ' || COALESCE(CAST(customer_since AS VARCHAR), '-') FROM"
                                + " page_views WHERE ingest_epoch = ? ORDER BY ingest_seq"))
                .containsExactly("gold 2024-02-29", "- -");
        assertThat(texts("SELECT customer_tier || ' ' || order_id FROM events WHERE ingest_epoch = ?"))
                .containsExactly("gold 4711");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "NULL", quoteCharacter = '`', textBlock = """
            VARCHAR(5) | "12345" | 12345
            VARCHAR(5) | "123456" | NULL
            VARCHAR(5) | "üü1" | üü1
            VARCHAR(5) | "üüü" | NULL
            VARCHAR(5) | "" | ``
            VARCHAR(5) | 42 | 42
            VARCHAR(5) | true | true
            VARCHAR(5) | null | NULL
            VARCHAR(5) | {"a":1} | NULL
            VARCHAR(5) | ["a"] | NULL
            INTEGER | 42 | 42
            INTEGER | "-42" | -42
            INTEGER | 2147483647 | 2147483647
            INTEGER | 2147483648 | NULL
            INTEGER | 99999999999999999999999 | NULL
            INTEGER | 1.5 | NULL
            INTEGER | "many" | NULL
            INTEGER | "" | NULL
            INTEGER | " " | NULL
            INTEGER | "4'2; --" | NULL
            INTEGER | false | NULL
            INTEGER | [1] | NULL
            BIGINT | 9223372036854775807 | 9223372036854775807
            BIGINT | "9223372036854775808" | NULL
            DOUBLE PRECISION | 1.5 | 1.5
            DOUBLE PRECISION | "-2e-3" | -0.002
            DOUBLE PRECISION | "1e400" | NULL
            DOUBLE PRECISION | "NaN" | NULL
            DOUBLE PRECISION | "Infinity" | NULL
            BOOLEAN | true | true
            BOOLEAN | "FALSE" | false
            BOOLEAN | 1 | true
            BOOLEAN | "yes" | NULL
            TIMESTAMP | "2026-06-01T09:00:00.123Z" | 2026-06-01 09:00:00.123
            TIMESTAMP | "2026-06-01 09:00" | 2026-06-01 09:00:00
            TIMESTAMP | "2026-06-31T09:00:00Z" | NULL
            TIMESTAMP | "2026-06-01T24:00:00Z" | NULL
            TIMESTAMP | "2026-06-01T09:00:00+02:00" | NULL
            TIMESTAMP | 1780300800000 | NULL
            DATE | "2026-02-28" | 2026-02-28
            DATE | "2026-02-30" | NULL
            DATE | "0000-01-01" | NULL
            DATE | "28.2.2026" | NULL
            DATE | "infinity" | NULL
            """)
    void value_thatDoesNotFitIsNullAndTheRowIsLoaded(String type, String json, String expected) throws Exception {
        var column =
                new ExtraColumn("x" + epoch.toString().substring(0, 8), type, "fields.value", Set.of(Table.PAGE_VIEWS));
        var columns = new ExtraColumns(List.of(column));
        columns.addTo(warehouse());
        assertThat(load(columns, Map.of(Table.PAGE_VIEWS, List.of("{\"fields\":{\"value\":" + json + "}}")))
                        .tables())
                .isEqualTo(Map.of(Table.PAGE_VIEWS, new TableRows(1, 1, 0, 0)));
        // As PostgreSQL's text: VARCHAR of a boolean is another word in Redshift.
        assertThat(texts("SELECT COALESCE(" + column.name() + "::text, 'NULL') FROM page_views WHERE ingest_epoch = ?"))
                .containsExactly(expected == null ? "NULL" : expected);
    }

    @Test
    void load_thatIsNotToldOfAColumnLeavesItNull() throws Exception {
        var columns = new ExtraColumns(
                List.of(new ExtraColumn("plan", "VARCHAR(9)", "fields.plan", Set.of(Table.PAGE_VIEWS))));
        columns.addTo(warehouse());
        String context = "{\"fields\":{\"plan\":\"pro\"}}";
        load(ExtraColumns.NONE, Map.of(Table.PAGE_VIEWS, List.of(context)));
        load(columns, Map.of(Table.PAGE_VIEWS, List.of(context)));
        load(ExtraColumns.NONE, Map.of(Table.PAGE_VIEWS, List.of(context)));
        assertThat(texts("SELECT COALESCE(plan, '-') FROM page_views WHERE ingest_epoch = ? ORDER BY load_id"))
                .containsExactly("-", "pro", "-");
    }

    @Test
    void addTo_addsAColumnOnceSaysWhatItIsAndRefusesAnotherType() throws Exception {
        var small = List.of(new ExtraColumn("level", "VARCHAR(8)", "fields.level", Set.of(Table.EVENTS)));
        new ExtraColumns(small).addTo(warehouse());
        new ExtraColumns(small).addTo(warehouse());
        try (Session session = warehouse().open()) {
            assertThat(session.texts(
                            "SELECT col_description('events'::regclass, attnum) FROM pg_attribute WHERE attrelid ="
                                    + " 'events'::regclass AND attname = 'level'"))
                    .containsExactly("Of your own, from context: fields.level");
        }
        var large = List.of(new ExtraColumn("level", "VARCHAR(9)", "fields.level", Set.of(Table.EVENTS)));
        assertThatThrownBy(() -> new ExtraColumns(large).addTo(warehouse()))
                .hasMessageContaining("events.level is there as character varying(8) and not as character varying(9)")
                .extracting(e -> ((LoadFailure) e).kind())
                .isEqualTo(LoadFailure.Kind.FATAL);
    }

    @Test
    void addTo_changesNoView() throws Exception {
        String views =
                "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'"
                        + " AND table_name IN (SELECT table_name FROM information_schema.views) ORDER BY 1";
        try (Session session = warehouse().open()) {
            List<String> before = session.texts(views);
            session.rollback();
            new ExtraColumns(List.of(new ExtraColumn("seat", "DATE", "a", Set.of(Table.PAGE_VIEWS))))
                    .addTo(warehouse());
            assertThat(session.texts(views)).isEqualTo(before).isNotEmpty();
        }
    }

    /** Loads one row for each of the contexts, by table. */
    private LoadResult load(ExtraColumns columns, Map<Table, List<String>> contexts) throws Exception {
        var events = new ArrayList<Event>();
        var lines = new EnumMap<Table, List<String>>(Table.class);
        long first = System.nanoTime();
        contexts.forEach((table, texts) -> texts.forEach(context -> {
            Event event = Event.pageView(epoch, first + events.size(), BASE.minusMillis(first))
                    .as(table);
            events.add(event);
            lines.computeIfAbsent(table, _ -> new ArrayList<>())
                    .add(StagedEvents.csv(event)
                            .replace("\"{\"\"a\"\": [1, \"\"b\"\"]}\"", '"' + context.replace("\"", "\"\"") + '"'));
        }));
        BatchDescriptor batch = staged.stage("shard-" + epoch, first, events, lines);
        return new RedshiftLoader(
                        warehouse(),
                        new S3BatchStore(s3, layout),
                        layout,
                        new RedshiftLoader.Settings("default", Duration.ofDays(1), columns),
                        InstantSource.system())
                .load(List.of(batch));
    }

    private List<String> texts(String sql) throws Exception {
        try (Session session = warehouse().open()) {
            return session.texts(sql, epoch.toString());
        }
    }

    private static Warehouse warehouse() {
        return new Warehouse(new BreakingSource(redshift.jdbcUrl(), At.NEVER));
    }
}
