-- 督责的节奏: the year's plan of quarter reminders, 半年梳理 and 年底检查, a step for each head post; one that is split
-- has a row for each part.
CREATE TABLE season_steps (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  post_id TEXT NOT NULL REFERENCES posts(id),
  year BIGINT NOT NULL,
  -- 'quarter_reminder' | 'mid_year' | 'year_end'
  kind TEXT NOT NULL,
  -- 1 to 4 for the reminder of a quarter, 1 for the others
  period BIGINT NOT NULL,
  part BIGINT NOT NULL DEFAULT 1,
  -- 派驻组, 联系室 or 监督室; NULL while the 归口表 names nobody
  body_id TEXT REFERENCES units(id),
  assignee_id TEXT REFERENCES persons(id),
  -- assigned by hand: the 归口表 changes it no more
  by_hand BIGINT NOT NULL DEFAULT 0,
  -- by the calendar, and as it is now
  planned_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  moved_why TEXT NOT NULL DEFAULT '',
  -- 'planned' | 'drafted' | 'returned' | 'approved' | 'underway' | 'done' | 'cancelled'
  state TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  drafted_by TEXT,
  drafted_name TEXT NOT NULL DEFAULT '',
  decided_name TEXT NOT NULL DEFAULT '',
  decided_on TEXT,
  returned_why TEXT NOT NULL DEFAULT '',
  inspection_id TEXT REFERENCES inspections(id),
  -- since when the vacant post holds it
  paused_on TEXT,
  done_on TEXT,
  -- 经办人 of what was done on paper
  handler TEXT NOT NULL DEFAULT '',
  ended_why TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1,
  made_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX season_steps_once ON season_steps (post_id, year, kind, period, part);
CREATE INDEX season_steps_by_due ON season_steps (district_id, year, due_on);
CREATE INDEX season_steps_by_inspection ON season_steps (inspection_id);
-- Days of the plan (示范); no row: the defaults.
CREATE TABLE season_settings (
  district_id TEXT PRIMARY KEY REFERENCES districts(id),
  days TEXT NOT NULL,
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
