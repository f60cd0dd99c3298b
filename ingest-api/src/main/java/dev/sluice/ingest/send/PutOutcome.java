package dev.sluice.ingest.send;

import java.util.Locale;

/** What became of one record of a call. Everything but {@link #STORED} is kept and sent again. */
public enum PutOutcome {
    /** In the stream. */
    STORED,
    /** The shard or the service has enough for now. */
    THROTTLED,
    /** The service or the way to it failed, or it is not known what happened: perhaps stored, so a repeat may follow. */
    FAILED,
    /** The service says the call is wrong: rights, stream, key. It will not heal by itself; someone must act. */
    REFUSED;

    /** As the metric's tag says it. */
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
