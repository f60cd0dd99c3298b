package dev.sluice.loader.console;

import dev.sluice.loader.console.Verdict.Tone;
import dev.sluice.loader.console.View.Fact;
import dev.sluice.loader.console.View.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The line from left to right: of each stop the rate and the lag. */
final class Stages {
    private static final double MINUTE_SECONDS = 60;
    /** Of which page views the lags are. */
    private static final double LAG_SECONDS = 120;
    /** As the alerts have it. */
    private static final double LATE_ROW_SECONDS = 15;

    private static final double LATE_BATCH_SECONDS = 60;
    private static final Duration LATE_PROOF = Duration.ofMinutes(5);

    private Stages() {}

    /** Without the warehouse, what the services count themselves is known. */
    static List<Stage> of(State state) {
        LineNumbers line = state.line();
        return line == null
                ? List.of(
                        accepted(null, state.meters().ingest()),
                        enriched(null, state.meters().consumers()),
                        waiting(state.meters().loader()),
                        unknown("Loaded"),
                        unknown("Proved"))
                : List.of(
                        accepted(line, state.meters().ingest()),
                        enriched(line.way(), state.meters().consumers()),
                        waiting(state.meters().loader()),
                        loaded(line),
                        proved(line.proof(), line.asOf()));
    }

    private static Stage unknown(String name) {
        return new Stage(name, Tone.UNKNOWN.css(), Text.NONE, "", List.of());
    }

    private static Stage accepted(@Nullable LineNumbers line, Meters.@Nullable Ingest counted) {
        var facts = new ArrayList<Fact>();
        if (counted != null) {
            facts.add(new Fact("refused", rate(counted.refusedPerSecond(), "/s")));
            facts.add(new Fact("not yet in the stream", Text.count(counted.pending())));
            facts.add(new Fact("collectors", counted.answering() + " of " + counted.nodes()));
        }
        LineNumbers.@Nullable Minute minute = null;
        if (line != null) {
            Instant told = line.way().toldUntil();
            minute = told == null ? null : lastWhole(line.proof().minutes(), told);
            if (counted == null) {
                facts.add(new Fact("in the minute", minute == null ? Text.NONE : Text.minute(minute.minute())));
                facts.add(new Fact("collectors", Text.count(line.way().nodes())));
            }
            facts.add(new Fact(
                    "last told",
                    told == null ? "not for 2 min" : Text.age(Duration.between(told, line.asOf())) + " ago"));
        }
        double rate = counted != null
                ? counted.acceptedPerSecond()
                : minute == null ? Double.NaN : minute.accepted() / MINUTE_SECONDS;
        Tone tone = counted != null && counted.answering() < counted.nodes()
                ? Tone.LATE
                : Double.isNaN(rate) ? Tone.UNKNOWN : Tone.GOOD;
        return new Stage("Accepted", tone.css(), rate(rate, ""), Double.isNaN(rate) ? "" : "hits/s", facts);
    }

    /** The newest minute of which all is told; the newest first is how they come. */
    private static LineNumbers.@Nullable Minute lastWhole(List<LineNumbers.Minute> minutes, Instant told) {
        for (LineNumbers.Minute minute : minutes) {
            if (!minute.minute().plusSeconds((long) MINUTE_SECONDS).isAfter(told)) {
                return minute;
            }
        }
        return null;
    }

    private static Stage enriched(LineNumbers.@Nullable Way way, Meters.@Nullable Consumers counted) {
        LineNumbers.@Nullable Lag lag = way == null || way.toRow().pageViews() == 0 ? null : way.toRow();
        var facts = new ArrayList<Fact>();
        facts.add(new Fact("received to row, p50", lag == null ? Text.NONE : Text.seconds(lag.p50())));
        facts.add(new Fact("p95", lag == null ? Text.NONE : Text.seconds(lag.p95())));
        if (counted != null) {
            facts.add(new Fact("behind the stream", seconds(counted.behindSeconds())));
            facts.add(new Fact("consumers", counted.answering() + " of " + counted.nodes()));
        }
        boolean late = (lag != null && lag.p95() > LATE_ROW_SECONDS)
                || (counted != null
                        && (counted.behindSeconds() > LATE_ROW_SECONDS || counted.answering() < counted.nodes()));
        if (counted == null) {
            return new Stage(
                    "Made into rows",
                    (late ? Tone.LATE : lag == null ? Tone.UNKNOWN : Tone.GOOD).css(),
                    lag == null ? Text.NONE : Text.perSecond(lag.pageViews() / LAG_SECONDS),
                    lag == null ? "" : "page views/s",
                    facts);
        }
        return new Stage(
                "Made into rows",
                (late ? Tone.LATE : Tone.GOOD).css(),
                rate(counted.hitsPerSecond(), ""),
                Double.isNaN(counted.hitsPerSecond()) ? "" : "hits/s",
                facts);
    }

    private static String rate(double rate, String unit) {
        return Double.isNaN(rate) ? Text.NONE : Text.perSecond(rate) + unit;
    }

    private static String seconds(double seconds) {
        return Double.isNaN(seconds) ? Text.NONE : Text.seconds(seconds);
    }

    private static Stage waiting(Meters.Loader loader) {
        boolean unknown = Double.isNaN(loader.waitingBatches());
        return new Stage(
                "Waiting in S3",
                (unknown ? Tone.UNKNOWN : loader.oldestSeconds() > LATE_BATCH_SECONDS ? Tone.LATE : Tone.GOOD).css(),
                unknown ? Text.NONE : Text.count((long) loader.waitingBatches()),
                unknown ? "" : "batches",
                List.of(
                        new Fact("oldest row", unknown ? Text.NONE : Text.seconds(loader.oldestSeconds())),
                        new Fact("seen by", "this loader")));
    }

    private static Stage loaded(LineNumbers line) {
        LineNumbers.Loads loads = line.loads();
        LineNumbers.Lag lag = line.way().toTable();
        boolean none = lag.pageViews() == 0;
        @Nullable Instant last = loads.last();
        return new Stage(
                "Loaded",
                (last == null ? Tone.UNKNOWN : !none && lag.p95() > LATE_ROW_SECONDS ? Tone.LATE : Tone.GOOD).css(),
                Text.perSecond(loads.rowsOfLastMinute() / MINUTE_SECONDS),
                "rows/s",
                List.of(
                        new Fact("to query, p50", none ? Text.NONE : Text.seconds(lag.p50())),
                        new Fact("p95", none ? Text.NONE : Text.seconds(lag.p95())),
                        new Fact(
                                "last load",
                                last == null ? "none" : Text.age(Duration.between(last, line.asOf())) + " ago")));
    }

    private static Stage proved(LineNumbers.Proof proof, Instant now) {
        @Nullable Instant until = proof.completeUntil();
        Duration lag = until == null ? Duration.ZERO : Duration.between(until, now);
        Tone tone = proof.missing() > 0
                ? Tone.BAD
                : until == null ? Tone.UNKNOWN : lag.compareTo(LATE_PROOF) > 0 ? Tone.LATE : Tone.GOOD;
        return new Stage(
                "Proved",
                tone.css(),
                until == null ? Text.NONE : Text.age(lag),
                until == null ? "" : "behind",
                List.of(
                        new Fact("complete until", Text.time(until, now)),
                        new Fact("missing", Text.count(proof.missing())),
                        new Fact("written off", Text.count(proof.writtenOffEpochs()))));
    }
}
