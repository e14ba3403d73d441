-- An application set aside before it is filed: everything typed, sealed. Only
-- the hash of the link is kept; courriel is a blind index.
CREATE TABLE brouillon_candidature (
    id TEXT NOT NULL PRIMARY KEY,
    empreinte TEXT NOT NULL UNIQUE,
    courriel TEXT NOT NULL,
    donnees BLOB NOT NULL,
    cree_le TEXT NOT NULL,
    maj_le TEXT NOT NULL,
    expire_le TEXT NOT NULL
) STRICT;
CREATE INDEX brouillon_candidature_expire ON brouillon_candidature (expire_le);
