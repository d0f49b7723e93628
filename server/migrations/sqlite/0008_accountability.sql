-- 问责: the closed loop (挂账销号). `item` is the item as the rules know it; the columns beside it
-- are what lists filter and sort by, written from it with every step.
CREATE TABLE items (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  -- 台账编号, counted up per year of opening
  year BIGINT NOT NULL,
  number BIGINT NOT NULL,
  unit_id TEXT NOT NULL REFERENCES units(id),
  post_id TEXT NOT NULL REFERENCES posts(id),
  duty_id TEXT,
  kind TEXT NOT NULL,
  origin TEXT NOT NULL,
  origin_id TEXT NOT NULL,
  state TEXT NOT NULL,
  opened_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  closed_on TEXT,
  -- 1: same unit, item of the list and kind within 12 months before
  repeated BIGINT NOT NULL DEFAULT 0,
  item TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX items_number ON items (district_id, year, number);
CREATE INDEX items_by_post ON items (post_id, state);
CREATE INDEX items_by_unit ON items (district_id, unit_id, state);
CREATE INDEX items_by_origin ON items (origin, origin_id);
-- Append-only: every step of an item, who took it in which role, in his words.
CREATE TABLE item_events (
  item_id TEXT NOT NULL REFERENCES items(id),
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
  PRIMARY KEY (item_id, seq)
);
-- What is known of a post from its sealed reviews: one small row per presenter and meeting.
CREATE TABLE review_results (
  meeting_id TEXT NOT NULL,
  presenter_id TEXT NOT NULL,
  district_id TEXT NOT NULL,
  round_id TEXT NOT NULL,
  post_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  -- whose result it is: a successor sees nothing of it
  person_id TEXT NOT NULL,
  year BIGINT NOT NULL,
  on_day TEXT NOT NULL,
  -- NULL: too few ballots for a result
  grade TEXT,
  PRIMARY KEY (meeting_id, presenter_id)
);
CREATE INDEX review_results_by_post ON review_results (post_id, on_day);
-- Two persons read every comment; it is settled when both decided alike.
CREATE TABLE comment_readings (
  comment_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  district_id TEXT NOT NULL,
  decision TEXT NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (comment_id, account_id)
);
