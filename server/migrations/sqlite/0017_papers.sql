-- Reports drafted from a book, and the district's own Word files with {{fields}}.
CREATE TABLE report_drafts (
  post_id TEXT NOT NULL REFERENCES posts(id),
  year BIGINT NOT NULL,
  -- 'annual' | 'conduct'
  kind TEXT NOT NULL,
  district_id TEXT NOT NULL REFERENCES districts(id),
  -- sections as JSON, each with its own version
  sections TEXT NOT NULL,
  drawn_at BIGINT NOT NULL,
  saved_at BIGINT NOT NULL,
  saved_by TEXT NOT NULL,
  PRIMARY KEY (post_id, year, kind)
);
CREATE TABLE paper_templates (
  district_id TEXT NOT NULL REFERENCES districts(id),
  -- 'cover' | 'annual' | 'conduct' | 'remarks'
  paper TEXT NOT NULL,
  -- name of the file as it was handed in; only shown
  name TEXT NOT NULL,
  bytes BLOB NOT NULL,
  -- names of its fields, as JSON
  fields TEXT NOT NULL,
  handed_at BIGINT NOT NULL,
  handed_by TEXT NOT NULL,
  PRIMARY KEY (district_id, paper)
);
