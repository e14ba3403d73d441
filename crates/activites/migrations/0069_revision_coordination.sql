-- Coordination reports follow each other by revision too, in the order of
-- commits, so that applications read what changed.
ALTER TABLE coordination ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
UPDATE coordination SET revision = (SELECT count(*) FROM coordination d WHERE d.id <= coordination.id);
CREATE INDEX coordination_revision ON coordination (revision);
ALTER TABLE webhook ADD COLUMN revision_coordination INTEGER NOT NULL DEFAULT 0;
