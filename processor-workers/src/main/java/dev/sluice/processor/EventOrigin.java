package dev.sluice.processor;

import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import java.time.Instant;

/**
 * Where an event comes from.
 *
 * @param hit the request that carried it
 * @param id the request's transport id
 * @param index its place in the request, from 0
 * @param enrichedAt when its frame is processed, microseconds
 */
public record EventOrigin(RawHit hit, TransportId id, int index, Instant enrichedAt) {}
