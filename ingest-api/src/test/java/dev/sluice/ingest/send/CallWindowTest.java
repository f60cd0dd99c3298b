package dev.sluice.ingest.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.TransportId;
import dev.sluice.ingest.Hits;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CallWindowTest {
    private static final List<EncodedFrame> FRAMES = List.of(EncodedFrame.of(
            new HitFrame(new TransportId(new UUID(1, 1), 0), List.of(Hits.encoded(1))), new Random(1)));

    private final CallWindow window = new CallWindow(8);

    @Test
    void throttling_halvesIt_downToOne() {
        assertThat(sizesAfter(true, 5)).containsExactly(4, 2, 1, 1, 1);
    }

    @Test
    void answersOfCallsThatWereUnderWay_doNotHalveItAgain() throws Exception {
        for (int i = 0; i < 8; i++) {
            window.enter(FRAMES);
        }
        for (int i = 0; i < 8; i++) {
            window.answered(true);
        }
        assertThat(window.size()).isEqualTo(4);
        window.answered(true);
        assertThat(window.size()).isEqualTo(2);
    }

    @Test
    void goodAnswers_growItByOneForEachWindowOfThem_upToTheMost() {
        sizesAfter(true, 2);
        assertThat(sizesAfter(false, 5)).containsExactly(2, 3, 3, 3, 4);
        assertThat(sizesAfter(false, 100).getLast()).isEqualTo(8);
    }

    @Test
    void enter_waitsForRoom() throws Exception {
        sizesAfter(true, 3);
        CallWindow.Call first = window.enter(FRAMES);
        var second = CompletableFuture.runAsync(() -> {
            try {
                window.enter(FRAMES);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().during(Duration.ofMillis(100)).until(() -> !second.isDone());
        window.leave(first);
        second.join();
    }

    @Test
    void theBacklog_leavesOneCallForFreshHits_butAWindowOfOneIsShared() throws Exception {
        var two = new CallWindow(2);
        assertThat(two.hasRoomForTwo()).isTrue();
        CallWindow.Call call = two.enter(FRAMES);
        assertThat(two.hasRoomForTwo()).isFalse();
        two.leave(call);

        var one = new CallWindow(1);
        assertThat(one.hasRoomForTwo()).isTrue();
        one.enter(FRAMES);
        assertThat(one.hasRoomForTwo()).isFalse();
    }

    @Test
    void oldest_isThatOfTheCallsUnderWay() throws Exception {
        assertThat(window.oldestMicros()).isEqualTo(Long.MAX_VALUE);
        CallWindow.Call call = window.enter(FRAMES);
        assertThat(window.oldestMicros()).isEqualTo(Hits.encoded(1).receivedAtMicros());
        window.leave(call);
        assertThat(window.awaitIdle(Duration.ZERO)).isTrue();
        assertThat(window.oldestMicros()).isEqualTo(Long.MAX_VALUE);
    }

    private List<Integer> sizesAfter(boolean throttled, int answers) {
        return IntStream.range(0, answers)
                .mapToObj(i -> {
                    window.answered(throttled);
                    return window.size();
                })
                .toList();
    }
}
