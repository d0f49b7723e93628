-- Optional marks apart from the ballots they stood on: 总体评价 and five marks of one rater together are
-- a handwriting. Random ids, inserted in the order of ids; no ballot, no seat, no serial, no time.
CREATE TABLE sealed_marks (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  round_id TEXT NOT NULL REFERENCES meeting_rounds(id),
  presenter_id TEXT NOT NULL,
  group_key TEXT NOT NULL,
  dimension TEXT NOT NULL,
  -- 'good' | 'better' | 'fair' | 'poor' | 0 to 100
  mark TEXT NOT NULL
);
CREATE INDEX sealed_marks_by_round ON sealed_marks (round_id, presenter_id);
