package dev.sluice.processor;

import dev.sluice.common.Frame;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.processor.protocol.BadReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * What the workers count. They add up: frames submitted = done + failed + given up + held; every row of a frame is
 * counted under its table, and a bad one under its reason too. Thread-safe.
 */
final class ProcessorMetrics {
    /** What became of a frame. */
    enum Result {
        DONE,
        FAILED,
        GIVEN_UP
    }

    private final MeterRegistry registry;
    private final Counter submitted;
    private final Counter hits;
    private final Timer duration;
    private final Map<Result, Counter> frames = new EnumMap<>(Result.class);
    private final Map<Table, Counter> rows = new EnumMap<>(Table.class);
    private final Map<String, Counter> bad = new HashMap<>();

    ProcessorMetrics(MeterRegistry registry) {
        this.registry = registry;
        submitted = Counter.builder("sluice.processor.submitted")
                .description("Frames that were let into the worker pool")
                .baseUnit("frames")
                .register(registry);
        hits = Counter.builder("sluice.processor.hits")
                .description("Hits in the frames that were processed")
                .baseUnit("hits")
                .register(registry);
        duration = Timer.builder("sluice.processor.duration")
                .description("Time to turn one frame into rows")
                .register(registry);
        for (Result result : Result.values()) {
            frames.put(
                    result,
                    Counter.builder("sluice.processor.frames")
                            .description("Frames that left the worker pool")
                            .baseUnit("frames")
                            .tag("result", result.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        for (Table table : Table.values()) {
            rows.put(
                    table,
                    Counter.builder("sluice.processor.rows")
                            .description("Rows that were made")
                            .baseUnit("rows")
                            .tag("table", table.tableName())
                            .register(registry));
        }
        for (BadReason reason : BadReason.values()) {
            bad.put(
                    reason.columnValue(),
                    Counter.builder("sluice.dlq.records")
                            .description("Bad rows that were made")
                            .baseUnit("rows")
                            .tag("stage", reason.stage().columnValue())
                            .tag("reason", reason.columnValue())
                            .register(registry));
        }
    }

    void watch(WorkerPool pool) {
        gauge("sluice.processor.held.frames", "frames", "Frames waiting or in work", pool, WorkerPool::heldFrames);
        gauge("sluice.processor.held.bytes", "bytes", "Heap that their hits hold", pool, WorkerPool::heldBytes);
    }

    private void gauge(String name, String unit, String what, WorkerPool pool, ToDoubleFunction<WorkerPool> value) {
        Gauge.builder(name, pool, value).description(what).baseUnit(unit).register(registry);
    }

    void submitted() {
        submitted.increment();
    }

    void done(Frame frame, List<Row> made, Duration took) {
        left(Result.DONE, 1);
        hits.increment(frame.hits().size());
        duration.record(took);
        for (Row row : made) {
            Objects.requireNonNull(rows.get(row.table())).increment();
            if (row.table() == Table.BAD_EVENTS) {
                Objects.requireNonNull(bad.get(Objects.requireNonNull(row.get(Columns.REASON))))
                        .increment();
            }
        }
    }

    void left(Result result, int count) {
        Objects.requireNonNull(frames.get(result)).increment(count);
    }
}
