-- What the loader's database user needs, run once by an administrator of the warehouse. It makes and migrates its own tables and views,
-- and changes no table that it did not make.
CREATE SCHEMA IF NOT EXISTS sluice;
-- DISABLE is for sluice.loader.credentials=iam. On Serverless the user is the role's, so put "IAMR:name-of-the-role" in place of sluice_loader,
-- here and below; docs/deploy.md does. With a password: kept in a secret, for credentials=secret or sluice.loader.password.
CREATE USER sluice_loader PASSWORD DISABLE;
GRANT USAGE, CREATE ON SCHEMA sluice TO sluice_loader;
ALTER USER sluice_loader SET search_path TO sluice;

-- For those who query.
CREATE GROUP analysts;
GRANT USAGE ON SCHEMA sluice TO GROUP analysts;
ALTER DEFAULT PRIVILEGES FOR USER sluice_loader IN SCHEMA sluice GRANT SELECT ON TABLES TO GROUP analysts;

-- "sluice forget" logs in as sluice_loader too: who deletes rows must be able to lock the ledger as a load does, and that takes the
-- owner. Analysts may read forgotten, forgotten_rows and forget_receipts, which hold hashes and no ids.

-- "sluice replay" and "sluice promote" log in as sluice_loader as well: their tables are made like the line's own, and rows are exchanged,
-- or moved out of bad_events, under the ledger's lock. Analysts may read these tables; drop them when they are no longer wanted.
