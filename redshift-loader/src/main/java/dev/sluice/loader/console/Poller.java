package dev.sluice.loader.console;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** While somebody looks, asks for the numbers, and posts what they give. Confined to the console's thread. */
final class Poller {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

    private final Numbers numbers;
    private final Meters meters;
    private final ConsolePage page;
    private final Board board;
    private final Times times;

    private Meters.Now counted;
    private @Nullable LineNumbers line;
    private @Nullable VisitNumbers visits;
    private @Nullable Instant failingSince;
    private boolean visitsFail;

    /**
     * @param meters pace of reading the services' metrics
     * @param line of the cheap questions to the warehouse
     * @param visits of the others
     */
    record Times(Pace meters, Pace line, Pace visits, InstantSource clock, LongSupplier nanoTime) {}

    Poller(Numbers numbers, Meters meters, ConsolePage page, Board board, Times times) {
        this.numbers = numbers;
        this.meters = meters;
        this.page = page;
        this.board = board;
        this.times = times;
        this.counted = new Meters.Now(meters.loader(), null, null);
    }

    /** One look, if it is time for one. Judges all failures itself. */
    void round() {
        if (!board.isWatched()) {
            return;
        }
        // By themselves: they are wanted most when the warehouse does not answer.
        boolean news = times.meters().isDue();
        if (news) {
            long began = times.nanoTime().getAsLong();
            counted = meters.read();
            times.meters().answered(began);
        }
        if (times.line().isDue()) {
            news = true;
            if (askForLine() && times.visits().isDue()) {
                if (visits != null) {
                    // The half hour's page views take a while: what is newer is shown before.
                    post();
                }
                askForVisits();
            }
        }
        if (news) {
            post();
        }
    }

    private boolean askForLine() {
        long began = times.nanoTime().getAsLong();
        try {
            line = numbers.line();
            times.line().answered(began);
            if (failingSince != null) {
                LOG.info("The warehouse answers the console again");
            }
            failingSince = null;
            return true;
        } catch (SQLException | RuntimeException e) {
            times.line().failed(began);
            if (failingSince == null) {
                failingSince = times.clock().instant();
                LOG.warn("The warehouse does not answer the console; loading goes on without it", e);
            } else {
                LOG.debug("The warehouse does not answer the console", e);
            }
            return false;
        }
    }

    private void askForVisits() {
        long began = times.nanoTime().getAsLong();
        try {
            visits = numbers.visits();
            visitsFail = false;
            times.visits().answered(began);
        } catch (SQLException | RuntimeException e) {
            times.visits().failed(began);
            if (!visitsFail) {
                LOG.warn("The page views of half an hour could not be counted for the console", e);
            }
            visitsFail = true;
        }
    }

    private void post() {
        var state = new State(times.clock().instant(), line, visits, failingSince, visitsFail, counted);
        board.post(page.whole(state), page.update(state));
    }
}
