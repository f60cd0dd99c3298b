package dev.sluice.loader.console;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.loader.rounds.Rounds;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServlet;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Puts the console together and runs it: one thread, "console", asks the warehouse for all who look, and none when nobody does. Stops
 * before the web server, which would else wait for those who look. Start and stop may come from any thread.
 */
public final class Console implements SmartLifecycle, AutoCloseable {
    /** How soon somebody who comes is noticed. */
    private static final Duration TICK = Duration.ofMillis(250);

    private static final Duration STOP = Duration.ofSeconds(2);
    /** Visits are counted from all page views of half an hour. */
    private static final int VISITS_INTERVALS = 3;

    private final HttpServlet servlet;
    private final Board board;
    private final HttpPages pages;
    /** Neither is there when the console is switched off. */
    private final @Nullable Rounds rounds;

    private final @Nullable HikariDataSource source;

    /** @param warehouse gives connections of its own, which it closes; not asked when the console is off */
    public Console(ConsoleProperties properties, Supplier<HikariDataSource> warehouse, MeterRegistry registry) {
        InstantSource clock = InstantSource.system();
        LongSupplier nanoTime = System::nanoTime;
        var page = new ConsolePage(properties.originals());
        this.pages = new HttpPages();
        var meters = new Meters(registry, pages, properties.ingest(), properties.consumers(), nanoTime);
        this.board = new Board(properties.viewers(), nanoTime);
        this.servlet = new ConsoleServlet(
                board,
                new Doorkeeper(properties.hosts()),
                new ConsoleMetrics(registry, board),
                properties.interval().multipliedBy(2),
                page.whole(State.unknown(clock.instant(), new Meters.Now(meters.loader(), null, null))));
        if (properties.enabled()) {
            this.source = warehouse.get();
            Duration interval = properties.interval();
            RandomGenerator random = RandomGenerator.getDefault();
            var times = new Poller.Times(
                    new Pace(interval, nanoTime, random),
                    new Pace(interval, nanoTime, random),
                    new Pace(interval.multipliedBy(VISITS_INTERVALS), nanoTime, random),
                    clock,
                    nanoTime);
            var reader = new WarehouseReader(source, properties.originals(), clock);
            this.rounds = new Rounds("console", TICK, STOP, new Poller(reader, meters, page, board, times)::round);
        } else {
            this.source = null;
            this.rounds = null;
        }
    }

    /** For {@code /console/*}. */
    public HttpServlet servlet() {
        return servlet;
    }

    @Override
    public void start() {
        if (rounds != null) {
            board.open();
            rounds.start();
        }
    }

    @Override
    public void stop() {
        board.close();
        if (rounds != null) {
            rounds.stop();
        }
    }

    /** For good. */
    @Override
    public void close() {
        stop();
        pages.close();
        if (source != null) {
            source.close();
        }
    }

    @Override
    public boolean isRunning() {
        return rounds != null && rounds.isRunning();
    }
}
