package dev.sluice.loader.load;

import java.time.Instant;

/**
 * Which row of {@code bad_events}: not what was sent.
 *
 * @param index of the event in its request; -1 is NULL
 */
public record BadEvent(Instant receivedAt, String epoch, long seq, int index, String stage, String reason) {
    /** The stage before a request's events are told apart. */
    static final String WHOLE_REQUEST_STAGE = "parse";

    private static final int VERSION_AT = 14;

    /** Whether it stands for a whole request, however many events that has. */
    public boolean isWholeRequest() {
        return stage.equals(WHOLE_REQUEST_STAGE);
    }

    /** Whether it came of a request: else its epoch is made of the name of a record, or of a staged file. */
    public boolean hasRequest() {
        return epoch.length() <= VERSION_AT || epoch.charAt(VERSION_AT) != '3';
    }
}
