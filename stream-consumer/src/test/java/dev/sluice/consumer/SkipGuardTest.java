package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.kinesis.leases.ShardInfo;
import software.amazon.kinesis.lifecycle.TaskOutcome;
import software.amazon.kinesis.lifecycle.TaskType;
import software.amazon.kinesis.lifecycle.events.TaskExecutionListenerInput;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

class SkipGuardTest {
    private final List<Throwable> fatal = new ArrayList<>();
    private final SkipGuard guard = new SkipGuard(fatal::add);

    private static ShardInfo shard(String id) {
        return new ShardInfo(id, "token", List.of(), ExtendedSequenceNumber.TRIM_HORIZON);
    }

    private void before(String shard, TaskType type) {
        guard.beforeTaskExecution(TaskExecutionListenerInput.builder()
                .shardInfo(shard(shard))
                .taskType(type)
                .build());
    }

    private void after(String shard, TaskType type, TaskOutcome outcome) {
        guard.afterTaskExecution(TaskExecutionListenerInput.builder()
                .shardInfo(shard(shard))
                .taskType(type)
                .taskOutcome(outcome)
                .build());
    }

    @ParameterizedTest
    @EnumSource(names = {"SUCCESSFUL", "END_OF_SHARD"})
    void deliveriesThatSucceed_areLetThrough(TaskOutcome outcome) {
        for (int i = 0; i < 3; i++) {
            before("a", TaskType.PROCESS);
            before("b", TaskType.PROCESS);
            after("a", TaskType.PROCESS, outcome);
            after("b", TaskType.PROCESS, outcome);
        }
        before("a", TaskType.SHUTDOWN);
        assertThat(fatal).isEmpty();
    }

    @Test
    void aFailedDelivery_isFatalOnce_andNothingOfThatShardFollows() {
        before("a", TaskType.PROCESS);
        after("a", TaskType.PROCESS, TaskOutcome.FAILURE);
        assertThat(fatal).hasSize(1);
        assertThatIllegalStateException().isThrownBy(() -> before("a", TaskType.PROCESS));
        assertThatIllegalStateException().isThrownBy(() -> before("a", TaskType.SHUTDOWN));
        assertThatCode(() -> before("b", TaskType.PROCESS)).doesNotThrowAnyException();
        assertThat(fatal).hasSize(1);
    }

    @Test
    void aFailedDelivery_doesNotKeepWhatCameBeforeItFromBeingStaged() {
        before("a", TaskType.PROCESS);
        after("a", TaskType.PROCESS, TaskOutcome.FAILURE);
        assertThatCode(() -> before("a", TaskType.SHUTDOWN_NOTIFICATION)).doesNotThrowAnyException();
    }

    @Test
    void aDeliveryThatNeverCameToItsEnd_isFatalAtTheNext() {
        before("a", TaskType.PROCESS);
        assertThatIllegalStateException().isThrownBy(() -> before("a", TaskType.PROCESS));
        assertThat(fatal).hasSize(1);
    }

    @Test
    void otherTasksMayFail() {
        before("a", TaskType.INITIALIZE);
        after("a", TaskType.INITIALIZE, TaskOutcome.FAILURE);
        before("a", TaskType.SHUTDOWN);
        after("a", TaskType.SHUTDOWN, TaskOutcome.FAILURE);
        before("a", TaskType.SHUTDOWN);
        assertThat(fatal).isEmpty();
    }
}
