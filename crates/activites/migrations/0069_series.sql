-- A series of ateliers: a plan, never an activity. What every séance starts
-- from is sealed.
CREATE TABLE serie_atelier (
    id TEXT NOT NULL PRIMARY KEY,
    auteur TEXT NOT NULL,
    frequence TEXT NOT NULL CHECK (frequence IN ('hebdomadaire', 'quinzaine', 'mensuelle')),
    debut TEXT NOT NULL,
    heure INTEGER,
    duree INTEGER NOT NULL,
    nombre INTEGER NOT NULL CHECK (nombre BETWEEN 1 AND 60),
    sans_feries INTEGER NOT NULL,
    champs BLOB NOT NULL,
    cree_le TEXT NOT NULL
) STRICT;
CREATE INDEX serie_atelier_auteur ON serie_atelier (auteur, cree_le);

CREATE TABLE seance_atelier (
    id TEXT NOT NULL PRIMARY KEY,
    serie TEXT NOT NULL REFERENCES serie_atelier (id),
    auteur TEXT NOT NULL,
    date TEXT NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('prevue', 'realisee', 'annulee', 'sans_participant')),
    activite TEXT REFERENCES activite (id),
    motif BLOB,
    modifiee_le TEXT NOT NULL,
    UNIQUE (serie, date)
) STRICT;
CREATE INDEX seance_atelier_auteur ON seance_atelier (auteur, etat, date);

-- Tags have a description and may be merged; what a merge moved is kept, so
-- that it can be undone for 30 days.
ALTER TABLE etiquette ADD COLUMN description BLOB;

CREATE TABLE etiquette_fusion (
    id TEXT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL REFERENCES etiquette (id),
    cible TEXT NOT NULL REFERENCES etiquette (id),
    par TEXT NOT NULL,
    le TEXT NOT NULL,
    annulee_le TEXT
) STRICT;
CREATE INDEX etiquette_fusion_source ON etiquette_fusion (source);

-- `deja`: the activity had the target as well before the merge.
CREATE TABLE etiquette_fusion_activite (
    fusion TEXT NOT NULL REFERENCES etiquette_fusion (id),
    activite TEXT NOT NULL REFERENCES activite (id),
    deja INTEGER NOT NULL,
    PRIMARY KEY (fusion, activite)
) STRICT, WITHOUT ROWID;
