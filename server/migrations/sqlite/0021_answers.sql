-- What answers a mismatch came after it by the clock, not by the day, and what a mismatch took off a record is known
-- by its id, not by its words.
ALTER TABLE inspection_remarks ADD COLUMN agreed_at BIGINT;
-- a tick made after its record was written: when
ALTER TABLE record_duties ADD COLUMN ticked_at BIGINT;
-- the mismatch (inspection_remarks.id) that took it off
ALTER TABLE record_duties ADD COLUMN cause_id TEXT;
-- Of what is here only the day was kept: a mismatch counts from the end of its day, a tick from the beginning of its own.
UPDATE inspection_remarks SET agreed_at = (CAST(strftime('%s', agreed_on) AS INTEGER) + 57600) * 1000 - 1
  WHERE agreed_on IS NOT NULL;
UPDATE record_duties SET ticked_at = (CAST(strftime('%s', ticked_on) AS INTEGER) - 28800) * 1000
  WHERE ticked_on IS NOT NULL;
UPDATE record_duties SET cause_id = (SELECT m.id FROM inspection_remarks m
    WHERE m.record_id = record_duties.record_id AND m.kind = 'mismatch' AND m.agreed_on IS NOT NULL
      AND m.withdrawn_at IS NULL AND m.agreed_by = record_duties.unmatched_by
      AND record_duties.unmatched_why IN ('核查不符：' || m.text, '已转线下')
      AND (m.duty_id IS NULL OR m.duty_id = record_duties.duty_id)
    ORDER BY m.agreed_on DESC, m.id LIMIT 1)
  WHERE unmatched_why IS NOT NULL;
-- 'carried' joins 'open' and 'cancelled': 年度结转 took it into the next year. Books closed before left it open, or
-- called it cancelled.
UPDATE occurrences SET state = 'carried'
  WHERE record_id IS NULL AND EXISTS (SELECT 1 FROM book_closings c
      WHERE c.post_id = occurrences.post_id AND c.year = occurrences.year
        AND (occurrences.state = 'open' OR c.done LIKE '%"' || occurrences.code || ' %'))
    AND EXISTS (SELECT 1 FROM occurrences n WHERE n.post_id = occurrences.post_id AND n.year = occurrences.year + 1
      AND n.duty_id = occurrences.duty_id AND n.window_from = occurrences.window_from
      AND n.window_to = occurrences.window_to);
