-- Which data files (geo database, lists of robots and referrers) the rows of a batch were made with.
ALTER TABLE load_ledger ADD COLUMN data_versions VARCHAR(1024);
