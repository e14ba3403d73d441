-- Regions a training body serves (codes separated by commas; empty: all of
-- France): those whose positioning tests it records.
ALTER TABLE organisme ADD COLUMN regions TEXT NOT NULL DEFAULT '';
