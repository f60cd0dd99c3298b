package dev.sluice.processor.useragent;

/** What is known of user agents. Never throws for what a client sent; the same text gives the same facts. Thread-safe. */
public interface UserAgents {
    /** Knows nothing of anyone. */
    UserAgents NONE = new UserAgents() {
        @Override
        public UserAgentFacts of(String userAgent) {
            return UserAgentFacts.UNKNOWN;
        }

        @Override
        public String version() {
            return "";
        }

        @Override
        public String crawlersVersion() {
            return "";
        }
    };

    /** @param userAgent the header as it came; empty when there was none */
    UserAgentFacts of(String userAgent);

    /** Which parser; empty when there is none. */
    String version();

    /** Which list of crawlers; empty when there is none. */
    String crawlersVersion();
}
