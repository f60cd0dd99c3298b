package dev.sluice.ingest.journal;

/** When a hit is answered by 2xx. */
public enum Ack {
    /** Once it is on this node's disk, flushed. The stream may be away. */
    JOURNAL,
    /** Once the stream has it as well. Then no disk has to survive, but without the stream nothing is accepted. */
    STREAM
}
