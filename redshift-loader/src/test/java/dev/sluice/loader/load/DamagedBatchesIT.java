package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.Backoff;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Table;
import dev.sluice.loader.load.StagedEvents.Event;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import dev.sluice.loader.staging.StagingLayout;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import dev.sluice.local.s3.LocalS3;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Batches with every kind of damaged row and damaged object there is: every good row gets in, every bad one is named, and no
 * damaged object is loaded. 60 batches with every build, 1,000 by {@code ./sluice trial damaged-batches}.
 */
@Timeout(1800)
class DamagedBatchesIT {
    private static final String BUCKET = "damaged-batches";
    private static final Instant BASE = Instant.parse("2026-11-23T09:59:30.123456Z");
    private static final int ROWS = 20;
    private static final int BATCHES = "full".equals(System.getProperty("sluice.trial")) ? 1_000 : 60;
    private static final String TITLE = "\"A \"\"title\"\", ünder µs 🚰\"";

    private static LocalS3 localS3;
    private static LocalRedshift redshift;
    private static S3Client s3;

    /** What is done to one row of twenty; the reason under which it must be found. */
    private enum RowDamage {
        ONE_COLUMN_LESS(QuarantineReason.WRONG_COLUMN_COUNT) {
            @Override
            String of(String line) {
                return line.substring(line.indexOf(',') + 1);
            }
        },
        ONE_COLUMN_MORE(QuarantineReason.WRONG_COLUMN_COUNT) {
            @Override
            String of(String line) {
                return "," + line;
            }
        },
        EMPTY_LINE(QuarantineReason.WRONG_COLUMN_COUNT) {
            @Override
            String of(String line) {
                return "\n";
            }
        },
        OPEN_QUOTE(QuarantineReason.BROKEN_QUOTES) {
            @Override
            String of(String line) {
                return line.replace(TITLE, "\"open");
            }
        },
        OPEN_QUOTE_OVER_LINES(QuarantineReason.BROKEN_QUOTES) {
            @Override
            String of(String line) {
                return line.replace(TITLE, "\"open,\nand on,\n");
            }
        },
        LONG_TITLE(QuarantineReason.TOO_LONG) {
            @Override
            String of(String line) {
                return line.replace(TITLE, "é".repeat(513));
            }
        },
        LONG_ID(QuarantineReason.TOO_LONG) {
            @Override
            String of(String line) {
                return "f" + line;
            }
        },
        ZERO_BYTE(QuarantineReason.BAD_BYTES) {
            @Override
            String of(String line) {
                return line.replace(TITLE, "a\0b");
            }
        },
        NO_UTF8(QuarantineReason.BAD_BYTES) {
            @Override
            String of(String line) {
                return line.replace(TITLE, NOT_UTF8);
            }
        },
        NO_NUMBER(QuarantineReason.BAD_NUMBER) {
            @Override
            String of(String line) {
                return with(line, Columns.VIEWPORT_WIDTH.name(), "wide");
            }
        },
        OVERFLOW(QuarantineReason.BAD_NUMBER) {
            @Override
            String of(String line) {
                return with(line, Columns.VIEWPORT_WIDTH.name(), "2147483648");
            }
        },
        NO_TIME(QuarantineReason.BAD_TIMESTAMP) {
            @Override
            String of(String line) {
                return with(line, Columns.OCCURRED_AT.name(), "yesterday at noon");
            }
        },
        THIRTEENTH_MONTH(QuarantineReason.BAD_TIMESTAMP) {
            @Override
            String of(String line) {
                return with(line, Columns.OCCURRED_AT.name(), "2026-13-01 00:00:00");
            }
        },
        NO_BOOLEAN(QuarantineReason.BAD_BOOLEAN) {
            @Override
            String of(String line) {
                return with(line, Columns.IS_BOT.name(), "perhaps");
            }
        },
        NO_JSON(QuarantineReason.BAD_JSON) {
            @Override
            String of(String line) {
                return with(line, Columns.CONTEXT.name(), "{");
            }
        },
        NOTHING_WHERE_SOMETHING_MUST_BE(QuarantineReason.MISSING_VALUE) {
            @Override
            String of(String line) {
                return with(line, Columns.EVENT_TYPE.name(), "");
            }
        };

        final QuarantineReason reason;

        RowDamage(QuarantineReason reason) {
            this.reason = reason;
        }

        abstract String of(String line);
    }

    /** What is done to a batch's objects. None of its rows may get in; what can be told of it stays where it is. */
    private enum ObjectDamage {
        FILE_GONE,
        FILE_CUT_OFF,
        FILE_CHANGED,
        FILE_OF_ANOTHER,
        FILE_STAGED_CUT_OFF,
        FEWER_ROWS_THAN_SAID,
        ALL_GARBAGE,
        DESCRIPTOR_CUT_OFF,
        DESCRIPTOR_NEVER_WRITTEN,
        DESCRIPTOR_OF_ANOTHER,
        FOREIGN_OBJECT
    }

    /** Stands for a byte that no UTF-8 text has; put in when the file is written. */
    private static final String NOT_UTF8 = "not-utf8-here";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StagingLayout layout = new StagingLayout(BUCKET, "");
    private final UUID epoch = UUID.randomUUID();
    private final Map<Long, QuarantineReason> badRows = new HashMap<>();
    private final Set<Long> goodRows = new HashSet<>();
    private final Set<String> stay = new HashSet<>();
    private int damagedFiles;
    private int refusedObjects;
    private int batchesLoaded;
    private long namelessRows;

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

    @AfterAll
    static void stop() throws Exception {
        s3.close();
        redshift.close();
        localS3.close();
    }

    @Test
    void everyGoodRowGetsInAndEveryBadOneIsNamed() throws Exception {
        long seed = Long.getLong("sluice.trial.seed", System.nanoTime() & 0xffff_ffffL);
        System.out.println("TRIAL: damaged batches, " + BATCHES + " of them, seed " + seed);
        var random = new Random(seed);
        int kinds = RowDamage.values().length + ObjectDamage.values().length + 1;
        for (int i = 0; i < BATCHES; i++) {
            int kind = i % kinds;
            if (kind < RowDamage.values().length) {
                stageWithABadRow(i, RowDamage.values()[kind], random);
            } else if (kind < kinds - 1) {
                stageDamaged(i, ObjectDamage.values()[kind - RowDamage.values().length]);
            } else {
                stageGood(i);
            }
        }
        LoadPass pass = pass();
        boolean more = true;
        while (more) {
            more = pass.run();
        }

        assertThat(seqs("SELECT ingest_seq FROM page_views ORDER BY ingest_seq"))
                .as("good rows")
                .isEqualTo(goodRows.stream().sorted().toList());
        Map<Long, String> named = new HashMap<>();
        for (String bad : texts("SELECT ingest_seq || ' ' || reason FROM bad_events WHERE stage = 'load' AND"
                + " ingest_epoch = '" + epoch + "'")) {
            named.put(Long.parseLong(bad.split(" ")[0]), bad.split(" ")[1]);
        }
        Map<Long, String> expected = new HashMap<>();
        badRows.forEach((seq, reason) -> expected.put(seq, reason.columnValue()));
        assertThat(named).as("bad rows that say which hit they are of").isEqualTo(expected);
        assertThat(number("SELECT COUNT(*) FROM bad_events")).isEqualTo(badRows.size() + namelessRows);
        assertThat(number("SELECT COUNT(*) FROM bad_events WHERE raw IS NULL AND reason <> 'wrong_column_count'"))
                .isZero();
        assertThat(waitingKeys()).as("what is left where it is").isEqualTo(stay);
        assertThat(number("SELECT COUNT(*) FROM load_ledger")).isEqualTo(batchesLoaded);
        assertThat(number(
                        "SELECT SUM(page_views) - SUM(quarantined) - SUM(pipeline_duplicates) - SUM(browser_duplicates)"
                                + " FROM load_ledger"))
                .as("staged = inserted + duplicates + quarantined")
                .isEqualTo(goodRows.size());
        assertThat(number("SELECT SUM(n) FROM audit_buckets WHERE stage = 'bad'"))
                .isEqualTo(badRows.size() + namelessRows);
        assertThat(registry.get("sluice.load.objects.damaged").counter().count())
                .isEqualTo(damagedFiles);
        assertThat(registry.get("sluice.load.objects.refused").counter().count())
                .isEqualTo(refusedObjects);
    }

    private void stageGood(int batch) throws Exception {
        List<Event> events = events(batch);
        new StagedEvents(s3, layout).stage("shard-" + batch, 1, events);
        events.forEach(event -> goodRows.add(event.seq()));
        batchesLoaded++;
    }

    private void stageWithABadRow(int batch, RowDamage damage, Random random) throws Exception {
        List<Event> events = events(batch);
        List<String> lines =
                new ArrayList<>(events.stream().map(StagedEvents::csv).toList());
        int at = random.nextInt(ROWS);
        lines.set(at, damage.of(lines.get(at)));
        stageLines(batch, events, lines);
        for (int i = 0; i < ROWS; i++) {
            if (i != at) {
                goodRows.add(events.get(i).seq());
            }
        }
        boolean reads =
                damage.reason != QuarantineReason.WRONG_COLUMN_COUNT && damage.reason != QuarantineReason.BROKEN_QUOTES;
        if (reads) {
            badRows.put(events.get(at).seq(), damage.reason);
        } else {
            namelessRows++;
        }
        batchesLoaded++;
    }

    private BatchDescriptor stageLines(int batch, List<Event> events, List<String> lines) throws Exception {
        byte[] csv = String.join("", lines).getBytes(StandardCharsets.UTF_8);
        int at = String.join("", lines).indexOf(NOT_UTF8);
        if (at >= 0) {
            int byteAt = String.join("", lines).substring(0, at).getBytes(StandardCharsets.UTF_8).length;
            csv[byteAt] = (byte) 0xC3;
            csv[byteAt + 1] = (byte) 0x28;
        }
        return new StagedEvents(s3, layout).stageFile("shard-" + batch, 1, events, CopyProbe.gzip(List.of(csv)));
    }

    private void stageDamaged(int batch, ObjectDamage damage) throws Exception {
        List<Event> events = events(batch);
        List<String> lines = events.stream().map(StagedEvents::csv).toList();
        String shard = "shard-" + batch;
        var staged = new StagedEvents(s3, layout);
        switch (damage) {
            case FOREIGN_OBJECT -> {
                put(layout.waitingPrefix() + "notes-" + batch + ".txt", "not ours");
                stay.add(layout.waitingPrefix() + "notes-" + batch + ".txt");
                refusedObjects++;
            }
            case FILE_STAGED_CUT_OFF -> {
                byte[] gzip = CopyProbe.gzip(List.of(bytes(String.join("", lines))));
                stays(staged.stageFile(shard, 1, events, Arrays.copyOf(gzip, gzip.length / 2)));
            }
            case FEWER_ROWS_THAN_SAID -> stays(stageLines(batch, events, lines.subList(0, ROWS - 1)));
            case ALL_GARBAGE ->
                stays(stageLines(
                        batch, events, lines.stream().map(RowDamage.NO_TIME::of).toList()));
            case FILE_GONE, FILE_CUT_OFF, FILE_CHANGED, FILE_OF_ANOTHER -> {
                BatchDescriptor whole = stageLines(batch, events, lines);
                StagedFile file = whole.files().getFirst();
                byte[] bytes = s3.getObjectAsBytes(get -> get.bucket(BUCKET).key(file.key()))
                        .asByteArray();
                s3.deleteObject(delete -> delete.bucket(BUCKET).key(file.key()));
                if (damage == ObjectDamage.FILE_CUT_OFF) {
                    put(file.key(), Arrays.copyOf(bytes, bytes.length / 2));
                } else if (damage == ObjectDamage.FILE_CHANGED) {
                    bytes[bytes.length / 2] ^= 1;
                    put(file.key(), bytes);
                } else if (damage == ObjectDamage.FILE_OF_ANOTHER) {
                    List<String> others = events(BATCHES + batch).stream()
                            .map(StagedEvents::csv)
                            .toList();
                    put(file.key(), CopyProbe.gzip(List.of(bytes(String.join("", others)))));
                }
                stays(whole);
                damagedFiles++;
            }
            case DESCRIPTOR_CUT_OFF, DESCRIPTOR_NEVER_WRITTEN, DESCRIPTOR_OF_ANOTHER -> {
                BatchDescriptor whole = stageLines(batch, events, lines);
                String key = layout.waitingKey(whole.batchId());
                byte[] json = whole.toJson();
                s3.deleteObject(delete -> delete.bucket(BUCKET).key(key));
                if (damage == ObjectDamage.DESCRIPTOR_CUT_OFF) {
                    put(key, Arrays.copyOf(json, json.length / 2));
                    stay.add(key);
                    refusedObjects++;
                } else if (damage == ObjectDamage.DESCRIPTOR_OF_ANOTHER) {
                    String other = layout.waitingKey(whole.batchId() + "0");
                    put(other, json);
                    stay.add(other);
                    refusedObjects++;
                }
            }
        }
    }

    private void stays(BatchDescriptor batch) {
        stay.add(layout.waitingKey(batch.batchId()));
    }

    private List<Event> events(int batch) {
        return StagedEvents.pageViews(epoch, (long) batch * ROWS, (batch + 1L) * ROWS, BASE);
    }

    /** The line with another text in this column; no field before it holds a comma but the title. */
    private static String with(String line, String column, String value) {
        List<String> columns =
                Table.PAGE_VIEWS.stagedColumns().stream().map(c -> c.name()).toList();
        String[] fields = line.strip().replace(TITLE, "title").split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
        fields[columns.indexOf(column)] = value;
        return String.join(",", fields) + "\n";
    }

    private LoadPass pass() {
        var store = new S3BatchStore(s3, layout);
        var metrics = new LoaderMetrics(registry, InstantSource.system());
        var loader = new RedshiftLoader(
                warehouse(),
                store,
                layout,
                new RedshiftLoader.Settings("default", Duration.ofDays(1), ExtraColumns.NONE),
                InstantSource.system());
        return new LoadPass(
                new WaitingBatches(store, metrics, 500),
                new BatchSelection(
                        new BatchSelection.Limits(500, 2_000_000, 1),
                        new Backoff(Duration.ofHours(1), Duration.ofHours(1)),
                        System::nanoTime,
                        new Random(1)),
                loader,
                metrics,
                System::nanoTime);
    }

    private static Warehouse warehouse() {
        return new Warehouse(new DriverManagerDataSource(redshift.jdbcUrl(), "sluice", "sluice"));
    }

    private static List<String> texts(String sql) throws Exception {
        try (Session session = warehouse().open()) {
            return session.texts(sql);
        }
    }

    private static List<Long> seqs(String sql) throws Exception {
        return texts(sql).stream().map(Long::parseLong).toList();
    }

    private static long number(String sql) throws Exception {
        try (Session session = warehouse().open()) {
            return session.number(sql);
        }
    }

    private Set<String> waitingKeys() {
        var keys = new HashSet<String>();
        s3.listObjectsV2Paginator(list -> list.bucket(BUCKET).prefix(layout.waitingPrefix()))
                .contents()
                .forEach(object -> keys.add(object.key()));
        return keys;
    }

    private static void put(String key, String text) {
        put(key, bytes(text));
    }

    private static void put(String key, byte[] bytes) {
        s3.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
