package dev.sluice.processor.enrich;

import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.useragent.UserAgents;

/**
 * Whether a program sent it and no person: its user agent is a robot's, a tool's or a known crawler's, is nothing that a
 * browser writes, or is missing, which it is with no browser. It flags and drops nothing, and nothing can be done about
 * programs that claim to be browsers. Never throws.
 */
public final class BotEnricher implements Enricher {
    private final UserAgents agents;

    public BotEnricher(UserAgents agents) {
        this.agents = agents;
    }

    @Override
    public String name() {
        return "bot";
    }

    @Override
    public String dataVersion() {
        // Of the other half of what it asks, UserAgentEnricher tells.
        return agents.crawlersVersion();
    }

    @Override
    public void enrich(EventContext event) {
        event.set(Columns.IS_BOT, agents.of(event.hit().header("user-agent")).bot());
    }
}
