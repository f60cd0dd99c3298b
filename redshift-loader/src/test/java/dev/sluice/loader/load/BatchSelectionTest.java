package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.Backoff;
import dev.sluice.loader.staging.BatchDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchSelectionTest {
    private static final RandomGenerator LONGEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final BatchSelection selection = selection(3, 1);
    private final BatchDescriptor a = TestBatch.of("a", 0, 40);
    private final BatchDescriptor b = TestBatch.of("b", 0, 40);
    private final BatchDescriptor c = TestBatch.of("c", 0, 40);

    @Test
    void choose_stopsAtTheRowLimit() {
        assertThat(selection.choose(List.of(a, b)))
                .isEqualTo(new BatchSelection.Selected(List.of(a, b), List.of(), false));
        assertThat(selection.choose(List.of(a, b, c)))
                .isEqualTo(new BatchSelection.Selected(List.of(a, b), List.of(), true));
    }

    @Test
    void choose_stopsAtTheBatchLimit() {
        List<BatchDescriptor> small = List.of(
                TestBatch.of("a", 0, 1), TestBatch.of("a", 10, 1), TestBatch.of("a", 20, 1), TestBatch.of("a", 30, 1));
        assertThat(selection.choose(small))
                .isEqualTo(new BatchSelection.Selected(small.subList(0, 3), List.of(), true));
    }

    @Test
    void choose_takesAMultipleOfTheSlicesWhenMoreWaits() {
        List<BatchDescriptor> many = IntStream.range(0, 12)
                .mapToObj(i -> TestBatch.of("s", i * 10, 1))
                .toList();
        assertThat(selection(10, 4).choose(many))
                .isEqualTo(new BatchSelection.Selected(many.subList(0, 8), List.of(), true));
        // The last load of a backlog takes what is there, and so does one that the limits keep below one round.
        assertThat(selection(10, 4).choose(many.subList(0, 10)))
                .isEqualTo(new BatchSelection.Selected(many.subList(0, 10), List.of(), false));
        assertThat(selection(3, 4).choose(many).together()).isEqualTo(many.subList(0, 3));
        assertThat(selection(4, 4).choose(many).together()).isEqualTo(many.subList(0, 4));
    }

    private BatchSelection selection(int maxBatches, int slices) {
        return new BatchSelection(
                new BatchSelection.Limits(maxBatches, 100, slices),
                new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30)),
                nanos::get,
                LONGEST);
    }

    @Test
    void choose_takesABatchThatIsLargerThanTheLimitByItself() {
        BatchDescriptor huge = TestBatch.of("h", 0, 1000);
        assertThat(selection.choose(List.of(huge, a)))
                .isEqualTo(new BatchSelection.Selected(List.of(huge), List.of(), true));
    }

    @Test
    void choose_leavesAFailedBatchOutUntilItsTimeAndThenTakesItAlone() {
        assertThat(selection.failed(a)).isEqualTo(1);
        assertThat(selection.choose(List.of(a, b)))
                .isEqualTo(new BatchSelection.Selected(List.of(b), List.of(), false));
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(selection.choose(List.of(a, b)))
                .isEqualTo(new BatchSelection.Selected(List.of(b), List.of(a), false));
    }

    @Test
    void failed_waitsLongerEachTime() {
        selection.failed(a);
        assertThat(selection.failed(a)).isEqualTo(2);
        nanos.addAndGet(Duration.ofMillis(1999).toNanos());
        assertThat(selection.choose(List.of(a)).alone()).isEmpty();
        nanos.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(selection.choose(List.of(a)).alone()).containsExactly(a);
    }

    @Test
    void choose_forgetsAFailedBatchThatIsGone() {
        selection.failed(a);
        selection.choose(List.of(b));
        assertThat(selection.choose(List.of(a)).together()).containsExactly(a);
    }

    @Test
    void loaded_clearsTheRecord() {
        selection.failed(a);
        selection.loaded(a);
        assertThat(selection.choose(List.of(a)).together()).containsExactly(a);
    }
}
