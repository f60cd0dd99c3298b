package dev.sluice.loader.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.console.Board.Sheet;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BoardTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(10);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final Board board = new Board(2, nanos::get);

    private CompletableFuture<@Nullable Sheet> waiting(long number) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return board.after(number, LONG);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void enter_refusesOneViewerTooMany_untilOneHasLeft() {
        board.open();
        assertThat(board.enter()).isTrue();
        assertThat(board.enter()).isTrue();
        assertThat(board.enter()).isFalse();
        assertThat(board.viewers()).isEqualTo(2);
        board.leave();
        assertThat(board.enter()).isTrue();
    }

    @Test
    void after_givesASlowViewerTheNewestSheetOnly() throws InterruptedException {
        board.open();
        board.post("page 1", "update 1");
        board.post("page 2", "update 2");
        board.post("page 3", "update 3");
        assertThat(board.after(1, LONG)).isEqualTo(new Sheet(3, "page 3", "update 3"));
        assertThat(board.after(3, SHORT)).isNull();
    }

    @Test
    void post_wakesWhoeverWaits() throws Exception {
        board.open();
        CompletableFuture<@Nullable Sheet> first = waiting(0);
        CompletableFuture<@Nullable Sheet> second = waiting(0);
        board.post("page", "update");
        assertThat(first.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(new Sheet(1, "page", "update"));
        assertThat(second.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(new Sheet(1, "page", "update"));
    }

    @Test
    void close_sendsAllAway_andLetsNoneIn() throws Exception {
        board.open();
        board.post("page", "update");
        assertThat(board.enter()).isTrue();
        CompletableFuture<@Nullable Sheet> waits = waiting(1);
        board.close();
        assertThat(waits.get(5, TimeUnit.SECONDS)).isNull();
        assertThat(board.isOpen()).isFalse();
        assertThat(board.isWatched()).isFalse();
        assertThat(board.enter()).isFalse();
        board.open();
        assertThat(board.enter()).isTrue();
    }

    @Test
    void fresh_waitsForTheNextSheet_whenTheOneThereIsIsOld() throws InterruptedException {
        board.open();
        assertThat(board.fresh(LONG, SHORT)).isNull();
        board.post("page", "update");
        assertThat(board.fresh(LONG, SHORT)).isEqualTo(new Sheet(1, "page", "update"));
        nanos.addAndGet(LONG.toNanos() + 1);
        // None comes: what there is.
        assertThat(board.fresh(LONG, SHORT)).isEqualTo(new Sheet(1, "page", "update"));
        var next = CompletableFuture.supplyAsync(() -> {
            try {
                return board.fresh(LONG, LONG);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        while (!next.isDone()) {
            board.post("newer", "newer");
        }
        assertThat(next.join()).isNotNull().extracting(Sheet::page).isEqualTo("newer");
    }

    @Test
    void isWatched_whileSomebodyLooks_andAMomentAfterSomebodyAsked() throws InterruptedException {
        assertThat(board.isWatched()).isFalse();
        board.open();
        assertThat(board.isWatched()).isFalse();
        board.fresh(LONG, Duration.ZERO);
        assertThat(board.isWatched()).isTrue();
        nanos.addAndGet(Duration.ofSeconds(11).toNanos());
        assertThat(board.isWatched()).isFalse();
        assertThat(board.enter()).isTrue();
        assertThat(board.isWatched()).isTrue();
        board.leave();
        assertThat(board.isWatched()).isFalse();
    }
}
