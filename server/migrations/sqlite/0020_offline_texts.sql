-- 「转线下」 also of the texts of a meeting, by the same two officers: a request names what it is about.
CREATE TABLE offline_requests_old AS SELECT * FROM offline_requests;
CREATE TABLE offline_officers_old AS SELECT * FROM offline_officers;
DROP TABLE offline_officers;
DROP TABLE offline_requests;
CREATE TABLE offline_requests (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  -- 'record' | 'question' | 'remark' | 'note'
  subject TEXT NOT NULL,
  -- id of the record, the question, the remark, or of the presenter whose note it is
  subject_id TEXT NOT NULL,
  record_id TEXT REFERENCES records(id),
  meeting_id TEXT,
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
INSERT INTO offline_requests (id, district_id, subject, subject_id, record_id, state, asked_by, asked_name, asked_at,
    looked_at, ended_at, held)
  SELECT id, district_id, 'record', record_id, record_id, state, asked_by, asked_name, asked_at, looked_at, ended_at, held
  FROM offline_requests_old;
CREATE UNIQUE INDEX offline_requests_open ON offline_requests (subject_id) WHERE state = 'open';
CREATE INDEX offline_requests_subject ON offline_requests (subject_id);
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
INSERT INTO offline_officers (request_id, slot, district_id, person_id, name, seen_at, done_at)
  SELECT request_id, slot, district_id, person_id, name, seen_at, done_at FROM offline_officers_old;
CREATE INDEX offline_officers_person ON offline_officers (person_id);
DROP TABLE offline_officers_old;
DROP TABLE offline_requests_old;
