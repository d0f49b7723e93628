-- Fields of a kind, as JSON; both versions in a correction, NULL where it left them as they were.
ALTER TABLE records ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
ALTER TABLE record_corrections ADD COLUMN before_details TEXT;
ALTER TABLE record_corrections ADD COLUMN after_details TEXT;
-- 代录 (H2): the day it last went to the head; NULL: the day it was recorded
ALTER TABLE records ADD COLUMN proxy_sent_on TEXT;
-- drafted later than the district allows
ALTER TABLE records ADD COLUMN proxy_late BIGINT NOT NULL DEFAULT 0;
-- 让联络员看到: the notes of a talk, by its author's leave
ALTER TABLE records ADD COLUMN shared BIGINT NOT NULL DEFAULT 0;
-- A refused draft that holds what must not enter ends early.
ALTER TABLE drafts ADD COLUMN ends_at BIGINT;
CREATE INDEX drafts_by_end ON drafts (ends_at) WHERE ends_at IS NOT NULL;
