package dev.sluice.ingest.send;

import dev.sluice.ingest.journal.Journal;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** A record on its way into the stream, and what the journal may forget once it is there. */
sealed interface Outgoing permits EncodedFrame, EncodedAudit {
    StreamRecord record();

    /** How many hits it carries. */
    int hits();

    /** When its first hit was received, as microseconds since 1970; {@link Long#MAX_VALUE} when it carries none. */
    long oldestMicros();

    /** The same under another key: it need not wait for the shard that just had enough. */
    Outgoing elsewhere(RandomGenerator random);

    /** The stream has it. */
    void releaseFrom(Journal journal);

    /** Random, so that no shard gets more than its share. */
    static String key(RandomGenerator random) {
        return HexFormat.of().toHexDigits(random.nextLong());
    }
}
