package dev.sluice.ingest.journal;

import dev.sluice.common.EncodedHit;
import dev.sluice.common.TransportId;

/** An accepted hit under the id that it keeps for ever. */
public record JournalEntry(TransportId id, EncodedHit hit) {}
