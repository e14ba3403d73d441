-- An anonymisation rewrites the images of the activities concerned.
CREATE INDEX activite_journal_activite ON activite_journal (activite);
