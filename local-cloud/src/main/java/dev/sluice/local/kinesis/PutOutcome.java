package dev.sluice.local.kinesis;

/** What became of one record of a put. */
sealed interface PutOutcome {
    /** On disk. */
    record Stored(String shardId, SequenceNumber sequenceNumber) implements PutOutcome {}

    /** Not stored: nothing of it is kept. */
    record Refused(ApiException reason) implements PutOutcome {}
}
