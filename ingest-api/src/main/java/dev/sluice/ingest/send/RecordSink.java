package dev.sluice.ingest.send;

import java.util.List;

/** The stream, as the sender sees it. Thread-safe. */
public interface RecordSink {
    /**
     * Puts the records and waits for the answer, with a deadline of its own.
     *
     * @param records within the limits of one call
     * @return one outcome per record, in their order; an answer that never came is an outcome too, not an exception
     * @throws InterruptedException when the caller was told to give up; what was stored is then not known
     */
    List<PutOutcome> put(List<StreamRecord> records) throws InterruptedException;

    /** Makes the first {@link #put} as quick as any, where something can be done about that; never throws. */
    default void warmUp() {}
}
