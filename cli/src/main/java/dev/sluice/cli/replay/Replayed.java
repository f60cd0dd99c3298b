package dev.sluice.cli.replay;

import dev.sluice.loader.load.SideTables.Unit;

/**
 * What one archive object gave.
 *
 * @param hits of the span
 * @param unreadable records that are neither frames nor audits
 */
record Replayed(Unit unit, long hits, long unreadable) {}
