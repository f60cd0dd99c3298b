package dev.sluice.processor.useragent;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** One for all tests of a JVM, as its rules take seconds to read. */
public final class TestUserAgents {
    public static final CachedUserAgents SHARED = new CachedUserAgents(10_000, new SimpleMeterRegistry());

    private TestUserAgents() {}
}
