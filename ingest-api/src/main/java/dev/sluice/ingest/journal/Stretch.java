package dev.sluice.ingest.journal;

/** Part of a segment whose hits are only on disk; grows while the hits that follow find no room in memory either.
 * Guarded by the lock of the {@link Outbox} until it is taken from there; then its taker's own. */
final class Stretch {
    final Segment segment;
    final long from;
    long to;
    final long oldestMicros;

    Stretch(Segment segment, long from, long to, long oldestMicros) {
        this.segment = segment;
        this.from = from;
        this.to = to;
        this.oldestMicros = oldestMicros;
    }
}
