package dev.sluice.processor.useragent;

import org.jspecify.annotations.Nullable;

/**
 * What a user agent says about itself; null where it says nothing.
 *
 * @param browserVersion as far as browsers tell: since they froze it, most often the first number alone
 * @param osVersion as far as browsers tell; {@code >=10.15.7} where they froze it
 * @param deviceClass a {@link DeviceClasses} value
 * @param bot no person sits at it
 */
public record UserAgentFacts(
        @Nullable String browserName,
        @Nullable String browserVersion,
        @Nullable String osName,
        @Nullable String osVersion,
        @Nullable String deviceClass,
        boolean bot) {
    /** Of somebody who may be anybody. */
    public static final UserAgentFacts UNKNOWN = new UserAgentFacts(null, null, null, null, null, false);

    UserAgentFacts asBot() {
        return bot ? this : new UserAgentFacts(browserName, browserVersion, osName, osVersion, deviceClass, true);
    }
}
