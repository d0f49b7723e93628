-- 年度结转: a book that takes nothing more.
CREATE TABLE book_closings (
  post_id TEXT NOT NULL REFERENCES posts(id),
  year BIGINT NOT NULL,
  district_id TEXT NOT NULL REFERENCES districts(id),
  unit_id TEXT NOT NULL,
  closed_on TEXT NOT NULL,
  closed_at BIGINT NOT NULL,
  -- 'head' (signed) | 'office' (the post is vacant) | 'due' (到期自动结转)
  by_whom TEXT NOT NULL,
  person_id TEXT,
  person_name TEXT NOT NULL,
  -- what it did, as JSON
  done TEXT NOT NULL,
  PRIMARY KEY (post_id, year)
);
CREATE INDEX book_closings_by_year ON book_closings (district_id, year);
