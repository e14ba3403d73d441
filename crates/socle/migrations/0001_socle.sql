-- What happened to each file: append-only (architecture, rule 3).
CREATE TABLE historique (
    objet TEXT NOT NULL,
    objet_id TEXT NOT NULL,
    numero INTEGER NOT NULL,
    de TEXT,
    vers TEXT NOT NULL,
    par TEXT NOT NULL,
    role TEXT NOT NULL,
    motif TEXT,
    le TEXT NOT NULL,
    PRIMARY KEY (objet, objet_id, numero)
) STRICT;

-- Audit: append-only, pseudonymous, hash-chained.
CREATE TABLE journal (
    numero INTEGER NOT NULL PRIMARY KEY,
    le TEXT NOT NULL,
    acteur TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL,
    objet TEXT NOT NULL,
    objet_id TEXT NOT NULL,
    donnees TEXT NOT NULL,
    empreinte TEXT NOT NULL
) STRICT;
CREATE INDEX journal_objet ON journal (objet, objet_id);

-- The same command twice has one effect.
CREATE TABLE commande (
    id TEXT NOT NULL PRIMARY KEY,
    genre TEXT NOT NULL,
    empreinte TEXT NOT NULL,
    resultat TEXT NOT NULL,
    le TEXT NOT NULL
) STRICT;

-- Dated reference data. territoire '' is national.
CREATE TABLE reference (
    liste TEXT NOT NULL,
    cle TEXT NOT NULL,
    territoire TEXT NOT NULL,
    libelle TEXT NOT NULL,
    valeur TEXT,
    ordre INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    source TEXT NOT NULL,
    fiabilite TEXT NOT NULL CHECK (fiabilite IN ('verifie', 'a_verifier')),
    PRIMARY KEY (liste, cle, territoire, valid_from)
) STRICT;

-- Jobs, claimed by any process.
CREATE TABLE job (
    id TEXT NOT NULL PRIMARY KEY,
    genre TEXT NOT NULL,
    charge TEXT NOT NULL,
    cle TEXT,
    etat TEXT NOT NULL CHECK (etat IN ('attente', 'en_cours', 'fait', 'echec')),
    prevu_le TEXT NOT NULL,
    verrou_jusqua TEXT,
    essais INTEGER NOT NULL,
    erreur TEXT,
    cree_le TEXT NOT NULL,
    fini_le TEXT
) STRICT;
CREATE UNIQUE INDEX job_cle ON job (genre, cle) WHERE etat IN ('attente', 'en_cours');
CREATE INDEX job_a_faire ON job (prevu_le) WHERE etat IN ('attente', 'en_cours');
CREATE INDEX job_genre ON job (genre, cle);

-- Outgoing e-mails: address and text are sealed, they hold names and links.
CREATE TABLE courrier (
    id TEXT NOT NULL PRIMARY KEY,
    cle TEXT UNIQUE,
    destinataire BLOB NOT NULL,
    sujet TEXT NOT NULL,
    texte BLOB NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('attente', 'envoye', 'garde')),
    cree_le TEXT NOT NULL,
    envoye_le TEXT
) STRICT;
CREATE INDEX courrier_recent ON courrier (cree_le);
