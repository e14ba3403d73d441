-- What coordinateurs do: animations, events, partnerships. Their own set,
-- never counted as accompagnements. Free texts are sealed.
CREATE TABLE coordination (
    id TEXT NOT NULL PRIMARY KEY,
    genre TEXT NOT NULL CHECK (genre IN ('animation', 'evenement', 'partenariat')),
    etat TEXT NOT NULL CHECK (etat IN ('enregistree', 'supprimee')),
    auteur TEXT NOT NULL,
    date TEXT NOT NULL,
    duree INTEGER,
    nom BLOB,
    mediateurs INTEGER NOT NULL,
    structures INTEGER NOT NULL,
    autres INTEGER NOT NULL,
    participants INTEGER NOT NULL,
    initiative TEXT,
    echelon TEXT,
    mission TEXT NOT NULL,
    notes BLOB,
    employeur TEXT,
    departement TEXT,
    version INTEGER NOT NULL,
    enregistree_le TEXT NOT NULL,
    modifiee_le TEXT NOT NULL,
    supprimee_le TEXT
) STRICT;
CREATE INDEX coordination_auteur ON coordination (auteur, date);
CREATE INDEX coordination_employeur ON coordination (employeur, date);
CREATE INDEX coordination_departement ON coordination (departement, date);

-- Choices of a report; `precision_libre` says what « autre » is.
CREATE TABLE coordination_valeur (
    coordination TEXT NOT NULL REFERENCES coordination (id),
    dimension TEXT NOT NULL,
    valeur TEXT NOT NULL,
    precision_libre BLOB,
    PRIMARY KEY (coordination, dimension, valeur)
) STRICT, WITHOUT ROWID;

CREATE TABLE coordination_partenaire (
    id TEXT NOT NULL PRIMARY KEY,
    coordination TEXT NOT NULL REFERENCES coordination (id),
    rang INTEGER NOT NULL,
    nom BLOB NOT NULL,
    type_organisateur TEXT NOT NULL,
    precision_libre BLOB,
    UNIQUE (coordination, rang)
) STRICT;
