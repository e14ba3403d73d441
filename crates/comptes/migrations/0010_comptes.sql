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

-- Words of the names, blind: people are found by whole words, no name is opened.
CREATE TABLE personne_mot (
    mot TEXT NOT NULL,
    personne TEXT NOT NULL REFERENCES personne (id),
    PRIMARY KEY (mot, personne)
) STRICT;

-- What lets a person sign in. attribution is the role last chosen: the next
-- session begins in it when it is still held.
CREATE TABLE compte (
    id TEXT NOT NULL PRIMARY KEY,
    personne TEXT NOT NULL UNIQUE REFERENCES personne (id),
    mot_de_passe TEXT,
    totp BLOB,
    totp_pas INTEGER NOT NULL,
    attribution TEXT,
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
CREATE INDEX attribution_role ON attribution (role, valeurs);

-- Only the hash of a token is kept.
CREATE TABLE session (
    empreinte TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    compte TEXT NOT NULL REFERENCES compte (id),
    attribution TEXT REFERENCES attribution (id),
    etape TEXT NOT NULL CHECK (etape IN ('code', 'ouverte')),
    second_facteur INTEGER NOT NULL CHECK (second_facteur IN (0, 1)),
    appareil TEXT NOT NULL,
    cree_le TEXT NOT NULL,
    vu_le TEXT NOT NULL
) STRICT;
CREATE INDEX session_compte ON session (compte);

-- Links sent by e-mail, used once. donnees is the sealed new address of a change.
CREATE TABLE lien_compte (
    empreinte TEXT NOT NULL PRIMARY KEY,
    compte TEXT NOT NULL REFERENCES compte (id),
    genre TEXT NOT NULL CHECK (genre IN ('invitation', 'mot_de_passe', 'courriel')),
    donnees BLOB,
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
