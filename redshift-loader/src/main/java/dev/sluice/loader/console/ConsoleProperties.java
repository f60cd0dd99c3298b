package dev.sluice.loader.console;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The page {@code /console} on the management port. Keys {@code sluice.console.*}.
 *
 * @param enabled off serves no page and asks the warehouse nothing
 * @param interval between two looks at the warehouse, while somebody has the page open; it is asked at most a fifth of the time
 * @param statementTimeout most time for one of its questions
 * @param viewers most open pages that are kept up to date; each holds a thread of the web server. Others see the numbers of the moment
 * @param hosts names under which others than this machine may open it, without a port, such as {@code sluice.internal}. Nobody is asked
 *     who they are. Empty: only this machine, by {@code localhost} or its address, which a port forward is as well
 * @param ingest management addresses of the collectors, such as {@code http://ingest-1:9080}, one for each: what they count is then shown
 *     as it is now, also while the warehouse is away. Empty: what they have told the warehouse
 * @param consumers the same of the stream-consumers
 * @param originals whether bad rows are shown with what was sent and what is wrong with it, which may hold personal data; off shows the
 *     reason alone
 */
@Validated
@ConfigurationProperties(value = "sluice.console", ignoreUnknownFields = false)
public record ConsoleProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("5s") Duration interval,
        @DefaultValue("5s") Duration statementTimeout,
        @DefaultValue("8") int viewers,
        @DefaultValue List<String> hosts,
        @DefaultValue List<URI> ingest,
        @DefaultValue List<URI> consumers,
        @DefaultValue("true") boolean originals) {
    private static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);
    private static final int MOST_VIEWERS = 50;
    /** They are all asked in every interval. */
    private static final int MOST_NEIGHBOURS = 50;

    private static final String HOST = "[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+]";

    public ConsoleProperties {
        ingest = List.copyOf(ingest);
        consumers = List.copyOf(consumers);
        requireAddresses("ingest", ingest);
        requireAddresses("consumers", consumers);
        hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
        if (interval.compareTo(LEAST_INTERVAL) < 0) {
            throw new IllegalArgumentException(
                    "sluice.console.interval is at least " + LEAST_INTERVAL + ", not " + interval);
        }
        if (statementTimeout.compareTo(LEAST_INTERVAL) < 0) {
            throw new IllegalArgumentException(
                    "sluice.console.statement-timeout is at least " + LEAST_INTERVAL + ", not " + statementTimeout);
        }
        if (viewers < 1 || viewers > MOST_VIEWERS) {
            throw new IllegalArgumentException(
                    "sluice.console.viewers is from 1 to " + MOST_VIEWERS + ", not " + viewers);
        }
        for (String host : hosts) {
            if (!host.matches(HOST)) {
                throw new IllegalArgumentException(
                        "sluice.console.hosts are names such as sluice.internal, without scheme or port, not " + host);
            }
        }
    }

    private static void requireAddresses(String key, List<URI> addresses) {
        if (addresses.size() > MOST_NEIGHBOURS) {
            throw new IllegalArgumentException("sluice.console." + key + " are at most " + MOST_NEIGHBOURS);
        }
        for (URI address : addresses) {
            if (address.getHost() == null
                    || !String.valueOf(address.getScheme()).matches("https?")) {
                throw new IllegalArgumentException(
                        "sluice.console." + key + " are addresses such as http://ingest-1:9080, not " + address);
            }
        }
    }
}
