-- What the ingest nodes say they accepted, beside what the loads brought.

-- First what a load takes first, so that neither waits for the other for ever.
LOCK TABLE load_ledger;
ALTER TABLE audit_buckets ADD COLUMN first_seq BIGINT;
ALTER TABLE audit_buckets ADD COLUMN last_seq BIGINT;
ALTER TABLE audit_buckets ADD COLUMN complete_until TIMESTAMP;
ALTER TABLE audit_buckets ADD COLUMN is_final BOOLEAN;

COMMENT ON TABLE audit_buckets IS 'What one stage counted for one ingest epoch and one minute of received_at. What loads brought: add up over load_id. What was accepted: a row for each minute in an audit record of an ingest node; the same range may come again, equal or inside a larger one, and counts once.';
COMMENT ON COLUMN audit_buckets.stage IS 'Who counted: accepted (the ingest node), loaded (page views and events that a load brought), bad (bad events that it brought) or repeated (what it left out into browser_repeats).';
COMMENT ON COLUMN audit_buckets.ingest_epoch IS 'The ingest epoch: one start of one ingest node.';
COMMENT ON COLUMN audit_buckets.bucket IS 'The minute of received_at.';
COMMENT ON COLUMN audit_buckets.n IS 'How many rows; of stage accepted how many hits, which have a row each or more. 0 when an ingest node had none to tell of.';
COMMENT ON COLUMN audit_buckets.load_id IS 'The load that brought them.';
COMMENT ON COLUMN audit_buckets.first_seq IS 'Stage accepted: the first ingest_seq of the audit record. The records of an epoch leave no gap.';
COMMENT ON COLUMN audit_buckets.last_seq IS 'Stage accepted: the last ingest_seq of the audit record, inclusive; first_seq - 1 when it has none.';
COMMENT ON COLUMN audit_buckets.complete_until IS 'Stage accepted: every hit of the epoch that was received before this has an ingest_seq up to last_seq.';
COMMENT ON COLUMN audit_buckets.is_final IS 'Stage accepted: the epoch gets no more hits. Its end is the largest last_seq of all its rows.';
