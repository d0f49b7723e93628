-- “一件事”问责预警: matters with their three lists, notices, 会商 and what was asked to be started.
CREATE TABLE warning_matters (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  year BIGINT NOT NULL,
  title TEXT NOT NULL,
  aim TEXT NOT NULL,
  -- 'daily' | 'public' | 'department'; for the office only
  source TEXT NOT NULL,
  source_words TEXT NOT NULL DEFAULT '',
  proposed_by TEXT NOT NULL REFERENCES persons(id),
  proposed_name TEXT NOT NULL,
  proposed_unit TEXT REFERENCES units(id),
  proposed_at BIGINT NOT NULL,
  -- 分析研判
  analysis TEXT NOT NULL DEFAULT '',
  lead_id TEXT REFERENCES units(id),
  ends_on TEXT,
  -- 'working' | 'calendar'
  counts TEXT NOT NULL DEFAULT 'working',
  sign_days BIGINT NOT NULL DEFAULT 5,
  answer_days BIGINT NOT NULL DEFAULT 10,
  -- process stages of each sub-item, JSON array
  stages TEXT NOT NULL DEFAULT '[]',
  stage TEXT NOT NULL,
  hands TEXT NOT NULL,
  -- why it was declined, returned or dropped last
  reason TEXT NOT NULL DEFAULT '',
  asked_on TEXT,
  issued_on TEXT,
  sent_on TEXT,
  closed_on TEXT,
  report TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX warning_matters_by_stage ON warning_matters (district_id, stage, proposed_at);
CREATE TABLE warning_supervisors (
  matter_id TEXT NOT NULL REFERENCES warning_matters(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  district_id TEXT NOT NULL,
  PRIMARY KEY (matter_id, unit_id)
);
CREATE TABLE warning_problems (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  matter_id TEXT NOT NULL REFERENCES warning_matters(id),
  position BIGINT NOT NULL,
  category TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX warning_problems_of ON warning_problems (matter_id, position);
CREATE TABLE warning_duties (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  matter_id TEXT NOT NULL REFERENCES warning_matters(id),
  position BIGINT NOT NULL,
  problem_id TEXT,
  text TEXT NOT NULL,
  standard TEXT NOT NULL DEFAULT '',
  -- ids of the duties before it, JSON array
  follows TEXT NOT NULL DEFAULT '[]',
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX warning_duties_of ON warning_duties (matter_id, position);
CREATE TABLE warning_cells (
  duty_id TEXT NOT NULL REFERENCES warning_duties(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  district_id TEXT NOT NULL,
  matter_id TEXT NOT NULL REFERENCES warning_matters(id),
  -- 'lead' | 'local' | 'assist'
  part TEXT NOT NULL,
  office TEXT NOT NULL DEFAULT '',
  person TEXT NOT NULL DEFAULT '',
  leader TEXT NOT NULL DEFAULT '',
  measure TEXT NOT NULL DEFAULT '',
  -- none: 全程
  due_on TEXT,
  item_id TEXT REFERENCES items(id),
  version BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (duty_id, unit_id)
);
CREATE INDEX warning_cells_of ON warning_cells (matter_id, unit_id);
CREATE INDEX warning_cells_by_item ON warning_cells (item_id) WHERE item_id IS NOT NULL;
CREATE TABLE warning_situations (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  matter_id TEXT NOT NULL REFERENCES warning_matters(id),
  position BIGINT NOT NULL,
  text TEXT NOT NULL,
  direct TEXT NOT NULL DEFAULT '',
  deputy TEXT NOT NULL DEFAULT '',
  head TEXT NOT NULL DEFAULT '',
  basis TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX warning_situations_of ON warning_situations (matter_id, position);
CREATE TABLE warning_countersigns (
  matter_id TEXT NOT NULL REFERENCES warning_matters(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  district_id TEXT NOT NULL,
  -- 'asked' | 'agreed' | 'objected' | 'settled'
  state TEXT NOT NULL,
  due_on TEXT NOT NULL,
  words TEXT NOT NULL DEFAULT '',
  by_name TEXT NOT NULL DEFAULT '',
  on_day TEXT,
  paper_on TEXT,
  paper_handler TEXT NOT NULL DEFAULT '',
  settled_by TEXT NOT NULL DEFAULT '',
  settled_on TEXT,
  settled_words TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (matter_id, unit_id)
);
CREATE TABLE warning_handoffs (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  matter_id TEXT NOT NULL REFERENCES warning_matters(id),
  duty_id TEXT NOT NULL REFERENCES warning_duties(id),
  from_unit TEXT NOT NULL REFERENCES units(id),
  to_unit TEXT NOT NULL REFERENCES units(id),
  words TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX warning_handoffs_of ON warning_handoffs (matter_id, at);
CREATE TABLE warning_notices (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  matter_id TEXT NOT NULL REFERENCES warning_matters(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  post_id TEXT REFERENCES posts(id),
  -- as it was called when the notice was made
  unit_name TEXT NOT NULL,
  position BIGINT NOT NULL,
  -- '' until the background work took a number
  number TEXT NOT NULL DEFAULT '',
  -- 'queued' | 'made' | 'delivered' | 'signed' | 'answered' | 'void'
  state TEXT NOT NULL,
  doc TEXT NOT NULL DEFAULT '',
  queued_at BIGINT NOT NULL,
  made_at BIGINT,
  delivered_on TEXT,
  delivered_name TEXT NOT NULL DEFAULT '',
  sign_due TEXT,
  answer_due TEXT,
  signed_on TEXT,
  signed_name TEXT NOT NULL DEFAULT '',
  paper_on TEXT,
  paper_handler TEXT NOT NULL DEFAULT '',
  measures TEXT NOT NULL DEFAULT '',
  answered_on TEXT,
  answered_name TEXT NOT NULL DEFAULT '',
  -- moved to the unit that took over, or why it is void
  moved TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1
);
-- A unit that takes over from one that ended may have had its own delivered: then it has two.
CREATE UNIQUE INDEX warning_notices_of ON warning_notices (matter_id, unit_id) WHERE state IN ('queued', 'made');
CREATE INDEX warning_notices_by_matter ON warning_notices (matter_id, position);
CREATE INDEX warning_notices_queued ON warning_notices (queued_at, position) WHERE state = 'queued';
CREATE INDEX warning_notices_open ON warning_notices (district_id, state, unit_id);
CREATE TABLE warning_talks (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  matter_id TEXT NOT NULL REFERENCES warning_matters(id),
  due_on TEXT NOT NULL,
  held_on TEXT NOT NULL,
  words TEXT NOT NULL,
  found BIGINT NOT NULL,
  advised BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX warning_talks_of ON warning_talks (matter_id, held_on);
CREATE TABLE warning_progress (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  matter_id TEXT NOT NULL REFERENCES warning_matters(id),
  duty_id TEXT NOT NULL REFERENCES warning_duties(id),
  -- number of the process stage, from 0
  stage_no BIGINT NOT NULL,
  -- done on this day; none: where it stands
  done_on TEXT,
  -- the unit that it waits for
  held_by TEXT REFERENCES units(id),
  on_day TEXT NOT NULL,
  words TEXT NOT NULL DEFAULT '',
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX warning_progress_of ON warning_progress (matter_id, at);
CREATE TABLE warning_starts (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  matter_id TEXT NOT NULL REFERENCES warning_matters(id),
  situation_id TEXT NOT NULL REFERENCES warning_situations(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  words TEXT NOT NULL,
  -- 'asked' | 'taken' (decided outside) | 'declined'
  state TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_name TEXT NOT NULL,
  asked_on TEXT NOT NULL,
  answer TEXT NOT NULL DEFAULT '',
  answered_name TEXT NOT NULL DEFAULT '',
  answered_on TEXT,
  at BIGINT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX warning_starts_of ON warning_starts (matter_id, at);
