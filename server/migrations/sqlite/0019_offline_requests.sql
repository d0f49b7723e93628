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
