-- A page of figures anybody with its address reads until it ends (spec 20
-- §5.6). The secret is kept sealed for its author, and hashed to be found.
CREATE TABLE partage_statistique (
    id TEXT NOT NULL PRIMARY KEY,
    empreinte TEXT NOT NULL UNIQUE,
    jeton BLOB NOT NULL,
    auteur TEXT NOT NULL,
    -- soi, equipe: whose activities, for as long as the link lives.
    portee TEXT NOT NULL CHECK (portee IN ('soi', 'equipe')),
    -- Scope, reading and filters, as an address holds them.
    requete TEXT NOT NULL,
    cree_le TEXT NOT NULL,
    expire_le TEXT NOT NULL,
    desactive_le TEXT
) STRICT;
CREATE INDEX partage_statistique_auteur ON partage_statistique (auteur, cree_le);
