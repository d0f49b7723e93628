-- 全区总览: what is counted over all lists of a year, without touching their texts.
CREATE INDEX colours_by_progress ON colours (district_id, year, progress, unit_id);
CREATE INDEX colours_late ON colours (district_id, year) WHERE tone = 'late';
CREATE INDEX leader_items_hard ON leader_items (district_id, duty_id) WHERE hard = 1;
CREATE INDEX occurrences_by_duty ON occurrences (district_id, year, duty_id, due_on);
