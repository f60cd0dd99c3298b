package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Status;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

class ShardWatchdogTest {
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(ShardWatchdog.class);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<ShardStatus> shards = new ArrayList<>();
    private final ShardWatchdog watchdog = new ShardWatchdog(() -> shards, Duration.ofMinutes(2), registry);
    private final KeepingUp keepingUp = new KeepingUp(() -> List.copyOf(shards), Duration.ofMinutes(5));
    private long nanos = 7;

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    private ShardStatus shard(String id, DurableProgress progress) {
        var status = new ShardStatus(id, progress, () -> nanos);
        shards.add(status);
        return status;
    }

    private ShardStatus shard(String id) {
        return shard(id, new DurableProgress(() -> nanos));
    }

    private void pass(int seconds) {
        nanos += Duration.ofSeconds(seconds).toNanos();
    }

    private double stalled() {
        return registry.get("sluice.consumer.shard.stalled").gauge().value();
    }

    private static ExtendedSequenceNumber at(long n) {
        return new ExtendedSequenceNumber(Long.toString(n), 0L);
    }

    @Test
    void aShardThatIsNotRead_isNamedOnce_andOnceMoreWhenItMoves() {
        ShardStatus quiet = shard("shardId-1");
        shard("shardId-2");
        pass(119);
        watchdog.run();
        assertThat(log.list).isEmpty();
        assertThat(stalled()).isZero();
        quiet.read(0);
        pass(1);
        watchdog.run();
        watchdog.run();
        pass(60);
        watchdog.run();
        assertThat(stalled()).isEqualTo(1);
        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage()).contains("shardId-2", "120 s");
        });
        shards.get(1).read(5_000);
        watchdog.run();
        watchdog.run();
        assertThat(stalled()).isZero();
        assertThat(log.list).hasSize(2);
        assertThat(log.list.getLast().getLevel()).isEqualTo(Level.INFO);
        assertThat(log.list.getLast().getFormattedMessage()).contains("shardId-2", "moves again");
    }

    @Test
    void aShardThatIsRead_butNotCheckpointed_standsStillToo() {
        var progress = new DurableProgress(() -> nanos);
        ShardStatus status = shard("shardId-1", progress);
        progress.delivered(at(1));
        for (int i = 0; i < 12; i++) {
            pass(10);
            status.read(0);
        }
        watchdog.run();
        assertThat(stalled()).isEqualTo(1);
        progress.durable(at(1));
        progress.checkpointed(at(1));
        watchdog.run();
        assertThat(stalled()).isZero();
        assertThat(log.list).hasSize(2);
    }

    @Test
    void aShardThatWasTakenOver_isNotWatchedAnyMore() {
        shard("shardId-1");
        pass(120);
        watchdog.run();
        shards.clear();
        watchdog.run();
        watchdog.run();
        assertThat(stalled()).isZero();
        assertThat(log.list).hasSize(2);
        assertThat(log.list.getLast().getFormattedMessage()).contains("not read by this consumer any more");
    }

    @Test
    void health_isUp_whileEveryShardKeepsUp() {
        assertThat(keepingUp.health().getStatus()).isEqualTo(Status.UP);
        shard("shardId-1").read(300_000);
        assertThat(keepingUp.health().getStatus()).isEqualTo(Status.UP);
        assertThat(keepingUp.health().getDetails())
                .containsEntry("shards", 1)
                .containsEntry("slowest", "shardId-1")
                .containsEntry("lagSeconds", 300L);
    }

    @Test
    void health_isOutOfService_whenAShardIsFarBehindTheNewestRecord() {
        shard("shardId-1").read(0);
        shard("shardId-2").read(300_001);
        assertThat(keepingUp.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(keepingUp.health().getDetails()).containsEntry("slowest", "shardId-2");
        shards.get(1).read(0);
        assertThat(keepingUp.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void health_isOutOfService_whenAShardWasNotReadForLong_howeverNearItWas() {
        shard("shardId-1").read(200_000);
        pass(101);
        assertThat(keepingUp.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    }

    @Test
    void health_isOutOfService_whenAReadRecordIsNotCheckpointedForLong() {
        var progress = new DurableProgress(() -> nanos);
        ShardStatus status = shard("shardId-1", progress);
        progress.delivered(at(1));
        pass(301);
        status.read(0);
        assertThat(keepingUp.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    }
}
