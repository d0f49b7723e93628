-- A remark becomes an item only with the word of the 党风政风监督室 (H3): what a reader proposed until then.
ALTER TABLE inspection_remarks ADD COLUMN proposal_state TEXT NOT NULL DEFAULT '';
-- '' | 'waiting' | 'approved' | 'returned' stands in `proposal_state`; here what was proposed, as JSON
ALTER TABLE inspection_remarks ADD COLUMN proposal TEXT NOT NULL DEFAULT '{}';
