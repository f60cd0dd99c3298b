package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.retrieval.AggregatorUtil;

class WholeRecordsTest {
    @Test
    void deaggregate_leavesEvenWhatLooksLikeAnAggregateAlone() {
        byte[] aggregate = new byte[64];
        System.arraycopy(AggregatorUtil.AGGREGATED_RECORD_MAGIC, 0, aggregate, 0, 4);
        var records = List.of(Records.record(1, aggregate), Records.frames(2, 1));
        assertThat(new WholeRecords().deaggregate(records)).isSameAs(records);
        assertThat(new WholeRecords().deaggregate(records, "0", "9")).isSameAs(records);
    }
}
