-- What was erased since somebody asked to be forgotten. Nothing here says who: ids are hashes, and rows are named by transport id.

-- First what a load takes first, so that neither waits for the other for ever.
LOCK TABLE load_ledger;

CREATE TABLE forgotten (
    kind VARCHAR(16) NOT NULL,
    id_hash CHAR(64) NOT NULL,
    requested_at TIMESTAMP NOT NULL,
    erase_until TIMESTAMP NOT NULL,
    finished_at TIMESTAMP
)
DISTSTYLE ALL SORTKEY(requested_at);

CREATE TABLE forgotten_rows (
    ingest_epoch CHAR(36) NOT NULL,
    ingest_seq BIGINT NOT NULL,
    ingest_index SMALLINT,
    received_at TIMESTAMP NOT NULL ENCODE RAW,
    load_id BIGINT NOT NULL
)
DISTSTYLE EVEN SORTKEY(received_at);

CREATE TABLE forget_receipts (
    kind VARCHAR(16) NOT NULL,
    id_hash CHAR(64) NOT NULL,
    place VARCHAR(16) NOT NULL,
    erased BIGINT NOT NULL,
    erased_at TIMESTAMP NOT NULL
)
DISTSTYLE ALL SORTKEY(erased_at);

COMMENT ON TABLE forgotten IS 'One row is one request to be forgotten.';
COMMENT ON COLUMN forgotten.kind IS 'Which id it named: visitor, user or network.';
COMMENT ON COLUMN forgotten.id_hash IS 'SHA-256 of kind, colon and id. The id itself is kept nowhere.';
COMMENT ON COLUMN forgotten.requested_at IS 'When it was asked for.';
COMMENT ON COLUMN forgotten.erase_until IS 'Until then every load erases what arrives with this id: it was on the way when the request came.';
COMMENT ON COLUMN forgotten.finished_at IS 'When all places were gone through once more after that; NULL until then.';

COMMENT ON TABLE forgotten_rows IS 'One row is one row that was erased on request, so that it is not taken for a lost one.';
COMMENT ON COLUMN forgotten_rows.ingest_epoch IS 'Which start of which ingest node took the request in. Part of the transport id.';
COMMENT ON COLUMN forgotten_rows.ingest_seq IS 'Which request of that start, counted without a gap. Part of the transport id.';
COMMENT ON COLUMN forgotten_rows.ingest_index IS 'Which event of that request; NULL when it was a whole request. Part of the transport id.';
COMMENT ON COLUMN forgotten_rows.received_at IS 'When the collector took it in.';
COMMENT ON COLUMN forgotten_rows.load_id IS 'The load that had brought it: joins load_ledger.';

COMMENT ON TABLE forget_receipts IS 'What was erased for a request, place by place. Add up over erased_at.';
COMMENT ON COLUMN forget_receipts.kind IS 'As in forgotten.';
COMMENT ON COLUMN forget_receipts.id_hash IS 'As in forgotten.';
COMMENT ON COLUMN forget_receipts.place IS 'Where: page_views, events, bad_events (rows), staged (files), archive (requests).';
COMMENT ON COLUMN forget_receipts.erased IS 'How many.';
COMMENT ON COLUMN forget_receipts.erased_at IS 'When.';
