-- 「转线下」 of a record: its words are out of the book and wait here for two officers, who print and erase them.
CREATE TABLE offline_requests (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  record_id TEXT NOT NULL REFERENCES records(id),
  -- 'open' | 'back' | 'erased'
  state TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_name TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  -- the first officer looked: from then on it is not taken back
  looked_at BIGINT,
  ended_at BIGINT,
  -- the words as JSON until they are erased or given back; never exported
  held TEXT NOT NULL
);
CREATE UNIQUE INDEX offline_requests_open ON offline_requests (record_id) WHERE state = 'open';
CREATE TABLE offline_officers (
  request_id TEXT NOT NULL REFERENCES offline_requests(id),
  -- 1 | 2
  slot BIGINT NOT NULL,
  district_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- shown once
  seen_at BIGINT,
  -- printed and signed
  done_at BIGINT,
  PRIMARY KEY (request_id, slot)
);
CREATE INDEX offline_officers_person ON offline_officers (person_id);
-- Statistics of the planner would keep samples of words that were erased.
ALTER TABLE offline_requests ALTER COLUMN held SET STATISTICS 0;
ALTER TABLE records ALTER COLUMN text SET STATISTICS 0, ALTER COLUMN details SET STATISTICS 0;
ALTER TABLE record_corrections ALTER COLUMN before_text SET STATISTICS 0, ALTER COLUMN after_text SET STATISTICS 0,
  ALTER COLUMN reason SET STATISTICS 0, ALTER COLUMN before_details SET STATISTICS 0,
  ALTER COLUMN after_details SET STATISTICS 0;
ALTER TABLE record_duties ALTER COLUMN unmatched_why SET STATISTICS 0;
ALTER TABLE evidence_links ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE evidence_uploads ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE drafts ALTER COLUMN fields SET STATISTICS 0;
ALTER TABLE report_drafts ALTER COLUMN sections SET STATISTICS 0;
ALTER TABLE meeting_reports ALTER COLUMN text SET STATISTICS 0;
ALTER TABLE audit_details ALTER COLUMN text SET STATISTICS 0;
ALTER TABLE commands ALTER COLUMN answer SET STATISTICS 0;
