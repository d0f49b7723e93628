-- 翻阅检查 on site: the list that was drawn from, as it stood, so that the draw can be computed again whatever
-- becomes of the list; '[]' for readings registered before. JSON like `sample`.
ALTER TABLE inspections ADD COLUMN pool TEXT NOT NULL DEFAULT '[]';
