-- 评责: meetings as plan and events, seats, sealed results. Ballots of an open round are not here:
-- they live in the round's journal until both 监票人 confirmed.
CREATE TABLE meetings (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  year BIGINT NOT NULL,
  on_day TEXT NOT NULL,
  title TEXT NOT NULL,
  -- 'draft' | 'asked' | 'returned' | 'approved', then the phase of the meeting ('check_in', …)
  state TEXT NOT NULL,
  plan TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  proposed_at BIGINT,
  approved_at BIGINT,
  created_by TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX meetings_by_year ON meetings (district_id, year);
-- Parts of a meeting, rebuilt from the plan at each save.
CREATE TABLE meeting_people (
  meeting_id TEXT NOT NULL REFERENCES meetings(id),
  person_id TEXT NOT NULL,
  part TEXT NOT NULL,
  district_id TEXT NOT NULL,
  PRIMARY KEY (meeting_id, person_id, part)
);
CREATE INDEX meeting_people_by_person ON meeting_people (district_id, person_id);
CREATE TABLE meeting_events (
  meeting_id TEXT NOT NULL REFERENCES meetings(id),
  seq BIGINT NOT NULL,
  district_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  event TEXT NOT NULL,
  PRIMARY KEY (meeting_id, seq)
);
-- No time and no order of arrival: with cards, seat and name are linked nowhere (rater_id is NULL).
CREATE TABLE meeting_seats (
  id TEXT PRIMARY KEY,
  meeting_id TEXT NOT NULL REFERENCES meetings(id),
  district_id TEXT NOT NULL,
  group_key TEXT NOT NULL,
  rater_id TEXT,
  label TEXT NOT NULL,
  card_hash TEXT UNIQUE,
  token_hash TEXT,
  epoch BIGINT NOT NULL DEFAULT 0,
  arrived BIGINT NOT NULL DEFAULT 0,
  -- '' | 'phone' | 'tablet' | 'hand'
  how TEXT NOT NULL DEFAULT '',
  revoked BIGINT NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX meeting_seats_by_meeting ON meeting_seats (meeting_id);
-- The roll, ticked apart from the seats.
CREATE TABLE meeting_roll (
  meeting_id TEXT NOT NULL REFERENCES meetings(id),
  rater_id TEXT NOT NULL,
  district_id TEXT NOT NULL,
  arrived BIGINT NOT NULL DEFAULT 0,
  card_given BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (meeting_id, rater_id)
) WITHOUT ROWID;
-- Secret of the codes and tickets on the hall's screen; never exported.
CREATE TABLE meeting_secrets (
  meeting_id TEXT PRIMARY KEY REFERENCES meetings(id),
  district_id TEXT NOT NULL,
  secret TEXT NOT NULL
);
CREATE TABLE meeting_rounds (
  id TEXT PRIMARY KEY,
  meeting_id TEXT NOT NULL REFERENCES meetings(id),
  district_id TEXT NOT NULL,
  -- 'open' | 'sealed' | 'void' | 'lost'
  state TEXT NOT NULL,
  certificate TEXT,
  bundle TEXT,
  sealed_at BIGINT
);
CREATE INDEX meeting_rounds_by_meeting ON meeting_rounds (meeting_id);
-- No serial, no time; random ids, inserted in the order of ids.
CREATE TABLE sealed_ballots (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  round_id TEXT NOT NULL REFERENCES meeting_rounds(id),
  presenter_id TEXT NOT NULL,
  group_key TEXT NOT NULL,
  vote TEXT NOT NULL,
  seat_label TEXT
) WITHOUT ROWID;
CREATE INDEX sealed_ballots_by_round ON sealed_ballots (round_id, presenter_id);
-- Words of raters: no ballot, no group.
CREATE TABLE sealed_comments (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  round_id TEXT NOT NULL REFERENCES meeting_rounds(id),
  presenter_id TEXT NOT NULL,
  text TEXT NOT NULL,
  cleared_text TEXT,
  -- 'raw' | 'kept' | 'dropped' | 'offline'
  state TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sealed_comments_by_round ON sealed_comments (round_id, presenter_id);
CREATE TABLE meeting_reports (
  meeting_id TEXT NOT NULL REFERENCES meetings(id),
  presenter_id TEXT NOT NULL,
  district_id TEXT NOT NULL,
  text TEXT NOT NULL,
  handed_at BIGINT,
  facts TEXT NOT NULL DEFAULT '',
  facts_checked_at BIGINT,
  facts_note TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (meeting_id, presenter_id)
);
-- Sealed questions of the 派驻组 and suggestions; an anonymous one names no author, also not here.
-- Without rowid: the order of anonymous suggestions must not be kept.
CREATE TABLE meeting_questions (
  id TEXT PRIMARY KEY,
  meeting_id TEXT NOT NULL REFERENCES meetings(id),
  presenter_id TEXT NOT NULL,
  district_id TEXT NOT NULL,
  text TEXT NOT NULL,
  author_unit TEXT,
  -- 'sealed' | 'opened' | 'asked' | 'offline'
  state TEXT NOT NULL,
  anonymous BIGINT NOT NULL DEFAULT 0,
  opened_at BIGINT
) WITHOUT ROWID;
CREATE INDEX meeting_questions_by_meeting ON meeting_questions (meeting_id, presenter_id);
-- 询问 and 点评 as the operator noted them down.
CREATE TABLE meeting_remarks (
  id TEXT PRIMARY KEY,
  meeting_id TEXT NOT NULL REFERENCES meetings(id),
  presenter_id TEXT NOT NULL,
  district_id TEXT NOT NULL,
  step TEXT NOT NULL,
  person_name TEXT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX meeting_remarks_by_meeting ON meeting_remarks (meeting_id, presenter_id);
-- 评议反馈单: one person, one sheet.
CREATE TABLE feedback_sheets (
  id TEXT PRIMARY KEY,
  meeting_id TEXT NOT NULL REFERENCES meetings(id),
  presenter_id TEXT NOT NULL,
  district_id TEXT NOT NULL,
  post_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  state TEXT NOT NULL,
  text TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  signed_by TEXT,
  handed_at BIGINT,
  paper_on TEXT,
  paper_handler TEXT
);
CREATE UNIQUE INDEX feedback_sheets_one ON feedback_sheets (meeting_id, presenter_id);
