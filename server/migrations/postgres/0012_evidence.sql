-- 佐证材料: files by content, their links to records, uploads on the way.
CREATE TABLE evidence_files (
  district_id TEXT NOT NULL,
  -- SHA-256 of the stored bytes, hex; also the file's name on the disk
  hash TEXT NOT NULL,
  -- 'jpg' | 'png' | 'pdf' | 'docx' | 'xlsx'
  kind TEXT NOT NULL,
  size BIGINT NOT NULL,
  stored_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, hash)
);
-- One file stands beside many records; a link is never deleted, only marked as withdrawn.
CREATE TABLE evidence_links (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  record_id TEXT NOT NULL REFERENCES records(id),
  hash TEXT NOT NULL,
  name TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  added_by TEXT NOT NULL,
  withdrawn_at BIGINT,
  withdrawn_by TEXT,
  withdrawn_why TEXT NOT NULL DEFAULT '',
  FOREIGN KEY (district_id, hash) REFERENCES evidence_files(district_id, hash)
);
CREATE UNIQUE INDEX evidence_links_once ON evidence_links (record_id, hash) WHERE withdrawn_at IS NULL;
CREATE INDEX evidence_links_by_record ON evidence_links (record_id, added_at);
CREATE INDEX evidence_links_by_file ON evidence_links (district_id, hash);
CREATE TABLE evidence_uploads (
  account_id TEXT NOT NULL REFERENCES accounts(id),
  -- made by the client
  id TEXT NOT NULL,
  district_id TEXT NOT NULL,
  record_id TEXT NOT NULL,
  name TEXT NOT NULL,
  size BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  -- hash of the file that is being placed; looked after at the next start if the power goes
  stored_as TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (account_id, id)
);
CREATE INDEX evidence_uploads_by_time ON evidence_uploads (started_at);
