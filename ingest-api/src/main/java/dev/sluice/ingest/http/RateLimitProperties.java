package dev.sluice.ingest.http;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much one address may send: a bucket of {@code burst} requests that fills up by {@code per-second}. Keys {@code
 * sluice.ingest.rate-limit.*}. Off unless switched on, as an address is not a person: offices, carriers and the servers of a site
 * share theirs, and behind a load balancer that is not in {@code trusted-proxies} everybody does.
 *
 * @param enabled whether there is a limit
 * @param perSecond requests of one IPv4 address, or one /64 of IPv6, in the long run
 * @param burst requests at once
 * @param maxAddresses addresses remembered; of more than these the least seen are forgotten, and begin anew
 */
public record RateLimitProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("200") int perSecond,
        @DefaultValue("2000") int burst,
        @DefaultValue("100000") int maxAddresses) {
    private static final int MOST = 1_000_000;

    public RateLimitProperties {
        require(perSecond >= 1 && perSecond <= MOST, "per-second is between 1 and " + MOST);
        require(burst >= 1 && burst <= MOST, "burst is between 1 and " + MOST);
        require(maxAddresses >= 1, "max-addresses is at least 1");
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("sluice.ingest.rate-limit." + rule);
        }
    }
}
