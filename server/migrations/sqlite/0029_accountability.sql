-- 问责 in full: a narrow line per item, which lists filter, sort and count by, published measures, 工作建议 and 建议书, 制度.
-- Written with the item in the same command; the item itself stays in `items`.
CREATE TABLE item_lines (
  item_id TEXT PRIMARY KEY REFERENCES items(id),
  district_id TEXT NOT NULL,
  -- its number in item_grams; once given it stays
  doc BIGINT NOT NULL,
  -- 0: its words are not in item_grams yet; a start after an update does it
  indexed BIGINT NOT NULL DEFAULT 0,
  unit_id TEXT NOT NULL,
  post_id TEXT NOT NULL,
  duty_id TEXT,
  kind TEXT NOT NULL,
  origin TEXT NOT NULL,
  origin_id TEXT NOT NULL,
  state TEXT NOT NULL,
  -- 0 the unit's turn, 1 that of the supervising bodies, 2 on hold, 3 ended
  turn BIGINT NOT NULL,
  due_on TEXT NOT NULL,
  opened_on TEXT NOT NULL,
  closed_on TEXT,
  year BIGINT NOT NULL,
  number BIGINT NOT NULL,
  -- the earlier item that it repeats
  repeats TEXT,
  -- 1: an extension waits for its answer
  asked BIGINT NOT NULL DEFAULT 0,
  -- 1: 立行立改
  quick BIGINT NOT NULL DEFAULT 0,
  owner_id TEXT,
  filler_id TEXT,
  leader_id TEXT,
  applicant_id TEXT,
  checker_id TEXT,
  external TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX item_lines_doc ON item_lines (doc);
-- The order of the ledger, with what it is filtered by: a page and a count read nothing else.
CREATE INDEX item_lines_order ON item_lines
  (district_id, turn, due_on, year, number, unit_id, post_id, kind, state, doc, repeats, opened_on, closed_on, asked, quick);
CREATE INDEX item_lines_by_unit ON item_lines (district_id, unit_id, turn, due_on, year, number);
CREATE INDEX item_lines_by_kind ON item_lines (district_id, kind, turn, due_on, year, number);
CREATE INDEX item_lines_by_state ON item_lines (district_id, state, turn, due_on, year, number);
CREATE INDEX item_lines_by_post ON item_lines (post_id, turn, due_on);
CREATE INDEX item_lines_by_origin ON item_lines (origin, origin_id);
CREATE INDEX item_lines_by_day ON item_lines (district_id, opened_on, kind, unit_id, post_id, repeats, quick);
CREATE INDEX item_lines_by_end ON item_lines (district_id, closed_on, unit_id, post_id) WHERE closed_on IS NOT NULL;
CREATE INDEX item_lines_by_duty ON item_lines (duty_id) WHERE duty_id IS NOT NULL;
CREATE INDEX item_lines_by_repeat ON item_lines (repeats) WHERE repeats IS NOT NULL;
CREATE INDEX item_lines_by_external ON item_lines (district_id, external) WHERE external <> '';
CREATE INDEX item_lines_unread ON item_lines (doc) WHERE indexed = 0;
-- Pairs of characters of what an item says, for the search in the ledger; `doc` is its line's.
CREATE TABLE item_grams (
  gram TEXT NOT NULL,
  doc BIGINT NOT NULL,
  district_id TEXT NOT NULL,
  PRIMARY KEY (gram, doc)
) WITHOUT ROWID;
CREATE INDEX item_grams_by_doc ON item_grams (doc);
INSERT INTO item_lines (item_id, district_id, doc, unit_id, post_id, duty_id, kind, origin, origin_id, state, turn, due_on,
  opened_on, closed_on, year, number, repeats, asked, owner_id, filler_id, leader_id, applicant_id, checker_id, external)
SELECT i.id, i.district_id, ROW_NUMBER() OVER (ORDER BY i.id), i.unit_id, i.post_id, i.duty_id, i.kind, i.origin, i.origin_id,
  i.state,
  CASE WHEN i.state = 'closed' THEN 3 WHEN i.state = 'suspended' THEN 2
       WHEN i.state IN ('checking', 'checked', 'deciding') THEN 1 ELSE 0 END,
  i.due_on, i.opened_on, i.closed_on, i.year, i.number, json_extract(i.item, '$.repeats'),
  CASE WHEN json_extract(i.item, '$.extension') IS NOT NULL AND json_extract(i.item, '$.extension.granted') IS NULL THEN 1 ELSE 0 END,
  json_extract(i.item, '$.owner.person'), json_extract(i.item, '$.hands.filler'), json_extract(i.item, '$.hands.leader'), json_extract(i.item, '$.hands.applicant'), json_extract(i.item, '$.hands.checker'),
  COALESCE(json_extract(i.item, '$.external.ledger') || ' ' || json_extract(i.item, '$.external.number'), '')
FROM items i;
-- 问责 measures as they were published: number, date, kind; filled in by one person, confirmed by another. Nothing else has
-- a column here, and none may get one.
CREATE TABLE measures (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  unit_id TEXT NOT NULL REFERENCES units(id),
  post_id TEXT NOT NULL REFERENCES posts(id),
  item_id TEXT REFERENCES items(id),
  -- 'entered' | 'confirmed' | 'returned' | 'void'
  state TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- the measure as the rules know it
  measure TEXT NOT NULL,
  published_on TEXT NOT NULL,
  version BIGINT NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE INDEX measures_by_day ON measures (district_id, published_on, id);
CREATE INDEX measures_by_item ON measures (item_id) WHERE item_id IS NOT NULL;
-- The district's own kinds of measures; without a row the 示范 ones.
CREATE TABLE measure_dictionaries (
  district_id TEXT PRIMARY KEY,
  entries TEXT NOT NULL,
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
-- 工作建议 and 纪检监察建议书; what becomes of one is its item's.
CREATE TABLE advices (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  -- 'suggestion' | 'recommendation'
  kind TEXT NOT NULL,
  unit_id TEXT NOT NULL REFERENCES units(id),
  post_id TEXT NOT NULL REFERENCES posts(id),
  -- the problem that it follows from
  about TEXT REFERENCES items(id),
  -- 'draft' | 'asked' | 'returned' | 'issued' | 'dropped'
  state TEXT NOT NULL,
  number TEXT NOT NULL DEFAULT '',
  issued_on TEXT,
  reply_by TEXT,
  -- the item that waits for the reply
  item_id TEXT REFERENCES items(id),
  advice TEXT NOT NULL,
  version BIGINT NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE INDEX advices_by_day ON advices (district_id, made_at, id);
CREATE INDEX advices_by_unit ON advices (unit_id, state);
CREATE INDEX advices_by_about ON advices (about) WHERE about IS NOT NULL;
CREATE INDEX advices_by_item ON advices (item_id) WHERE item_id IS NOT NULL;
-- 制度 that units made or mended as a result.
CREATE TABLE regulations (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  unit_id TEXT NOT NULL REFERENCES units(id),
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  number TEXT NOT NULL DEFAULT '',
  adopted_on TEXT NOT NULL,
  -- 1: an older one was mended
  mended BIGINT NOT NULL DEFAULT 0,
  added_by TEXT NOT NULL,
  added_name TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  withdrawn_at BIGINT,
  withdrawn_why TEXT NOT NULL DEFAULT ''
);
CREATE INDEX regulations_by_day ON regulations (district_id, adopted_on, id);
CREATE INDEX regulations_by_unit ON regulations (unit_id, adopted_on);
CREATE TABLE regulation_items (
  regulation_id TEXT NOT NULL REFERENCES regulations(id),
  item_id TEXT NOT NULL REFERENCES items(id),
  district_id TEXT NOT NULL,
  PRIMARY KEY (regulation_id, item_id)
);
CREATE INDEX regulation_items_by_item ON regulation_items (item_id);
