-- 明责: five lists, versioned templates, leaders' lists, occurrences, calendar, yearly tasks.
CREATE TABLE duty_lists (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  party TEXT NOT NULL,
  position BIGINT NOT NULL,
  UNIQUE (district_id, key)
);
CREATE TABLE templates (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  list_id TEXT NOT NULL REFERENCES duty_lists(id),
  unit_kind TEXT,
  year BIGINT NOT NULL,
  edition BIGINT NOT NULL,
  -- draft | issued | superseded
  state TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  issued_at BIGINT
);
CREATE INDEX templates_by_list ON templates (district_id, list_id, year, edition);
CREATE TABLE template_items (
  template_id TEXT NOT NULL REFERENCES templates(id),
  duty_id TEXT NOT NULL,
  district_id TEXT NOT NULL,
  code TEXT NOT NULL,
  group_no BIGINT NOT NULL,
  group_name TEXT NOT NULL,
  text TEXT NOT NULL,
  frequency TEXT NOT NULL,
  due_month BIGINT,
  due_day BIGINT,
  months TEXT NOT NULL,
  evidence TEXT NOT NULL,
  action TEXT NOT NULL,
  hard BIGINT NOT NULL,
  routine BIGINT NOT NULL,
  list_key TEXT NOT NULL,
  source TEXT,
  position BIGINT NOT NULL,
  PRIMARY KEY (template_id, duty_id)
);
CREATE TABLE leader_lists (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  post_id TEXT NOT NULL REFERENCES posts(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  year BIGINT NOT NULL,
  edition BIGINT NOT NULL,
  state TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  template_id TEXT NOT NULL REFERENCES templates(id),
  content_hash TEXT NOT NULL DEFAULT '',
  effective_on TEXT NOT NULL,
  sent_on TEXT,
  comment_until TEXT,
  returned_why TEXT NOT NULL DEFAULT '',
  issued_at BIGINT,
  signed_at BIGINT,
  signed_on TEXT,
  receipt_due TEXT,
  -- handed down by another unit (004 「一级抓一级」)
  from_unit_id TEXT REFERENCES units(id),
  UNIQUE (post_id, year, edition)
);
CREATE INDEX leader_lists_by_year ON leader_lists (district_id, year, state);
CREATE TABLE leader_items (
  list_id TEXT NOT NULL REFERENCES leader_lists(id),
  duty_id TEXT NOT NULL,
  district_id TEXT NOT NULL,
  code TEXT NOT NULL,
  group_no BIGINT NOT NULL,
  group_name TEXT NOT NULL,
  text TEXT NOT NULL,
  frequency TEXT NOT NULL,
  due_month BIGINT,
  due_day BIGINT,
  months TEXT NOT NULL,
  evidence TEXT NOT NULL,
  action TEXT NOT NULL,
  hard BIGINT NOT NULL,
  routine BIGINT NOT NULL,
  list_key TEXT NOT NULL,
  source TEXT,
  position BIGINT NOT NULL,
  PRIMARY KEY (list_id, duty_id)
);
CREATE TABLE occurrences (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  post_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  year BIGINT NOT NULL,
  duty_id TEXT NOT NULL,
  code TEXT NOT NULL,
  period_no BIGINT NOT NULL,
  window_from TEXT NOT NULL,
  window_to TEXT NOT NULL,
  counts_from TEXT NOT NULL,
  due_on TEXT NOT NULL,
  state TEXT NOT NULL,
  record_id TEXT,
  event_on TEXT,
  recorded_on TEXT,
  verified_at BIGINT
);
CREATE UNIQUE INDEX occurrences_once ON occurrences (post_id, year, duty_id, period_no);
CREATE INDEX occurrences_due ON occurrences (district_id, year, state, due_on);
CREATE TABLE holidays (
  district_id TEXT NOT NULL REFERENCES districts(id),
  day TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (district_id, day)
);
CREATE TABLE annual_tasks (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  year BIGINT NOT NULL,
  title TEXT NOT NULL,
  node TEXT NOT NULL,
  due_on TEXT NOT NULL,
  owner TEXT NOT NULL,
  done_mark TEXT NOT NULL,
  done_on TEXT,
  source TEXT,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX annual_tasks_by_unit ON annual_tasks (unit_id, year, due_on);
CREATE TABLE handovers (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  post_id TEXT NOT NULL REFERENCES posts(id),
  year BIGINT NOT NULL,
  from_term TEXT NOT NULL REFERENCES terms(id),
  to_term TEXT NOT NULL REFERENCES terms(id),
  open_items TEXT NOT NULL,
  due_on TEXT NOT NULL,
  from_signed_at BIGINT,
  to_signed_at BIGINT,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL
);
