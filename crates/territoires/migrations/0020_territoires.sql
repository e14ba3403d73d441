-- Which file of the geography this base was served with (spec 30 §1.1, §1.5).
CREATE TABLE geographie_couche (
    empreinte TEXT NOT NULL PRIMARY KEY,
    millesime INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    effectifs TEXT NOT NULL,
    ecarts TEXT NOT NULL,
    chargee_le TEXT NOT NULL
) STRICT;

-- Dated versions of a zoning (spec 30 §1.4). genre: communes, polygones.
CREATE TABLE zonage (
    id TEXT NOT NULL PRIMARY KEY,
    cle TEXT NOT NULL,
    libelle TEXT NOT NULL,
    genre TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    source TEXT NOT NULL,
    millesime TEXT NOT NULL,
    licence TEXT NOT NULL,
    empreinte TEXT NOT NULL,
    membres INTEGER NOT NULL,
    charge_le TEXT NOT NULL,
    UNIQUE (cle, valid_from)
) STRICT;

-- statut: oui, partiel, non. The code is the one of the file, never rewritten.
CREATE TABLE zonage_commune (
    zonage TEXT NOT NULL REFERENCES zonage (id),
    code TEXT NOT NULL,
    classe TEXT NOT NULL,
    statut TEXT NOT NULL,
    PRIMARY KEY (zonage, code)
) STRICT;
CREATE INDEX zonage_commune_code ON zonage_commune (code);

-- contour: rings of [longitude, latitude], as JSON.
CREATE TABLE zonage_polygone (
    zonage TEXT NOT NULL REFERENCES zonage (id),
    code TEXT NOT NULL,
    nom TEXT NOT NULL,
    ouest REAL NOT NULL,
    sud REAL NOT NULL,
    est REAL NOT NULL,
    nord REAL NOT NULL,
    contour TEXT NOT NULL,
    PRIMARY KEY (zonage, code)
) STRICT;
CREATE INDEX zonage_polygone_cadre ON zonage_polygone (zonage, ouest, est);

-- A file sent and read, waiting for somebody to load it or give it up.
CREATE TABLE zonage_depot (
    id TEXT NOT NULL PRIMARY KEY,
    fichier TEXT NOT NULL,
    contenu BLOB NOT NULL,
    description TEXT NOT NULL,
    compte TEXT NOT NULL,
    depose_le TEXT NOT NULL
) STRICT;
