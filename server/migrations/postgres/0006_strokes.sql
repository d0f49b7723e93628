-- How a name sorts by strokes (姓氏笔画), computed by the program: hex, compared as text.
-- Empty until the program's next start fills it.
ALTER TABLE persons ADD COLUMN strokes TEXT NOT NULL DEFAULT '';
ALTER TABLE units ADD COLUMN strokes TEXT NOT NULL DEFAULT '';
-- when the password was chosen; NULL: never, or before this column
ALTER TABLE accounts ADD COLUMN chosen_at BIGINT;
UPDATE accounts SET chosen_at = changed_at WHERE password_hash <> '';
-- 1: the password is over its age, nothing else is open to the session
ALTER TABLE sessions ADD COLUMN must_change BIGINT NOT NULL DEFAULT 0;
