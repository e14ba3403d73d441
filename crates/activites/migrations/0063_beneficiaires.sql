-- How a followed person counts in one activity (what a correction rewrites):
-- known before the register; first of all their activities (NULL: derived,
-- 0/1: frozen at anonymisation); département of residence kept afterwards.
ALTER TABLE accompagnement ADD COLUMN connu_depuis TEXT;
ALTER TABLE accompagnement ADD COLUMN premier INTEGER;
ALTER TABLE accompagnement ADD COLUMN departement_residence TEXT;
UPDATE accompagnement SET connu_depuis = (SELECT b.connu_depuis FROM beneficiaire b WHERE b.id = accompagnement.beneficiaire);

-- Life of a file. Reasons may speak of the person: sealed.
ALTER TABLE beneficiaire ADD COLUMN fusionnee_dans TEXT;
ALTER TABLE beneficiaire ADD COLUMN limite_motif BLOB;
ALTER TABLE beneficiaire ADD COLUMN prolongee_au TEXT;
ALTER TABLE beneficiaire ADD COLUMN prolongation_motif BLOB;
ALTER TABLE beneficiaire ADD COLUMN avertie_le TEXT;
ALTER TABLE beneficiaire ADD COLUMN attente_depuis TEXT;
ALTER TABLE beneficiaire ADD COLUMN anonymisee_le TEXT;
CREATE INDEX beneficiaire_structure ON beneficiaire (structure, etat, attente_depuis);
CREATE INDEX beneficiaire_conservation ON beneficiaire (etat, modifie_le);
CREATE INDEX beneficiaire_fusionnee ON beneficiaire (fusionnee_dans);

-- A colleague the person agreed to.
CREATE TABLE beneficiaire_partage (
    beneficiaire TEXT NOT NULL REFERENCES beneficiaire (id),
    personne TEXT NOT NULL,
    par TEXT NOT NULL,
    le TEXT NOT NULL,
    PRIMARY KEY (beneficiaire, personne)
) STRICT, WITHOUT ROWID;
CREATE INDEX beneficiaire_partage_personne ON beneficiaire_partage (personne, beneficiaire);

-- A file changes hands. Proposals made together share a lot.
CREATE TABLE passation (
    id TEXT NOT NULL PRIMARY KEY,
    lot TEXT NOT NULL,
    beneficiaire TEXT NOT NULL REFERENCES beneficiaire (id),
    structure TEXT,
    de TEXT NOT NULL,
    vers TEXT NOT NULL,
    par TEXT NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('proposee', 'acceptee', 'refusee', 'annulee')),
    le TEXT NOT NULL,
    close_le TEXT
) STRICT;
CREATE INDEX passation_beneficiaire ON passation (beneficiaire, etat);
CREATE INDEX passation_vers ON passation (vers, etat);
CREATE INDEX passation_par ON passation (par, etat);

-- « Ce ne sont pas des doublons »: proposed again only if the compared fields change.
CREATE TABLE doublon_ecarte (
    premiere TEXT NOT NULL REFERENCES beneficiaire (id),
    seconde TEXT NOT NULL REFERENCES beneficiaire (id),
    empreinte TEXT NOT NULL,
    par TEXT NOT NULL,
    le TEXT NOT NULL,
    PRIMARY KEY (premiere, seconde),
    CHECK (premiere < seconde)
) STRICT, WITHOUT ROWID;

-- Two files become one. The image of both before, sealed, is kept 30 days.
CREATE TABLE fusion (
    id TEXT NOT NULL PRIMARY KEY,
    destination TEXT NOT NULL REFERENCES beneficiaire (id),
    source TEXT NOT NULL REFERENCES beneficiaire (id),
    etat TEXT NOT NULL CHECK (etat IN ('proposee', 'faite', 'refusee', 'annulee')),
    choix TEXT NOT NULL,
    par TEXT NOT NULL,
    acceptee_par TEXT,
    image BLOB,
    proposee_le TEXT NOT NULL,
    faite_le TEXT,
    close_le TEXT
) STRICT;
CREATE INDEX fusion_destination ON fusion (destination, etat);
CREATE INDEX fusion_source ON fusion (source, etat);

-- A file opened for one hour by somebody who does not follow the person.
CREATE TABLE beneficiaire_acces (
    id TEXT NOT NULL PRIMARY KEY,
    beneficiaire TEXT NOT NULL REFERENCES beneficiaire (id),
    personne TEXT NOT NULL,
    motif BLOB NOT NULL,
    le TEXT NOT NULL,
    jusqua TEXT NOT NULL
) STRICT;
CREATE INDEX beneficiaire_acces_personne ON beneficiaire_acces (beneficiaire, personne, jusqua);

-- What keeps a file from anonymisation (an active mandate): placed and lifted
-- by the space that knows it.
CREATE TABLE beneficiaire_gel (
    beneficiaire TEXT NOT NULL REFERENCES beneficiaire (id),
    genre TEXT NOT NULL,
    objet TEXT NOT NULL,
    jusqua TEXT,
    PRIMARY KEY (beneficiaire, genre, objet)
) STRICT, WITHOUT ROWID;

-- Erasures asked by persons, replayed after a restore: an id and a day.
CREATE TABLE effacement (
    beneficiaire TEXT NOT NULL PRIMARY KEY,
    le TEXT NOT NULL
) STRICT;

-- A batch of files at their term, with the visa of the public archives when
-- the instance asks for one. Lines name nobody.
CREATE TABLE elimination (
    id TEXT NOT NULL PRIMARY KEY,
    numero INTEGER NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('a_viser', 'approuvee', 'refusee', 'executee')),
    cree_le TEXT NOT NULL,
    visa TEXT,
    close_par TEXT,
    close_le TEXT
) STRICT;
CREATE UNIQUE INDEX elimination_numero ON elimination (numero);

CREATE TABLE elimination_fiche (
    elimination TEXT NOT NULL REFERENCES elimination (id),
    beneficiaire TEXT NOT NULL,
    structure TEXT,
    ouverte_le TEXT NOT NULL,
    dernier_le TEXT NOT NULL,
    echeance TEXT NOT NULL,
    accompagnements INTEGER NOT NULL,
    sort TEXT NOT NULL CHECK (sort IN ('attente', 'anonymisee', 'conservee')),
    PRIMARY KEY (elimination, beneficiaire)
) STRICT, WITHOUT ROWID;
CREATE INDEX elimination_fiche_beneficiaire ON elimination_fiche (beneficiaire, sort);
