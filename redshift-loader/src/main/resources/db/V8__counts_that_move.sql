-- Bad events that move over after a fix take their counts along.

COMMENT ON COLUMN audit_buckets.n IS 'How many rows: add up, as those of bad events that moved to where they belong are negative. Of stage accepted how many hits, which have a row each or more; 0 when an ingest node had none to tell of.';
