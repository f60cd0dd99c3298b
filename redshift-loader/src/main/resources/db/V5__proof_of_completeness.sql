-- The proof that nothing is missing: what the loader's auditor has seen of each ingest epoch, and until when all is there.

-- First what a load takes first, so that neither waits for the other for ever.
LOCK TABLE load_ledger;

-- A hit that left no row must be provable too.
CREATE TABLE browser_repeats (
    ingest_epoch CHAR(36) NOT NULL,
    ingest_seq BIGINT NOT NULL,
    ingest_index SMALLINT,
    event_id CHAR(36) NOT NULL,
    received_at TIMESTAMP NOT NULL ENCODE RAW,
    load_id BIGINT NOT NULL
)
DISTKEY(event_id) SORTKEY(received_at);

CREATE TABLE audit_proofs (
    ingest_epoch CHAR(36) NOT NULL,
    state VARCHAR(16) NOT NULL,
    proven_seq BIGINT NOT NULL,
    proven_until TIMESTAMP NOT NULL,
    missing BIGINT NOT NULL,
    doubled BIGINT NOT NULL,
    checked_at TIMESTAMP NOT NULL
)
DISTSTYLE ALL SORTKEY(proven_until);

-- What was loaded before nodes told what they accept can't be proved, and doesn't hold the watermark.
INSERT INTO audit_proofs (ingest_epoch, state, proven_seq, proven_until, missing, doubled, checked_at)
SELECT ingest_epoch, 'unheard', -1, MIN(bucket), 0, 0, MAX(bucket)
FROM audit_buckets
GROUP BY ingest_epoch
HAVING SUM(CASE WHEN stage = 'accepted' THEN 1 ELSE 0 END) = 0;

CREATE VIEW watermark AS
SELECT CAST(COALESCE(MIN(CASE WHEN state = 'open' THEN proven_until END),
                     MAX(CASE WHEN state = 'complete' THEN proven_until END)) AS TIMESTAMP) AS complete_until,
       CAST(MAX(checked_at) AS TIMESTAMP) AS as_of,
       CAST(COALESCE(SUM(missing), 0) AS BIGINT) AS missing,
       CAST(COALESCE(SUM(CASE WHEN state = 'written off' THEN 1 ELSE 0 END), 0) AS BIGINT) AS written_off_epochs
FROM audit_proofs;

COMMENT ON TABLE browser_repeats IS 'One row is an event that a browser had sent before, and that a load therefore left out: the proof that it was not lost.';
COMMENT ON COLUMN browser_repeats.ingest_epoch IS 'With ingest_seq and ingest_index the repeat''s own transport id.';
COMMENT ON COLUMN browser_repeats.ingest_seq IS 'The hit within its epoch.';
COMMENT ON COLUMN browser_repeats.ingest_index IS 'The event within its hit.';
COMMENT ON COLUMN browser_repeats.event_id IS 'The event_id of the row that is there.';
COMMENT ON COLUMN browser_repeats.received_at IS 'When the repeat was received.';
COMMENT ON COLUMN browser_repeats.load_id IS 'The load that left it out.';
COMMENT ON TABLE audit_proofs IS 'One row is one ingest epoch: one start of one ingest node, and how far it is proved that all it accepted is here.';
COMMENT ON COLUMN audit_proofs.ingest_epoch IS 'The epoch.';
COMMENT ON COLUMN audit_proofs.state IS 'open: more is to come or to be found. complete: it ended, and all of it is here. written off: an operator accepted its loss. unheard: rows of a node that never told what it accepted.';
COMMENT ON COLUMN audit_proofs.proven_seq IS 'Every hit up to this one is here, as rows or in browser_repeats. -1: none yet.';
COMMENT ON COLUMN audit_proofs.proven_until IS 'Every hit of the epoch that was received before is here.';
COMMENT ON COLUMN audit_proofs.missing IS 'How many hits are overdue, or were here and are no longer.';
COMMENT ON COLUMN audit_proofs.doubled IS 'How many rows are here more than once, as far as was looked back.';
COMMENT ON COLUMN audit_proofs.checked_at IS 'When that was last found to be so.';
COMMENT ON VIEW watermark IS 'One row: until when the data is complete. It is the minimum over all ingest nodes, dead ones with undelivered hits included. NULL: no node has told yet what it accepted.';
COMMENT ON COLUMN watermark.complete_until IS 'Every hit that was received before this is in page_views, events, bad_events or browser_repeats.';
COMMENT ON COLUMN watermark.as_of IS 'When that was found. Old: the loader''s auditor does not run.';
COMMENT ON COLUMN watermark.missing IS 'How many hits are overdue. More than 0: ./sluice reconcile says which and where they are.';
COMMENT ON COLUMN watermark.written_off_epochs IS 'How many epochs do not count because an operator accepted their loss.';
