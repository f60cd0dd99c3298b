package dev.sluice.ingest.http;

import dev.sluice.common.PrivacySignal;
import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about the one who sent it.
 *
 * @param anonymity why nothing may be kept of who it was
 * @param signal the strongest wish for privacy
 * @param declined the outcome when nothing may be kept at all; null when something may
 * @param networkCookie the network cookie's value as it came
 * @param address for counting only when anonymous; null when the server did not know it
 */
record Caller(
        Anonymity anonymity,
        PrivacySignal signal,
        @Nullable Outcome declined,
        @Nullable String networkCookie,
        @Nullable InetAddress address) {

    /** Why a caller is nobody. */
    enum Anonymity {
        NONE,
        /** The tracker asked for server-side anonymisation: any {@code SP-Anonymous}. */
        TRACKER,
        /** {@code DNT: 1}, which is honoured. */
        DNT,
        /** {@code Sec-GPC: 1}, which is honoured. */
        GPC;

        /** The tag {@code reason}. */
        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    boolean anonymous() {
        return anonymity != Anonymity.NONE;
    }

    /** The address as text; empty when it must not be known. */
    String ip() {
        return anonymous() || address == null ? "" : IpAddresses.text(address);
    }
}
