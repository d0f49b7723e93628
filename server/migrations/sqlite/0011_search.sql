-- 搜索: which record is which document of the index. A number once given stays: pages of
-- results go by it. The index itself cannot hold text keys.
CREATE TABLE search_docs (
  doc BIGINT PRIMARY KEY,
  district_id TEXT NOT NULL,
  record_id TEXT NOT NULL REFERENCES records(id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX search_docs_by_record ON search_docs (record_id);
-- Tokens made in Rust (domain::search), without any text: rights, kinds, items, months, words.
-- Characters beyond ASCII are letters to this tokenizer, spaces part the tokens.
CREATE VIRTUAL TABLE search_index USING fts5(tokens, content='', contentless_delete=1, detail='none', tokenize='ascii');
-- Of which edition the tokens are, and how far a rebuild came ('' at its beginning). Without a row
-- the records of an earlier version are not indexed yet: the next start does it.
CREATE TABLE search_state (
  edition BIGINT PRIMARY KEY,
  reached TEXT NOT NULL,
  whole BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO search_state (edition, reached, whole) SELECT 1, '', 1 WHERE NOT EXISTS (SELECT 1 FROM records);
