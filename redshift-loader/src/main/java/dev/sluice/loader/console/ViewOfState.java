package dev.sluice.loader.console;

import dev.sluice.loader.console.Verdict.Tone;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts numbers into words. */
final class ViewOfState {
    private static final int MINUTE_SECONDS = 60;

    private ViewOfState() {}

    static View of(State state) {
        LineNumbers line = state.line();
        VisitNumbers visits = state.visits();
        return new View(
                Verdict.of(state),
                line == null ? Text.NONE : Text.time(line.asOf(), state.now()),
                Stages.of(state),
                line == null ? List.of() : minutes(line.proof()),
                line == null ? new View.Loads(Text.NONE, List.of()) : loads(line.loads(), line.asOf()),
                line == null ? new View.Bad(List.of(), List.of()) : bad(line.bad()),
                line == null
                        ? List.of()
                        : line.latest().stream().map(ViewOfState::pageView).toList(),
                visits == null ? List.of() : List.of(visits(visits, state.now())),
                visitsNote(state));
    }

    private static String visitsNote(State state) {
        if (state.visitsFail()) {
            return "They could not be counted in time: there are too many, or the warehouse is busy. The console tries again,"
                    + " more and more seldom.";
        }
        return state.visits() == null ? "Not counted yet." : "";
    }

    private static List<View.Minute> minutes(LineNumbers.Proof proof) {
        return proof.minutes().stream()
                .map(minute -> {
                    Tone tone = tone(minute.minute(), proof);
                    return new View.Minute(
                            Text.minute(minute.minute()),
                            minute.minute().getEpochSecond(),
                            minute.accepted(),
                            Text.count(minute.accepted()),
                            Text.count(minute.loaded()),
                            Text.count(minute.bad()),
                            Text.count(minute.repeated()),
                            tone.css(),
                            proofOf(tone));
                })
                .toList();
    }

    /** A minute that is not proved is overdue only when something is. */
    private static Tone tone(Instant minute, LineNumbers.Proof proof) {
        @Nullable Instant until = proof.completeUntil();
        boolean complete = until != null && !minute.plusSeconds(MINUTE_SECONDS).isAfter(until);
        return complete ? Tone.GOOD : proof.missing() > 0 ? Tone.BAD : Tone.UNKNOWN;
    }

    private static String proofOf(Tone tone) {
        return switch (tone) {
            case GOOD -> "✓ complete";
            case BAD -> "✗ not complete";
            case LATE, UNKNOWN -> "… not yet";
        };
    }

    private static View.Loads loads(LineNumbers.Loads loads, Instant now) {
        return new View.Loads(
                Text.time(loads.last(), now),
                loads.latest().stream()
                        .map(load -> new View.Load(
                                Long.toString(load.id()),
                                Text.time(load.at()),
                                Text.count(load.batches()),
                                Text.count(load.pageViews()),
                                Text.count(load.events()),
                                Text.count(load.bad()),
                                Text.count(load.repeats()),
                                Text.age(Duration.between(load.oldest(), load.at()))))
                        .toList());
    }

    private static View.Bad bad(LineNumbers.Bad bad) {
        return new View.Bad(
                bad.reasons().stream()
                        .map(reason -> new View.Reason(reason.stage(), reason.reason(), Text.count(reason.rows())))
                        .toList(),
                bad.latest().stream()
                        .map(row -> new View.BadRow(
                                Text.time(row.receivedAt()),
                                Text.sent(row.site()),
                                row.stage(),
                                row.reason(),
                                orEmpty(row.detail()),
                                orEmpty(row.original())))
                        .toList());
    }

    private static View.PageView pageView(LineNumbers.PageView view) {
        String device = Text.sent(view.device());
        return new View.PageView(
                Text.time(view.receivedAt()),
                Text.sent(view.site()),
                page(view.host(), view.path()),
                Text.sent(view.title()),
                Text.sent(view.referrer()),
                view.robot() && !device.equals("bot") ? device + ", robot" : device,
                Text.sent(view.country()));
    }

    private static View.Visits visits(VisitNumbers visits, Instant now) {
        return new View.Visits(
                Text.time(visits.asOf(), now),
                Text.count(visits.pageViews()),
                Text.count(visits.visitors()),
                visits.minutes().stream()
                        .map(minute -> new View.VisitMinute(
                                Text.minute(minute.minute()),
                                minute.minute().getEpochSecond(),
                                minute.pageViews(),
                                minute.visitors(),
                                Text.count(minute.pageViews()),
                                Text.count(minute.visitors())))
                        .toList(),
                visits.pages().stream()
                        .map(page -> new View.Page(
                                page(page.host(), page.path()),
                                Text.count(page.pageViews()),
                                Text.count(page.visitors())))
                        .toList(),
                visits.referrers().stream()
                        .map(referrer -> new View.Referrer(
                                referrer.medium(), Text.sent(referrer.source()), Text.count(referrer.pageViews())))
                        .toList());
    }

    private static String page(@Nullable String host, @Nullable String path) {
        return Text.sent((host == null ? "" : host) + (path == null ? "" : path));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
