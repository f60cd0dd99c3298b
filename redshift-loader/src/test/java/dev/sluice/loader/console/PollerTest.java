package dev.sluice.loader.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class PollerTest {
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final AtomicLong nanos = new AtomicLong();
    private final FakeNumbers numbers = new FakeNumbers();
    private final Board board = new Board(3, nanos::get);
    private final Poller poller = new Poller(
            numbers,
            new Meters(new SimpleMeterRegistry(), _ -> Map.of(), List.of(), List.of(), nanos::get),
            new ConsolePage(true),
            board,
            new Poller.Times(
                    new Pace(INTERVAL, nanos::get, new Random(1)),
                    new Pace(INTERVAL, nanos::get, new Random(1)),
                    new Pace(INTERVAL.multipliedBy(3), nanos::get, new Random(1)),
                    () -> Samples.NOW.plusNanos(nanos.get()),
                    nanos::get));

    private static final class FakeNumbers implements Numbers {
        int lines;
        int visits;
        boolean lineFails;
        boolean visitsFail;

        @Override
        public LineNumbers line() throws SQLException {
            lines++;
            if (lineFails) {
                throw new SQLException("refused for secret-user at secret-host");
            }
            return Samples.line();
        }

        @Override
        public VisitNumbers visits() throws SQLException {
            visits++;
            if (visitsFail) {
                throw new SQLException("canceling statement due to statement timeout");
            }
            return Samples.visits();
        }
    }

    @BeforeEach
    void somebodyLooks() {
        board.open();
        assertThat(board.enter()).isTrue();
    }

    /** What the page then says. */
    private String roundAfter(Duration time) throws InterruptedException {
        nanos.addAndGet(time.toNanos());
        poller.round();
        return posted();
    }

    private String posted() throws InterruptedException {
        Board.@Nullable Sheet sheet = board.after(0, Duration.ZERO);
        return sheet == null ? "" : sheet.update();
    }

    @Test
    void round_asksNothingWhileNobodyLooks() throws InterruptedException {
        board.leave();
        roundAfter(Duration.ZERO);
        roundAfter(Duration.ofMinutes(1));
        assertThat(numbers.lines + numbers.visits).isZero();
        assertThat(board.enter()).isTrue();
        roundAfter(Duration.ZERO);
        assertThat(numbers.lines).isEqualTo(1);
    }

    @Test
    void round_asksForTheLineOftenAndForVisitsSeldom_howeverManyLook() throws InterruptedException {
        assertThat(board.enter()).isTrue();
        for (int i = 0; i < 12; i++) {
            roundAfter(Duration.ofMillis(500));
        }
        assertThat(numbers.lines).isEqualTo(3);
        assertThat(numbers.visits).isEqualTo(1);
        roundAfter(Duration.ofMillis(500));
        assertThat(numbers.visits).isEqualTo(2);
    }

    @Test
    void round_thatFails_keepsTheNumbersAndSaysSinceWhen_andIsToldOnce(CapturedOutput output)
            throws InterruptedException {
        roundAfter(Duration.ZERO);
        numbers.lineFails = true;
        assertThat(roundAfter(INTERVAL))
                .contains("does not answer since 12:30:32 UTC")
                .contains("As of <b>12:30:30</b>")
                .contains("<b>1,234</b> page views")
                .doesNotContain("secret");
        roundAfter(Duration.ofMinutes(2));
        numbers.lineFails = false;
        assertThat(roundAfter(Duration.ofMinutes(5))).contains("Complete.");
        assertThat(numbers.lines).isEqualTo(4);
        assertThat(output)
                .containsOnlyOnce("The warehouse does not answer the console; loading goes on")
                .containsOnlyOnce("The warehouse answers the console again");
    }

    @Test
    void visitsThatAreTooMany_doNotMakeTheLineUnknown() throws InterruptedException {
        numbers.visitsFail = true;
        assertThat(roundAfter(Duration.ZERO)).contains("Complete.", "could not be counted in time");
        numbers.visitsFail = false;
        assertThat(roundAfter(Duration.ofMinutes(2)))
                .contains("<b>321</b> visitors")
                .doesNotContain("in time");
    }
}
