package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.table.Table;
import dev.sluice.loader.load.CuttingPort.Moment;
import dev.sluice.loader.load.StagedEvents.Event;
import dev.sluice.loader.staging.StagingLayout;
import dev.sluice.local.LocalRedshiftMain;
import dev.sluice.local.s3.LocalS3;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Three loaders at once, each a process of its own, load what is staged meanwhile: batches that overlap, that are cut in another way
 * and staged again, with events that browsers repeat. Their connections are reset in the middle of COPY and before and after COMMIT,
 * they are killed, and the warehouse is. In the end every event is there once. 6 cuts with every build, 200 by {@code ./sluice trial
 * loader}.
 */
@Timeout(3600)
class LoaderFaultsIT {
    private static final boolean FULL = "full".equals(System.getProperty("sluice.trial"));
    private static final int CUTS = FULL ? 200 : 6;
    private static final int LOADERS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String BUCKET = "loader-faults";
    private static final List<Table> TABLES = List.of(Table.PAGE_VIEWS, Table.EVENTS, Table.BAD_EVENTS);
    private static final long SEED = Long.getLong("sluice.trial.seed", System.nanoTime() & 0xffff_ffffL);

    @TempDir
    static Path data;

    private static LocalS3 localS3;
    private static S3Client s3;
    private static StagedEvents staged;
    private static JavaProcess warehouse;
    private static CuttingPort cutting;
    private static final List<JavaProcess> LOADER_PROCESSES = new ArrayList<>();

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final UUID epoch = UUID.randomUUID();
    /** What must be in the warehouse, by table. Written by the stager, read when it has ended. */
    private final Map<Table, Set<String>> expected = new EnumMap<>(Table.class);

    private long nextSeq;
    private int batches;

    @BeforeAll
    static void start() throws Exception {
        System.out.println("TRIAL: loader-faults, seed " + SEED + ", " + CUTS + " cuts");
        localS3 = LocalS3.start(data.resolve("s3"), 0);
        s3 = S3Client.builder()
                .endpointOverride(localS3.endpoint())
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .build();
        s3.createBucket(create -> create.bucket(BUCKET));
        staged = new StagedEvents(s3, new StagingLayout(BUCKET, ""));
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        warehouse = JavaProcess.start(
                data.resolve("logs"),
                LocalRedshiftMain.class,
                Map.of(
                        "SLUICE_REDSHIFT_DIR", data.resolve("warehouse").toString(),
                        "SLUICE_REDSHIFT_S3_ENDPOINT", localS3.endpoint().toString(),
                        "SLUICE_REDSHIFT_PORT", Integer.toString(port)),
                List.of());
        cutting = CuttingPort.to(port);
        for (int i = 0; i < LOADERS; i++) {
            LOADER_PROCESSES.add(JavaProcess.start(
                    data.resolve("logs"),
                    LoaderApplication.class,
                    Map.of(),
                    List.of(
                            "--spring.profiles.active=local",
                            "--server.port=0",
                            "--sluice.staging.bucket=" + BUCKET,
                            "--sluice.aws.endpoint.s3=" + localS3.endpoint(),
                            // A prepared COMMIT is sent by its name alone, and the port could not tell it.
                            "--sluice.loader.jdbc-url=jdbc:redshift://127.0.0.1:" + cutting.port()
                                    + "/dev?ssl=false&prepareThreshold=0",
                            "--sluice.loader.window=300ms",
                            "--sluice.loader.max-batches=20",
                            "--sluice.loader.retry.most=1s")));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        LOADER_PROCESSES.forEach(JavaProcess::close);
        cutting.close();
        warehouse.close();
        s3.close();
        localS3.close();
    }

    @Test
    void afterCutsAndKills_everyStagedEventIsThereOnce() throws Exception {
        var ending = new AtomicBoolean();
        var stager = new StagerThread(ending);
        stager.start();
        await("the first loads", () -> count("SELECT COUNT(*) FROM load_ledger") > 0);
        var done = new EnumMap<Fault, Integer>(Fault.class);
        for (int cut = 0; cut < CUTS; cut++) {
            Fault fault = FAULTS.get(cut < FAULTS.size() ? cut : random.nextInt(FAULTS.size()));
            cut(fault);
            done.merge(fault, 1, Integer::sum);
            awaitAnotherLoad();
            if (cut % 20 == 19) {
                System.out.println("TRIAL: " + (cut + 1) + " of " + CUTS + " cuts, " + done);
            }
        }
        ending.set(true);
        stager.join();
        stager.assertWell();
        await("all that was staged", () -> count("SELECT COUNT(*) FROM load_ledger") >= batches);
        for (Map.Entry<Table, Set<String>> entry : expected.entrySet()) {
            String table = entry.getKey().tableName();
            // Not by their sequence numbers: of a browser's repeat and its first, whichever is loaded first is the one
            // that stays.
            List<String> landed = texts("SELECT "
                    + (entry.getKey() == Table.BAD_EVENTS ? "CAST(ingest_seq AS VARCHAR)" : "event_id") + " FROM "
                    + table);
            assertThat(landed).as(table + ", each once").doesNotHaveDuplicates();
            assertThat(Set.copyOf(landed)).as(table).isEqualTo(entry.getValue());
        }
        assertThat(count("SELECT COUNT(*) FROM load_ledger")).isEqualTo(batches);
        assertThat(count("SELECT SUM(page_views + events + bad_events - pipeline_duplicates - browser_duplicates"
                        + " - quarantined) FROM load_ledger"))
                .as("staged = inserted + duplicates + quarantined")
                .isEqualTo(expected.values().stream().mapToLong(Set::size).sum());
        assertThat(count("SELECT SUM(n) FROM audit_buckets WHERE stage IN ('loaded', 'bad')"))
                .isEqualTo(expected.values().stream().mapToLong(Set::size).sum());
        System.out.println("TRIAL: loader-faults: " + done + ", " + batches + " batches, "
                + expected.values().stream().mapToLong(Set::size).sum() + " events, each once, "
                + count("SELECT SUM(pipeline_duplicates) FROM load_ledger") + " staged again and "
                + count("SELECT SUM(browser_duplicates) FROM load_ledger") + " sent again dropped");
    }

    private static final List<Fault> FAULTS = List.of(Fault.values());

    private enum Fault {
        IN_COPY,
        BEFORE_COMMIT,
        AFTER_COMMIT,
        LOADER_KILLED,
        WAREHOUSE_KILLED
    }

    private void cut(Fault fault) throws Exception {
        switch (fault) {
            case IN_COPY -> cutAt(Moment.IN_COPY);
            case BEFORE_COMMIT -> cutAt(Moment.BEFORE_COMMIT);
            case AFTER_COMMIT -> cutAt(Moment.AFTER_COMMIT);
            case LOADER_KILLED -> {
                Thread.sleep(random.nextInt(500));
                JavaProcess loader = LOADER_PROCESSES.get(random.nextInt(LOADERS));
                loader.kill9();
                loader.startAgain();
            }
            case WAREHOUSE_KILLED -> {
                Thread.sleep(random.nextInt(500));
                warehouse.kill9();
                // The directory is locked until the one that was killed has let go of it.
                Thread.sleep(200);
                warehouse.startAgain();
            }
        }
    }

    private void cutAt(Moment moment) {
        cutting.arm(moment, Duration.ofMillis(random.nextInt(40)));
        await("a connection to be cut " + moment, () -> !cutting.isArmed());
    }

    /** The line is whole again when something has been loaded that was not before. */
    private void awaitAnotherLoad() throws Exception {
        long before = countPatiently("SELECT COUNT(*) FROM load_ledger");
        await("another load", () -> {
            for (JavaProcess loader : LOADER_PROCESSES) {
                assertThat(loader.isAlive())
                        .as("a loader ended: %s", loader.output())
                        .isTrue();
            }
            return count("SELECT COUNT(*) FROM load_ledger") > before;
        });
    }

    /** Stages a batch of three tables' rows every now and then. */
    private final class StagerThread {
        private final Thread thread;
        private final List<Throwable> failed = new ArrayList<>();
        private List<Event> before = List.of();

        StagerThread(AtomicBoolean ending) {
            thread = Thread.ofPlatform().name("stager").unstarted(() -> {
                try {
                    while (!ending.get()) {
                        stageOne();
                        Thread.sleep(150);
                    }
                } catch (Exception e) {
                    failed.add(e);
                }
            });
        }

        void start() {
            thread.start();
        }

        void join() throws InterruptedException {
            thread.join();
        }

        void assertWell() {
            assertThat(failed).isEmpty();
        }

        private void stageOne() throws Exception {
            var events = new ArrayList<Event>();
            var fates = new SplittableRandom(SEED + batches);
            Instant base = Instant.now().minusSeconds(nextSeq / 1_000);
            for (int i = 0; i < 40; i++) {
                Table table = TABLES.get(fates.nextInt(10) < 8 ? 0 : fates.nextInt(TABLES.size()));
                events.add(fresh(table, base));
            }
            if (fates.nextInt(4) == 0 && !before.isEmpty()) {
                // A browser's repeat, in a hit of its own: dropped.
                Event first = before.stream()
                        .filter(event -> event.table() == Table.PAGE_VIEWS)
                        .findFirst()
                        .orElseThrow();
                events.add(first.sentAgain(nextSeq++, first.receivedAt().plusMillis(900)));
            }
            if (fates.nextInt(4) == 0) {
                // The batch before, cut in another way: whoever held the shard then had staged more than it could say.
                events.addAll(before.subList(before.size() / 2, before.size()));
            }
            staged.stage("shard-" + batches, 1, events);
            batches++;
            if (fates.nextInt(8) == 0 && !before.isEmpty()) {
                staged.stage("shard-" + batches, 1, before);
                batches++;
            }
            before = events.subList(0, 40);
        }

        private Event fresh(Table table, Instant base) {
            Event event = Event.pageView(epoch, nextSeq++, base).as(table);
            expected.computeIfAbsent(table, _ -> new HashSet<>())
                    .add(
                            table == Table.BAD_EVENTS
                                    ? Long.toString(event.seq())
                                    : event.id().toString());
            return event;
        }
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptionsMatching(e -> e instanceof LoadFailure || e instanceof SQLException)
                .until(condition);
    }

    private static long countPatiently(String sql) {
        var counted = new long[1];
        await(sql, () -> {
            counted[0] = count(sql);
            return true;
        });
        return counted[0];
    }

    private static long count(String sql) throws Exception {
        try (Session session = directly()) {
            return session.number(sql);
        }
    }

    private static List<String> texts(String sql) throws Exception {
        try (Session session = directly()) {
            return session.texts(sql);
        }
    }

    /** Past the port that cuts. */
    private static Session directly() throws LoadFailure {
        String url = "jdbc:redshift://127.0.0.1:" + cutting.target() + "/dev?ssl=false";
        return new Warehouse(new DriverManagerDataSource(url, "sluice", "sluice")).open();
    }
}
