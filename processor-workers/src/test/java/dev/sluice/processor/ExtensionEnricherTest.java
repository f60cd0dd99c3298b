package dev.sluice.processor;

import static dev.sluice.processor.TestHits.frame;
import static dev.sluice.processor.TestHits.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.RawHit;
import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.processor.ExtensionSettings.OnFailure;
import dev.sluice.processor.enrich.StandardEnrichers;
import dev.sluice.processor.protocol.JsonValue;
import dev.sluice.processor.protocol.Param;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExtensionEnricherTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final List<ExtensionEnricher> running = new ArrayList<>();

    @AfterEach
    void close() {
        running.forEach(ExtensionEnricher::close);
    }

    @Test
    void whatItSets_isInTheRow_andItRunsOnAThreadOfItsOwn() {
        var thread = new AtomicReference<String>();
        Row row = row(pipeline(OnFailure.BAD_ROW, LONG, event -> {
            thread.set(Thread.currentThread().getName());
            event.text(Columns.USER_ID, event.get(Columns.SITE_ID))
                    .set(Columns.SESSION_INDEX, 7)
                    .text(Columns.PAGE_TITLE, null)
                    .set(Columns.CLIENT_SENT_AT, Instant.parse("2026-01-01T00:00:00.123456789Z"))
                    .text(Columns.UTM_SOURCE, "x".repeat(300))
                    .extra("ext.list", new JsonValue.Arr(List.of(new JsonValue.Num("1"))))
                    .invalid("ext.odd", "y");
        }));
        assertThat(thread.get()).startsWith("extension-custom-");
        assertThat(row.get(Columns.USER_ID)).isEqualTo("good");
        assertThat(row.get(Columns.SESSION_INDEX)).isEqualTo(7);
        assertThat(row.get(Columns.PAGE_TITLE)).isNull();
        assertThat(row.get(Columns.CLIENT_SENT_AT)).isEqualTo(Instant.parse("2026-01-01T00:00:00.123456Z"));
        assertThat(row.get(Columns.UTM_SOURCE)).hasSize(255);
        assertThat(row.get(Columns.CONTEXT))
                .isEqualTo("{\"extensions\":{\"ext.list\":[1]},\"invalid\":{\"ext.odd\":\"y\"},"
                        + "\"truncated\":[\"utm_source\"]}");
        assertCounted(1, 0, 0, 0);
    }

    @Test
    void aFailure_isABadRow_thatTellsNothingOfTheEvent() {
        Row row = row(pipeline(OnFailure.BAD_ROW, LONG, event -> {
            throw new IllegalStateException("secret");
        }));
        assertThat(row.table()).isEqualTo(Table.BAD_EVENTS);
        assertThat(row.get(Columns.STAGE)).isEqualTo("enrich");
        assertThat(row.get(Columns.REASON)).isEqualTo("extension_failed");
        assertThat(row.get(Columns.DETAIL))
                .contains("custom", "custom.jar 1", "java.lang.IllegalStateException", "ExtensionEnricherTest")
                .doesNotContain("secret");
        assertThat(row.get(Columns.RAW)).contains("\"aid\":\"good\"");
        assertCounted(0, 1, 0, 0);
    }

    @Test
    void aFailureThatIsSkipped_leavesNoHalf() {
        Row row = row(pipeline(OnFailure.SKIP, LONG, event -> {
            event.text(Columns.USER_ID, "half").extra("half", new JsonValue.Null());
            event.invalid("half", "x");
            event.text(Columns.UTM_SOURCE, "x".repeat(300));
            throw new StackOverflowError();
        }));
        Row without = TestHits.row(hit());
        assertThat(EnrichmentPipelineTest.cells(row, null)).isEqualTo(EnrichmentPipelineTest.cells(without, null));
        assertCounted(0, 1, 0, 0);
    }

    @Test
    void whatLacksAClass_isAFailure_andNoMemory_isTheCallersToStopOn() {
        assertThat(row(pipeline(OnFailure.BAD_ROW, LONG, event -> {
                            throw new NoClassDefFoundError("x/Y");
                        }))
                        .get(Columns.DETAIL))
                .contains("java.lang.NoClassDefFoundError");
        EnrichmentPipeline broken = pipeline(OnFailure.SKIP, LONG, event -> {
            throw new OutOfMemoryError("none");
        });
        assertThatThrownBy(() -> row(broken)).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void identityTimeAndPrivacy_areNotForItToSet() {
        for (Column<?> column : Table.PAGE_VIEWS.columns()) {
            Row row = row(pipeline(OnFailure.BAD_ROW, LONG, event -> setToWhatItIs(event, column)));
            boolean refused = List.of(
                            "event_id",
                            "event_type",
                            "received_at",
                            "occurred_at",
                            "enriched_at",
                            "loaded_at",
                            "is_anonymous",
                            "privacy_signal",
                            "ip_address",
                            "event_fingerprint",
                            "is_truncated",
                            "ingest_epoch",
                            "ingest_seq",
                            "ingest_index",
                            "enrich_version",
                            "load_id",
                            "context")
                    .contains(column.name());
            assertThat(row.table()).as(column.name()).isEqualTo(refused ? Table.BAD_EVENTS : Table.PAGE_VIEWS);
        }
    }

    private static <T> void setToWhatItIs(EventContext event, Column<T> column) {
        if (column.type() == Column.Type.SUPER) {
            @SuppressWarnings("unchecked")
            var json = (Column<String>) column;
            event.json(json, new JsonValue.Null());
        } else if (column.isText()) {
            @SuppressWarnings("unchecked")
            var text = (Column<String>) column;
            event.text(text, event.get(text));
        } else {
            event.set(column, event.get(column));
        }
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void whatTheWarehouseWouldRefuse_isAFailure() {
        List<Consumer<EventContext>> faults = List.of(
                event -> event.set(Columns.CLIENT_SENT_AT, Instant.MAX),
                event -> event.set(Columns.VALUE, Double.NaN),
                event -> event.set((Column) Columns.SESSION_INDEX, "seven"),
                event -> event.json(Columns.DATA, new JsonValue.Num("x,y")),
                event -> event.extra("x", new JsonValue.Num("--1")),
                event -> event.extra("x", nested(1_000)),
                event -> event.extra(" ", new JsonValue.Null()),
                event -> event.extra("x".repeat(129), new JsonValue.Null()),
                event -> {
                    for (int i = 0; i < 101; i++) {
                        event.extra("x" + i, new JsonValue.Null());
                    }
                },
                event -> {
                    for (int i = 0; i < 21; i++) {
                        event.invalid("x" + i, "v");
                    }
                });
        for (Consumer<EventContext> fault : faults) {
            assertThat(row(pipeline(OnFailure.BAD_ROW, LONG, fault)).get(Columns.REASON))
                    .isEqualTo("extension_failed");
        }
    }

    private static JsonValue nested(int depth) {
        JsonValue value = new JsonValue.Null();
        for (int i = 0; i < depth; i++) {
            value = new JsonValue.Arr(List.of(value));
        }
        return value;
    }

    @Test
    void extrasBeyondTheColumn_areLeftOut_andNoted() throws Exception {
        Row row = row(pipeline(OnFailure.BAD_ROW, LONG, event -> {
            for (int i = 0; i < 40; i++) {
                event.extra("x" + i, new JsonValue.Text("\u20ac".repeat(20_000)));
            }
        }));
        assertThat(row.table()).isEqualTo(Table.PAGE_VIEWS);
        RowRules.assertFits(row);
        assertThat(row.get(Columns.IS_TRUNCATED)).isTrue();
        assertThat(row.get(Columns.CONTEXT)).contains("\"dropped\":[\"extensions.x");
    }

    @Test
    void theFullAddress_isNowhereToBeSeen() {
        var seen = new AtomicReference<String>("");
        Consumer<EventContext> look = event -> seen.set(event.hit().visitor().ip() + "|"
                + event.origin().hit().visitor().networkId() + "|" + event.param(Param.IP) + "|"
                + event.event().get(Param.IP) + "|" + event.hit().query()
                + event.hit().body().length + "|"
                + event.hit().header("user-agent") + "|" + event.param(Param.SITE_ID));
        EnrichmentPipeline pipeline = pipeline(OnFailure.BAD_ROW, LONG, look);
        pipeline.rows(frame(get("e=pv&ip=203.0.113.77&aid=s", Map.of("user-agent", "UA"))));
        assertThat(seen.get()).isEqualTo("203.0.113.0|" + TestHits.NETWORK_ID + "|null|null|0|UA|s");
        pipeline.rows(frame(get("e=pv&aid=s", TestHits.ANONYMOUS)));
        assertThat(seen.get()).isEqualTo("|" + RawHit.Visitor.NO_NETWORK_ID + "|null|null|0||s");
    }

    @Test
    void anEventThatIsKept_orWorkedOnElsewhere_canNotBeChanged() {
        var kept = new AtomicReference<@Nullable EventContext>();
        Row row = row(pipeline(OnFailure.BAD_ROW, LONG, kept::set));
        assertThat(row.table()).isEqualTo(Table.PAGE_VIEWS);
        EventContext view = Objects.requireNonNull(kept.get());
        assertThatThrownBy(() -> view.text(Columns.USER_ID, "late")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> view.extra("x", new JsonValue.Null())).isInstanceOf(IllegalStateException.class);

        var thrown = new AtomicReference<@Nullable Throwable>();
        Row other = row(pipeline(OnFailure.BAD_ROW, LONG, event -> {
            Thread thread = Thread.ofPlatform().unstarted(() -> event.text(Columns.USER_ID, "other"));
            thread.setUncaughtExceptionHandler((_, e) -> thrown.set(e));
            thread.start();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }));
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
        assertThat(other.get(Columns.USER_ID)).isNull();
    }

    // ---- what takes too long

    @ParameterizedTest
    @EnumSource(OnFailure.class)
    void whatHangs_costsItsEventsTheTimeout_andIsThenSwitchedOff(OnFailure onFailure) {
        var release = new CountDownLatch(1);
        EnrichmentPipeline pipeline = pipeline(onFailure, Duration.ofMillis(500), event -> {
            event.text(Columns.USER_ID, "half");
            // Deaf to interrupts, as a loop is.
            while (release.getCount() > 0) {
                LockSupport.parkNanos(1_000_000);
            }
        });
        List<Row> rows = pipeline.rows(frame(hit(), hit(), hit(), hit(), hit()));
        List<Row> without = TestHits.rows(hit(), hit(), hit(), hit(), hit());
        assertThat(rows).hasSize(5);
        for (int i = 0; i < 5; i++) {
            if (onFailure == OnFailure.SKIP) {
                assertThat(EnrichmentPipelineTest.cells(rows.get(i), null))
                        .isEqualTo(EnrichmentPipelineTest.cells(without.get(i), null));
            } else {
                assertThat(rows.get(i).get(Columns.REASON)).isEqualTo("extension_timeout");
            }
        }
        assertCounted(0, 0, 3, 2);
        assertThat(hung()).isEqualTo(3);

        // However long it is waited, as the threads still hang.
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        row(pipeline);
        assertCounted(0, 0, 3, 3);

        release.countDown();
        Awaitility.await().until(() -> hung() == 0);
        assertComesBack(pipeline);
    }

    /** A loaded machine may still be too slow for such a short timeout, so it is tried until it isn't. */
    private void assertComesBack(EnrichmentPipeline pipeline) {
        Awaitility.await().until(() -> {
            nanos.addAndGet(Duration.ofHours(1).toNanos());
            return "half".equals(row(pipeline).get(Columns.USER_ID));
        });
        assertThat(count("ok")).isPositive();
    }

    @Test
    void whatEndsWhenInterrupted_isTriedAgainAfterAWhile() {
        var slow = new AtomicBoolean(true);
        EnrichmentPipeline pipeline = pipeline(OnFailure.BAD_ROW, SHORT, event -> {
            event.text(Columns.USER_ID, "half");
            if (slow.get()) {
                try {
                    Thread.sleep(Duration.ofHours(1));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        for (int i = 0; i < 4; i++) {
            row(pipeline);
        }
        Awaitility.await().until(() -> hung() == 0);
        assertCounted(0, 0, 3, 1);
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        row(pipeline);
        row(pipeline);
        assertCounted(0, 0, 4, 2);
        Awaitility.await().until(() -> hung() == 0);
        slow.set(false);
        assertComesBack(pipeline);
    }

    @Test
    void timeoutsWithSuccessesBetween_switchNothingOff() {
        // Long enough for the quick ones on any machine, and only two of the slow ones.
        EnrichmentPipeline pipeline = pipeline(OnFailure.SKIP, Duration.ofSeconds(3), 2, event -> {
            if ("slow".equals(event.get(Columns.SITE_ID))) {
                try {
                    Thread.sleep(Duration.ofHours(1));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        for (int i = 0; i < 2; i++) {
            pipeline.rows(frame(get("e=pv&aid=slow"), get("e=pv&aid=quick")));
            Awaitility.await().until(() -> hung() == 0);
        }
        row(pipeline);
        assertCounted(3, 0, 2, 0);
    }

    @Test
    void anInterruptOfTheCaller_isKept_andCostsNothing() {
        EnrichmentPipeline pipeline = pipeline(OnFailure.BAD_ROW, LONG, event -> event.text(Columns.USER_ID, "set"));
        Thread.currentThread().interrupt();
        try {
            assertThat(row(pipeline).get(Columns.USER_ID)).isEqualTo("set");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private void assertCounted(int ok, int failed, int timeout, int disabled) {
        assertThat(List.of(count("ok"), count("failed"), count("timeout"), count("disabled")))
                .containsExactly((double) ok, (double) failed, (double) timeout, (double) disabled);
    }

    private double count(String result) {
        return registry.get("sluice.enrich.extension")
                .tags("name", "custom", "result", result)
                .counter()
                .count();
    }

    private double hung() {
        return registry.get("sluice.enrich.extension.hung")
                .tag("name", "custom")
                .gauge()
                .value();
    }

    private static RawHit hit() {
        return get("e=pv&aid=good&page=Title");
    }

    private static Row row(EnrichmentPipeline pipeline) {
        return pipeline.rows(frame(hit())).getFirst();
    }

    private EnrichmentPipeline pipeline(OnFailure onFailure, Duration timeout, Consumer<EventContext> does) {
        return pipeline(onFailure, timeout, 3, does);
    }

    private EnrichmentPipeline pipeline(
            OnFailure onFailure, Duration timeout, int maxTimeouts, Consumer<EventContext> does) {
        var enricher = new Enricher() {
            @Override
            public String name() {
                return "custom";
            }

            @Override
            public void enrich(EventContext event) {
                does.accept(event);
            }
        };
        var extension = new ExtensionEnricher(
                enricher,
                "custom.jar 1",
                new ExtensionSettings(onFailure, timeout, maxTimeouts, Duration.ofMinutes(1)),
                registry,
                nanos::get);
        running.add(extension);
        List<Enricher> enrichers = new ArrayList<>(StandardEnrichers.all());
        enrichers.add(extension);
        return new EnrichmentPipeline(enrichers, InstantSource.fixed(TestHits.NOW));
    }
}
