package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

class DurableProgressTest {
    private final AtomicLong nanos = new AtomicLong(1_000);
    private final DurableProgress progress = new DurableProgress(nanos::get);

    private static ExtendedSequenceNumber at(long n) {
        return new ExtendedSequenceNumber(Long.toString(n), 0L);
    }

    @Test
    void toCheckpoint_isWhatIsDurable_onceOnly() {
        assertThat(progress.toCheckpoint()).isEmpty();
        progress.delivered(at(9));
        progress.delivered(at(10));
        assertThat(progress.toCheckpoint()).isEmpty();
        progress.durable(at(9));
        assertThat(progress.toCheckpoint()).contains(at(9));
        progress.checkpointed(at(9));
        assertThat(progress.toCheckpoint()).isEmpty();
        assertThat(progress.isAllDurable()).isFalse();
        progress.durable(at(10));
        assertThat(progress.toCheckpoint()).contains(at(10));
        assertThat(progress.isAllDurable()).isTrue();
    }

    @Test
    void delivered_tellsRepeats_byNumberNotByText() {
        assertThat(progress.delivered(at(9))).isTrue();
        assertThat(progress.delivered(at(10))).isTrue();
        assertThat(progress.delivered(at(9))).isFalse();
        assertThat(progress.delivered(at(10))).isFalse();
        assertThat(progress.delivered(new ExtendedSequenceNumber("10", 1L))).isTrue();
        assertThat(progress.delivered(at(100))).isTrue();
    }

    @Test
    void neitherStepPassesTheOneBefore() {
        progress.delivered(at(5));
        assertThatIllegalStateException().isThrownBy(() -> progress.durable(at(6)));
        assertThatIllegalStateException().isThrownBy(() -> progress.checkpointed(at(5)));
        progress.durable(at(5));
        assertThatIllegalStateException().isThrownBy(() -> progress.checkpointed(at(6)));
        assertThatIllegalStateException().isThrownBy(() -> progress.durable(at(4)));
    }

    @Test
    void lag_countsFromTheOldestRecordThatIsNotCheckpointed() {
        assertThat(progress.lagNanos()).isZero();
        progress.delivered(at(1));
        nanos.addAndGet(10);
        progress.delivered(at(2));
        nanos.addAndGet(5);
        assertThat(progress.lagNanos()).isEqualTo(15);
        progress.durable(at(2));
        nanos.addAndGet(1);
        assertThat(progress.lagNanos()).isEqualTo(16);
        progress.delivered(at(3));
        nanos.addAndGet(1);
        progress.checkpointed(at(2));
        assertThat(progress.lagNanos()).isEqualTo(1);
        progress.durable(at(3));
        progress.checkpointed(at(3));
        assertThat(progress.lagNanos()).isZero();
    }
}
