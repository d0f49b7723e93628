-- 更正 may add details later: kind, event date, items. Both versions stay readable;
-- NULL where a correction left that part as it was.
ALTER TABLE record_corrections ADD COLUMN before_kind TEXT;
ALTER TABLE record_corrections ADD COLUMN after_kind TEXT;
ALTER TABLE record_corrections ADD COLUMN before_event TEXT;
ALTER TABLE record_corrections ADD COLUMN after_event TEXT;
-- printed numbers, joined by 、
ALTER TABLE record_corrections ADD COLUMN before_codes TEXT;
ALTER TABLE record_corrections ADD COLUMN after_codes TEXT;
-- the day a later correction ticked the item; NULL: when the record was written
ALTER TABLE record_duties ADD COLUMN ticked_on TEXT;
