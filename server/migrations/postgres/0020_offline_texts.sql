-- 「转线下」 also of the texts of a meeting, by the same two officers: a request names what it is about.
ALTER TABLE offline_requests
  -- 'record' | 'question' | 'remark' | 'note'
  ADD COLUMN subject TEXT NOT NULL DEFAULT 'record',
  -- id of the record, the question, the remark, or of the presenter whose note it is
  ADD COLUMN subject_id TEXT NOT NULL DEFAULT '',
  ADD COLUMN meeting_id TEXT,
  ALTER COLUMN record_id DROP NOT NULL;
UPDATE offline_requests SET subject_id = record_id;
ALTER TABLE offline_requests ALTER COLUMN subject DROP DEFAULT, ALTER COLUMN subject_id DROP DEFAULT;
DROP INDEX offline_requests_open;
CREATE UNIQUE INDEX offline_requests_open ON offline_requests (subject_id) WHERE state = 'open';
CREATE INDEX offline_requests_subject ON offline_requests (subject_id);
-- Statistics of the planner would keep samples of words that were erased.
ALTER TABLE meeting_questions ALTER COLUMN text SET STATISTICS 0;
ALTER TABLE meeting_remarks ALTER COLUMN text SET STATISTICS 0;
ALTER TABLE meeting_reports ALTER COLUMN facts_note SET STATISTICS 0;
ALTER TABLE feedback_sheets ALTER COLUMN text SET STATISTICS 0;
