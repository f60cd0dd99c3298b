package dev.sluice.loader.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people and monitoring what the auditor finds: each finding once, and once more when it is gone. Written by the auditor's thread,
 * read by any.
 */
public final class AuditReport {
    private static final Logger LOG = LoggerFactory.getLogger(AuditReport.class);
    private static final double MILLIS = 1000.0;
    /** Lines at once; the numbers are in the metrics. */
    private static final int MOST_LINES = 20;

    private final InstantSource clock;
    private final Timer rounds;
    private final Counter failures;
    private final Map<Subject, Finding> told = new HashMap<>();
    private volatile @Nullable Round last;

    /** What stays the same while a finding grows or shrinks. */
    private record Subject(
            Finding.Kind kind, String epoch, @Nullable Instant minute) {
        static Subject of(Finding finding) {
            boolean isOfWholeEpoch =
                    finding.kind() == Finding.Kind.MISSING_HITS || finding.kind() == Finding.Kind.LATE_HITS;
            return new Subject(finding.kind(), finding.epoch(), isOfWholeEpoch ? null : finding.minute());
        }
    }

    /**
     * @param mismatches minutes of epochs that do not add up
     * @param watermark until when all is there; empty when nothing was ever accepted
     */
    record Round(List<Finding> findings, int mismatches, Optional<Instant> watermark) {
        long count(Finding.Kind kind) {
            return findings.stream()
                    .filter(finding -> finding.kind() == kind)
                    .mapToLong(Finding::count)
                    .sum();
        }
    }

    public AuditReport(MeterRegistry registry, InstantSource clock) {
        this.clock = clock;
        gauge(
                registry,
                "sluice.audit.missing",
                "Hits that were accepted and are overdue, or were there and have gone",
                "hits",
                round -> round.count(Finding.Kind.MISSING_HITS));
        gauge(
                registry,
                "sluice.audit.late",
                "Hits that were accepted a while ago and are not there yet",
                "hits",
                round -> round.count(Finding.Kind.LATE_HITS));
        gauge(
                registry,
                "sluice.audit.duplicate",
                "Rows with a transport id that another row has",
                "rows",
                round -> round.count(Finding.Kind.DOUBLED));
        gauge(
                registry,
                "sluice.audit.bucket.mismatch",
                "Minutes of ingest epochs whose rows are not those that were loaded",
                "buckets",
                round -> round.mismatches());
        Gauge.builder("sluice.pipeline.watermark.lag", this, AuditReport::lagSeconds)
                .description("Age of the time until which all data is proved to be in the warehouse")
                .baseUnit("seconds")
                .tag("stage", "load")
                .register(registry);
        this.rounds = Timer.builder("sluice.audit.round")
                .description("One round of the auditor")
                .register(registry);
        this.failures = Counter.builder("sluice.audit.failures")
                .description("Rounds of the auditor that did not get to their end")
                .register(registry);
    }

    void round(Round round) {
        last = round;
        var now = new HashMap<Subject, Finding>();
        round.findings().forEach(finding -> now.merge(Subject.of(finding), finding, Finding::and));
        now.entrySet().stream()
                .filter(entry -> isWorse(entry.getValue(), told.get(entry.getKey())))
                .limit(MOST_LINES)
                .forEach(entry -> tell(entry.getValue()));
        told.forEach((subject, finding) -> {
            if (!now.containsKey(subject)) {
                LOG.info("The proof holds again, or has moved on: no longer {}", finding);
            }
        });
        told.clear();
        told.putAll(now);
    }

    void took(long nanos) {
        rounds.record(Duration.ofNanos(nanos));
    }

    void failed() {
        failures.increment();
    }

    private static void tell(Finding finding) {
        if (finding.kind() == Finding.Kind.LATE_HITS) {
            LOG.warn("The proof waits: {}. They are on their way, or will count as missing", finding);
        } else {
            LOG.error("The proof fails: {}. ./sluice reconcile says where they are", finding);
        }
    }

    /** When everything is late, the first line will do. */
    private static boolean isWorse(Finding finding, @Nullable Finding before) {
        return before == null || (finding.kind() != Finding.Kind.LATE_HITS && finding.count() > before.count());
    }

    private double lagSeconds() {
        Round round = last;
        return round == null
                ? Double.NaN
                : round.watermark()
                        .map(until -> Math.max(
                                0, Duration.between(until, clock.instant()).toMillis() / MILLIS))
                        .orElse(0.0);
    }

    private void gauge(
            MeterRegistry registry, String name, String description, String unit, ToDoubleFunction<Round> value) {
        Gauge.builder(name, this, report -> {
                    Round round = report.last;
                    return round == null ? 0 : value.applyAsDouble(round);
                })
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }
}
