-- What a rule of a check has measured, so that later runs can be held against it: as a decimal, and in which unit.
ALTER TABLE check_result ADD COLUMN measured TEXT;
ALTER TABLE check_result ADD COLUMN unit TEXT;
CREATE INDEX check_result_by_rule ON check_result (table_uuid, stage, rule);
