-- The chain closed: since when a problem stands where it stands, so that the flow of the five duties says how long the
-- longest waits; and what was answered to a problem that is suggested for the 自选动作 of the next year.
ALTER TABLE item_lines ADD COLUMN since TEXT NOT NULL DEFAULT '';
UPDATE item_lines SET since = COALESCE((SELECT json_extract(i.item, '$.since') FROM items i WHERE i.id = item_lines.item_id), opened_on);
CREATE INDEX item_lines_waiting ON item_lines (district_id, turn, state, due_on, since, unit_id);
CREATE TABLE chain_proposals (
  item_id TEXT NOT NULL REFERENCES items(id),
  -- the year of the list
  year BIGINT NOT NULL,
  district_id TEXT NOT NULL,
  post_id TEXT NOT NULL,
  -- 'asked' | 'taken' | 'refused'
  answer TEXT NOT NULL,
  -- the item of the list that it became
  duty_id TEXT,
  by_name TEXT NOT NULL,
  on_day TEXT NOT NULL,
  PRIMARY KEY (item_id, year)
);
CREATE INDEX chain_proposals_by_post ON chain_proposals (post_id, year);
CREATE INDEX chain_proposals_by_year ON chain_proposals (district_id, year, answer);
