package dev.sluice.processor.useragent;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** With rules that are read once for all tests of a JVM, as that takes seconds. */
public final class TestUserAgents {
    private static final UserAgentParser PARSER = new UserAgentParser();

    public static final CachedUserAgents SHARED = with(10_000, CrawlerList.builtIn(), new SimpleMeterRegistry());

    private TestUserAgents() {}

    /** With a memory of its own. */
    static CachedUserAgents with(int entries, CrawlerList crawlers, MeterRegistry registry) {
        return new CachedUserAgents(entries, crawlers, () -> PARSER, registry);
    }
}
