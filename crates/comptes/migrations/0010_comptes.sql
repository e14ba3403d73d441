-- A person is a UUID, never an address (spec 15 §1.1). Names and addresses are
-- sealed; equality goes through blind indexes.
CREATE TABLE personne (
    id TEXT NOT NULL PRIMARY KEY,
    prenom BLOB NOT NULL,
    nom BLOB NOT NULL,
    courriel BLOB NOT NULL,
    courriel_index TEXT NOT NULL UNIQUE,
    telephone BLOB,
    cree_le TEXT NOT NULL
) STRICT;

-- What lets a person sign in.
CREATE TABLE compte (
    id TEXT NOT NULL PRIMARY KEY,
    personne TEXT NOT NULL UNIQUE REFERENCES personne (id),
    mot_de_passe TEXT,
    totp BLOB,
    totp_pas INTEGER NOT NULL,
    demo INTEGER NOT NULL,
    cree_le TEXT NOT NULL
) STRICT;

CREATE TABLE code_secours (
    compte TEXT NOT NULL REFERENCES compte (id),
    empreinte TEXT NOT NULL,
    utilise_le TEXT,
    PRIMARY KEY (compte, empreinte)
) STRICT;

-- Who may act as what, where, from when to when.
CREATE TABLE attribution (
    id TEXT NOT NULL PRIMARY KEY,
    personne TEXT NOT NULL REFERENCES personne (id),
    role TEXT NOT NULL,
    genre TEXT NOT NULL CHECK (genre IN ('aucun', 'national', 'departements', 'structure', 'soi')),
    valeurs TEXT NOT NULL,
    libelle TEXT NOT NULL,
    du TEXT NOT NULL,
    fin_le TEXT
) STRICT;
CREATE INDEX attribution_personne ON attribution (personne);

-- Only the hash of a token is kept.
CREATE TABLE session (
    empreinte TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    compte TEXT NOT NULL REFERENCES compte (id),
    attribution TEXT REFERENCES attribution (id),
    etape TEXT NOT NULL CHECK (etape IN ('code', 'ouverte')),
    appareil TEXT NOT NULL,
    cree_le TEXT NOT NULL,
    vu_le TEXT NOT NULL
) STRICT;
CREATE INDEX session_compte ON session (compte);

-- Links sent by e-mail, used once.
CREATE TABLE lien_compte (
    empreinte TEXT NOT NULL PRIMARY KEY,
    compte TEXT NOT NULL REFERENCES compte (id),
    genre TEXT NOT NULL CHECK (genre IN ('invitation', 'mot_de_passe')),
    expire_le TEXT NOT NULL,
    utilise_le TEXT
) STRICT;
CREATE INDEX lien_compte_compte ON lien_compte (compte);

-- Failed sign-ins, by account and by address, both blind.
CREATE TABLE echec_connexion (
    cle TEXT NOT NULL PRIMARY KEY,
    echecs INTEGER NOT NULL,
    jusqua TEXT NOT NULL
) STRICT;
