-- Looks at a 履责画像 by somebody other than its person: one row per viewer, term and hour, for the audit log.
CREATE TABLE portrait_looks (
  district_id TEXT NOT NULL REFERENCES districts(id),
  term_id TEXT NOT NULL REFERENCES terms(id),
  viewer TEXT NOT NULL,
  hour BIGINT NOT NULL,
  PRIMARY KEY (term_id, viewer, hour)
);
