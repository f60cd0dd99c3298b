package dev.sluice.processor.enrich;

import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.useragent.UserAgentFacts;
import dev.sluice.processor.useragent.UserAgents;

/** Browser, operating system and kind of device, by what the User-Agent header says. Never throws. */
public final class UserAgentEnricher implements Enricher {
    private final UserAgents agents;

    public UserAgentEnricher(UserAgents agents) {
        this.agents = agents;
    }

    @Override
    public String name() {
        return "user-agent";
    }

    @Override
    public String dataVersion() {
        return agents.version();
    }

    @Override
    public void enrich(EventContext event) {
        UserAgentFacts facts = agents.of(event.hit().header("user-agent"));
        event.text(Columns.BROWSER_NAME, facts.browserName())
                .text(Columns.BROWSER_VERSION, facts.browserVersion())
                .text(Columns.OS_NAME, facts.osName())
                .text(Columns.OS_VERSION, facts.osVersion())
                .text(Columns.DEVICE_CLASS, facts.deviceClass());
    }
}
