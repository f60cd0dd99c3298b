package dev.sluice.consumer;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import software.amazon.kinesis.leases.ShardInfo;
import software.amazon.kinesis.lifecycle.TaskExecutionListener;
import software.amazon.kinesis.lifecycle.TaskOutcome;
import software.amazon.kinesis.lifecycle.TaskType;
import software.amazon.kinesis.lifecycle.events.TaskExecutionListenerInput;

/**
 * Stops the process when KCL fails at a delivery before or after our code saw it. KCL would go on with the next one, and a
 * later checkpoint would make the gap a loss; so from then on this lets no delivery and no end of that shard through.
 * Thread-safe.
 */
final class SkipGuard implements TaskExecutionListener {
    private final Consumer<Throwable> fatal;
    private final Set<ShardInfo> delivering = ConcurrentHashMap.newKeySet();
    private final Set<ShardInfo> broken = ConcurrentHashMap.newKeySet();

    SkipGuard(Consumer<Throwable> fatal) {
        this.fatal = fatal;
    }

    /** @throws IllegalStateException to keep KCL from going on with a shard that has a gap */
    @Override
    public void beforeTaskExecution(TaskExecutionListenerInput input) {
        ShardInfo shard = input.shardInfo();
        // The last delivery began and never came to its end: KCL failed at it.
        if (input.taskType() == TaskType.PROCESS && !delivering.add(shard)) {
            reportGap(shard);
        }
        if (broken.contains(shard) && (input.taskType() == TaskType.PROCESS || input.taskType() == TaskType.SHUTDOWN)) {
            throw new IllegalStateException(shard.shardId() + " has a gap and must not go on");
        }
    }

    @Override
    public void afterTaskExecution(TaskExecutionListenerInput input) {
        if (input.taskType() != TaskType.PROCESS) {
            return;
        }
        delivering.remove(input.shardInfo());
        if (input.taskOutcome() == TaskOutcome.FAILURE) {
            reportGap(input.shardInfo());
        }
    }

    private void reportGap(ShardInfo shard) {
        if (broken.add(shard)) {
            fatal.accept(new IllegalStateException(
                    "KCL failed to deliver records of " + shard.shardId() + " and would skip them"));
        }
    }
}
