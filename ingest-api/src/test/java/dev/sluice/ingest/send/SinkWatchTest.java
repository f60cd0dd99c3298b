package dev.sluice.ingest.send;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SinkWatchTest {
    private final AtomicLong now = new AtomicLong();
    private final SinkWatch watch = new SinkWatch(now::get);
    private final FakeRecordSink sink = new FakeRecordSink();
    private final Logger logger = (Logger) LoggerFactory.getLogger(SinkWatch.class);
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();

    @BeforeEach
    void listen() {
        said.start();
        logger.addAppender(said);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void forget() {
        logger.detachAppender(said);
        logger.setLevel(null);
    }

    @Test
    void saw_isLoudOnceWhenItBegins_andOnceWhenItIsOver() {
        for (int i = 0; i < 100; i++) {
            see(PutOutcome.THROTTLED);
            see(PutOutcome.STORED);
        }
        assertThat(said.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN);
        now.addAndGet(Duration.ofSeconds(11).toNanos());
        see(PutOutcome.STORED);
        see(PutOutcome.STORED);
        assertThat(said.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.INFO);
    }

    @Test
    void saw_saysARefusalAsAnError_evenInTheMiddleOfAnOutage() {
        see(PutOutcome.FAILED);
        see(PutOutcome.REFUSED);
        see(PutOutcome.REFUSED);
        assertThat(said.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.ERROR);
    }

    private void see(PutOutcome outcome) {
        watch.saw(sink, List.of(outcome));
    }
}
