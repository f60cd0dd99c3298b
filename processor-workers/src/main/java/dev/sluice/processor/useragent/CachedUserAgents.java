package dev.sluice.processor.useragent;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Each user agent is taken apart once and then remembered, as nearly all events come with one that was seen before. The
 * memory is bounded by a number of user agents, each of at most {@link UserAgentParser#MAX_CHARS} characters.
 *
 * <p>The rules are read on a thread of its own, from {@link #start} on; who needs them earlier waits. Without a start the
 * first who needs them reads them. Thread-safe: threads wait for each other only where a user agent is new.
 */
public final class CachedUserAgents implements UserAgents, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CachedUserAgents.class);
    /** Reading can't be interrupted; the thread is a daemon, so nothing is lost by leaving it behind. */
    private static final Duration CLOSE = Duration.ofMillis(100);

    private final Cache<String, UserAgentFacts> cache;
    private final CrawlerList crawlers;
    private final Supplier<UserAgentParser> rules;
    private final Counter hits;
    private final Counter misses;

    private final Object lock = new Object();

    @GuardedBy("lock") private @Nullable UserAgentParser parser;

    private @Nullable Thread reader;

    /** @param entries user agents that are remembered, about 1 KB each */
    public CachedUserAgents(int entries, MeterRegistry registry) {
        this(entries, CrawlerList.builtIn(), UserAgentParser::new, registry);
    }

    CachedUserAgents(int entries, CrawlerList crawlers, Supplier<UserAgentParser> rules, MeterRegistry registry) {
        // Evicts on the thread that adds, which waits anyway: no pool that nobody owns.
        this.cache = Caffeine.newBuilder()
                .maximumSize(entries)
                .executor(Runnable::run)
                .build();
        this.crawlers = crawlers;
        this.rules = rules;
        this.hits = counter(registry, "hit");
        this.misses = counter(registry, "miss");
    }

    private static Counter counter(MeterRegistry registry, String result) {
        return Counter.builder("sluice.enrich.user-agent.cache")
                .description("Look-ups of user agents, two for each event; a miss is one that was taken apart")
                .baseUnit("lookups")
                .tag("result", result)
                .register(registry);
    }

    /** Begins to read the rules, and returns at once. Called once. */
    public void start() {
        reader = Thread.ofPlatform().name("user-agent-rules").daemon().start(this::read);
    }

    private void read() {
        long start = System.nanoTime();
        try {
            synchronized (lock) {
                parser();
            }
            LOG.info(
                    "User agents are read by {} and {}, ready after {} ms",
                    version(),
                    crawlersVersion().isEmpty() ? "no list of crawlers" : crawlersVersion(),
                    Duration.ofNanos(System.nanoTime() - start).toMillis());
        } catch (RuntimeException e) {
            LOG.error("The rules for user agents can't be read; the first frame will fail by it", e);
        }
    }

    @Override
    public UserAgentFacts of(String userAgent) {
        String key = userAgent.length() <= UserAgentParser.MAX_CHARS
                ? userAgent
                : userAgent.substring(0, UserAgentParser.MAX_CHARS);
        UserAgentFacts known = cache.getIfPresent(key);
        if (known != null) {
            hits.increment();
            return known;
        }
        // Not by the cache's own loading: that would make others wait who ask for what it knows.
        synchronized (lock) {
            UserAgentFacts meanwhile = cache.getIfPresent(key);
            if (meanwhile != null) {
                hits.increment();
                return meanwhile;
            }
            misses.increment();
            UserAgentFacts parsed = parserOrError().parse(key);
            UserAgentFacts facts = crawlers.matches(key) ? parsed.asBot() : parsed;
            cache.put(key, facts);
            return facts;
        }
    }

    // No event's fault: as an Error it fails the frame and stops the consumer, instead of making every event a bad one.
    @GuardedBy("lock") private UserAgentParser parserOrError() {
        try {
            return parser();
        } catch (RuntimeException e) {
            throw new UnreadableRulesError(e);
        }
    }

    @GuardedBy("lock") private UserAgentParser parser() {
        if (parser == null) {
            parser = rules.get();
        }
        return parser;
    }

    @Override
    public String version() {
        return UserAgentParser.VERSION;
    }

    @Override
    public String crawlersVersion() {
        return crawlers.version();
    }

    @Override
    public void close() {
        if (reader != null) {
            try {
                if (!reader.join(CLOSE)) {
                    LOG.debug("Stopped while the rules for user agents were being read");
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class UnreadableRulesError extends Error {
        private static final long serialVersionUID = 1L;

        UnreadableRulesError(RuntimeException cause) {
            super("the rules for user agents can't be read", cause);
        }
    }
}
