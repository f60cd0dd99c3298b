package dev.sluice.ingest.http;

import dev.sluice.common.PrivacySignal;
import dev.sluice.ingest.http.Caller.Anonymity;
import dev.sluice.ingest.http.PrivacyProperties.Policy;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** Tells who calls, and what that one wishes. Immutable, thread-safe. */
public final class CallerReader {
    private final ClientAddress addresses;
    private final String networkCookie;
    private final @Nullable String optOutCookie;
    private final PrivacyProperties privacy;

    /** @param optOutCookie name of the cookie whose bearer is not recorded; null when there is none */
    public CallerReader(
            ClientAddress addresses,
            NetworkCookie networkCookie,
            @Nullable String optOutCookie,
            PrivacyProperties privacy) {
        this.addresses = addresses;
        this.networkCookie = networkCookie.name();
        this.optOutCookie = optOutCookie;
        this.privacy = privacy;
    }

    Caller read(HttpServletRequest request) {
        String sent = null;
        boolean optedOut = false;
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                if (sent == null && cookie.getName().equals(networkCookie)) {
                    sent = cookie.getValue();
                }
                optedOut |= cookie.getName().equals(optOutCookie);
            }
        }
        boolean gpc = "1".equals(request.getHeader("Sec-GPC"));
        boolean dnt = "1".equals(request.getHeader("DNT"));
        return new Caller(
                anonymity(request, gpc, dnt),
                signal(optedOut, gpc, dnt),
                declined(optedOut, gpc, dnt),
                sent,
                addresses.of(request));
    }

    private static PrivacySignal signal(boolean optedOut, boolean gpc, boolean dnt) {
        if (optedOut) {
            return PrivacySignal.OPTOUT;
        }
        if (gpc) {
            return PrivacySignal.GPC;
        }
        return dnt ? PrivacySignal.DNT : PrivacySignal.NONE;
    }

    // Each signal by its own policy: an ignored stronger one does not hide a weaker one that is honoured.
    private Anonymity anonymity(HttpServletRequest request, boolean gpc, boolean dnt) {
        if (request.getHeader("SP-Anonymous") != null) {
            return Anonymity.TRACKER;
        }
        if (gpc && privacy.gpc() == Policy.HONOUR) {
            return Anonymity.GPC;
        }
        return dnt && privacy.dnt() == Policy.HONOUR ? Anonymity.DNT : Anonymity.NONE;
    }

    private @Nullable Outcome declined(boolean optedOut, boolean gpc, boolean dnt) {
        if (optedOut) {
            return Outcome.OPTED_OUT;
        }
        if (gpc && privacy.gpc() == Policy.REFUSE) {
            return Outcome.OPTED_OUT_GPC;
        }
        return dnt && privacy.dnt() == Policy.REFUSE ? Outcome.OPTED_OUT_DNT : null;
    }
}
