-- “三交底”廉政谈话: talks with their lists, record and reports as the rules know them, the history of their steps, talks
-- with several, the register of risks, published cases, lists that a unit passes on, and the district's settings.
CREATE TABLE talks (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  post_id TEXT NOT NULL REFERENCES posts(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  -- one talk for a term, unless the first went no further
  term_id TEXT NOT NULL REFERENCES terms(id),
  person_id TEXT NOT NULL REFERENCES persons(id),
  group_id TEXT,
  -- 'preparing' | 'asked' | 'approved' | 'held' | 'signed' | 'closed' | 'ended'
  state TEXT NOT NULL,
  registered_on TEXT NOT NULL,
  held_on TEXT,
  signed_on TEXT,
  over_on TEXT,
  -- whose turn it is now: ',office,unit,'; what 待办 looks for
  turns TEXT NOT NULL,
  -- the talk as JSON
  talk TEXT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX talks_by_state ON talks (district_id, state, registered_on, id);
CREATE INDEX talks_by_post ON talks (post_id, state);
CREATE INDEX talks_by_term ON talks (term_id);
CREATE INDEX talks_by_group ON talks (group_id);
CREATE TABLE talk_events (
  talk_id TEXT NOT NULL REFERENCES talks(id),
  seq BIGINT NOT NULL,
  district_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  step TEXT NOT NULL,
  state TEXT NOT NULL,
  by_role TEXT NOT NULL,
  person_id TEXT NOT NULL,
  person_name TEXT NOT NULL,
  words TEXT NOT NULL,
  paper_on TEXT,
  paper_handler TEXT,
  PRIMARY KEY (talk_id, seq)
);
-- 集体谈话
CREATE TABLE talk_groups (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  title TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  made_name TEXT NOT NULL
);
-- 岗位廉政风险库
CREATE TABLE talk_risks (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  post_name TEXT NOT NULL,
  point TEXT NOT NULL,
  -- 'high' | 'middle' | 'low'
  level TEXT NOT NULL,
  control TEXT NOT NULL,
  owner TEXT NOT NULL,
  -- set when it was taken off; what stands in a talk stays there
  ended_on TEXT,
  changed_at BIGINT NOT NULL,
  changed_name TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX talk_risks_by_unit ON talk_risks (district_id, unit_id, ended_on);
-- Published cases, as a source of common risks. Names nobody.
CREATE TABLE talk_cases (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  title TEXT NOT NULL,
  post_name TEXT NOT NULL,
  point TEXT NOT NULL,
  control TEXT NOT NULL,
  published_on TEXT NOT NULL,
  -- where it was published
  place TEXT NOT NULL,
  ended_on TEXT,
  changed_at BIGINT NOT NULL,
  changed_name TEXT NOT NULL
);
CREATE INDEX talk_cases_by_day ON talk_cases (district_id, published_on);
-- A list that the head of a unit passed on to a 下属单位. What it answers stays its own; only the state goes up.
CREATE TABLE talk_passed (
  talk_id TEXT NOT NULL REFERENCES talks(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  district_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  person_name TEXT NOT NULL,
  -- numbers of the problems, as JSON
  problems TEXT NOT NULL,
  words TEXT NOT NULL,
  -- 'sent' | 'read' | 'checking' | 'done'
  state TEXT NOT NULL,
  answer TEXT NOT NULL DEFAULT '',
  answered_at BIGINT,
  answered_name TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (talk_id, unit_id)
);
CREATE INDEX talk_passed_by_unit ON talk_passed (unit_id, state);
CREATE TABLE talk_settings (
  district_id TEXT NOT NULL REFERENCES districts(id),
  version BIGINT NOT NULL,
  settings TEXT NOT NULL,
  at BIGINT NOT NULL,
  person_name TEXT NOT NULL,
  PRIMARY KEY (district_id, version)
);
