package dev.sluice.processor.protocol;

import org.jspecify.annotations.Nullable;

/** What one item of a request turned out to be. */
public sealed interface Parsed {
    /** Its place in the request, from 0; a request that is bad as a whole is one item at 0. */
    int index();

    record Accepted(int index, TrackerEvent event) implements Parsed {
        /** The same item, when it turns out later that it can't be a row. */
        public Rejected reject(BadReason reason, String detail) {
            return new Rejected(index, reason, detail, event.get(Param.SITE_ID), event.toJson());
        }
    }

    /**
     * @param detail what is wrong and what a person can do about it; never a value that was sent
     * @param siteId whose event it was, as far as is known
     * @param raw what was sent, whole
     */
    record Rejected(
            int index,
            BadReason reason,
            String detail,
            @Nullable String siteId,
            String raw) implements Parsed {}
}
