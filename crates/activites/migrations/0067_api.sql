-- Who lets an application record activities in their name.
CREATE TABLE delegation (
    client TEXT NOT NULL REFERENCES client_api (id),
    personne TEXT NOT NULL,
    accordee_le TEXT NOT NULL,
    PRIMARY KEY (client, personne)
) STRICT, WITHOUT ROWID;
CREATE INDEX delegation_personne ON delegation (personne);

-- What an application sent, so that sending twice records once.
CREATE TABLE api_operation (
    client TEXT NOT NULL REFERENCES client_api (id),
    op TEXT NOT NULL,
    empreinte TEXT NOT NULL,
    resultat TEXT NOT NULL,
    le TEXT NOT NULL,
    PRIMARY KEY (client, op)
) STRICT, WITHOUT ROWID;
CREATE INDEX api_operation_le ON api_operation (le);

-- Where an application wants to be told of changes. The secret signs what is
-- sent; revision is the last change of the statistics journal handed out.
CREATE TABLE webhook (
    id TEXT NOT NULL PRIMARY KEY,
    client TEXT NOT NULL REFERENCES client_api (id),
    url TEXT NOT NULL,
    evenements TEXT NOT NULL,
    secret BLOB NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('actif', 'desactive')),
    revision INTEGER NOT NULL,
    cree_le TEXT NOT NULL,
    desactive_le TEXT
) STRICT;
CREATE INDEX webhook_client ON webhook (client);

-- One notice to one webhook.
CREATE TABLE webhook_livraison (
    id TEXT NOT NULL PRIMARY KEY,
    webhook TEXT NOT NULL REFERENCES webhook (id),
    evenement TEXT NOT NULL,
    objet TEXT NOT NULL,
    revision INTEGER NOT NULL,
    le TEXT NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('attente', 'livree', 'abandonnee')),
    essais INTEGER NOT NULL,
    premier_essai_le TEXT,
    erreur TEXT
) STRICT;
CREATE INDEX webhook_livraison_webhook ON webhook_livraison (webhook, etat);
