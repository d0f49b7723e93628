-- 搜索: which record is which document of the index. A number once given stays: pages of
-- results go by it.
CREATE TABLE search_docs (
  doc BIGINT PRIMARY KEY,
  district_id TEXT NOT NULL,
  record_id TEXT NOT NULL REFERENCES records(id)
);
CREATE UNIQUE INDEX search_docs_by_record ON search_docs (record_id);
-- Tokens made in Rust (domain::search), without positions: rights, kinds, items, months, words.
CREATE TABLE search_index (
  rowid BIGINT PRIMARY KEY,
  tokens TSVECTOR NOT NULL
);
-- No list of pending entries: every search would have to read through it.
CREATE INDEX search_index_tokens ON search_index USING GIN (tokens) WITH (fastupdate = off);
-- Of which edition the tokens are, and how far a rebuild came ('' at its beginning). Without a row
-- the records of an earlier version are not indexed yet: the next start does it.
CREATE TABLE search_state (
  edition BIGINT PRIMARY KEY,
  reached TEXT NOT NULL,
  whole BIGINT NOT NULL
);
INSERT INTO search_state (edition, reached, whole) SELECT 1, '', 1 WHERE NOT EXISTS (SELECT 1 FROM records);
