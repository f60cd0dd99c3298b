package dev.sluice.loader.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * How far it is proved that what one epoch accepted is in the warehouse.
 *
 * @param provenSeq every hit up to this one is there; -1: none yet
 * @param provenUntil every hit received before is there
 * @param missing hits that are overdue, or were there and are no longer
 * @param doubled rows that are there more than once
 */
record EpochProof(String epoch, State state, long provenSeq, Instant provenUntil, long missing, long doubled) {
    enum State {
        /** More is to come, or to be found. */
        OPEN("open"),
        /** It has ended, and all is there. */
        COMPLETE("complete"),
        /** An operator accepted that the rest is lost. */
        WRITTEN_OFF("written off"),
        /** There are rows of it, and it never told what it accepted. */
        UNHEARD("unheard");

        private final String columnValue;

        State(String columnValue) {
            this.columnValue = columnValue;
        }

        String columnValue() {
            return columnValue;
        }

        static State of(String columnValue) {
            for (State state : values()) {
                if (state.columnValue.equals(columnValue)) {
                    return state;
                }
            }
            throw new IllegalArgumentException("no state of a proof: " + columnValue);
        }
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    /** What is known of an epoch when it is first heard of. */
    static EpochProof begin(String epoch, Instant firstMinute) {
        return new EpochProof(epoch, State.OPEN, -1, firstMinute, 0, 0);
    }

    /**
     * After a hit that was there has gone: no more is proved than what came before it.
     *
     * @param received the minute of it. Later hits may have been received a moment earlier, but not a minute
     */
    EpochProof setBack(long seq, Instant received) {
        Instant before = received.minus(1, ChronoUnit.MINUTES);
        return new EpochProof(
                epoch,
                State.OPEN,
                Math.min(provenSeq, seq - 1),
                provenUntil.isBefore(before) ? provenUntil : before,
                missing,
                doubled);
    }

    EpochProof with(State otherState) {
        return new EpochProof(epoch, otherState, provenSeq, provenUntil, missing, doubled);
    }

    EpochProof withDoubled(long rows) {
        return new EpochProof(epoch, state, provenSeq, provenUntil, missing, rows);
    }
}
