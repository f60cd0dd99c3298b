package dev.sluice.ingest.http;

import dev.sluice.common.PrivacySignal;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about the one who sent it.
 *
 * @param anonymous the tracker asked for server-side anonymisation: any {@code SP-Anonymous}
 * @param signal the strongest wish for privacy
 * @param networkCookie the network cookie's value as it came
 */
record Caller(
        boolean anonymous, PrivacySignal signal, @Nullable String networkCookie) {
    boolean optedOut() {
        return signal == PrivacySignal.OPTOUT;
    }

    /** @param optOutName null when there is no opt-out cookie */
    static Caller of(HttpServletRequest request, String networkCookieName, @Nullable String optOutName) {
        String networkCookie = null;
        boolean optedOut = false;
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                if (networkCookie == null && cookie.getName().equals(networkCookieName)) {
                    networkCookie = cookie.getValue();
                }
                optedOut |= cookie.getName().equals(optOutName);
            }
        }
        boolean anonymous = request.getHeader("SP-Anonymous") != null;
        return new Caller(anonymous, optedOut ? PrivacySignal.OPTOUT : signalOf(request), networkCookie);
    }

    private static PrivacySignal signalOf(HttpServletRequest request) {
        if ("1".equals(request.getHeader("Sec-GPC"))) {
            return PrivacySignal.GPC;
        }
        return "1".equals(request.getHeader("DNT")) ? PrivacySignal.DNT : PrivacySignal.NONE;
    }
}
