-- An application that speaks to the API. Its secret has 256 random bits: a
-- plain hash is enough, there is no dictionary to try against it. contact is
-- the sealed address of who answers for it.
CREATE TABLE client_api (
    id TEXT NOT NULL PRIMARY KEY,
    nom TEXT NOT NULL,
    contact BLOB NOT NULL,
    portees TEXT NOT NULL,
    genre TEXT NOT NULL CHECK (genre IN ('national', 'departements', 'structure')),
    valeurs TEXT NOT NULL,
    libelle TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    secret TEXT NOT NULL,
    secret_le TEXT NOT NULL,
    ancien_secret TEXT,
    ancien_jusqua TEXT,
    revoque_le TEXT,
    demo INTEGER NOT NULL CHECK (demo IN (0, 1)),
    cree_le TEXT NOT NULL
) STRICT;

-- Only the hash of a token is kept.
CREATE TABLE client_jeton (
    empreinte TEXT NOT NULL PRIMARY KEY,
    client TEXT NOT NULL REFERENCES client_api (id),
    portees TEXT NOT NULL,
    expire_le TEXT NOT NULL
) STRICT;
CREATE INDEX client_jeton_client ON client_jeton (client);
CREATE INDEX client_jeton_fin ON client_jeton (expire_le);
