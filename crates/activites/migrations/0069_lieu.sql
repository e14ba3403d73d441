-- What happened in a place: asked for each place changed, every night.
CREATE INDEX activite_lieu ON activite (lieu, date);
