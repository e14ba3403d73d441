-- Places where the public finds help, and who is there when (spec 30 §2–4, §6).
CREATE TABLE lieu (
    id TEXT PRIMARY KEY NOT NULL,
    etat TEXT NOT NULL,
    nom TEXT NOT NULL,
    departement TEXT NOT NULL,
    commune_insee TEXT NOT NULL,
    -- Who runs it (programme.structure), and who wrote it first.
    structure TEXT,
    auteur TEXT,
    -- A conseiller may only propose a publication.
    propose_le TEXT,
    -- Closed on these days (ferme_temporaire), or from the first on (ferme).
    ferme_du TEXT,
    ferme_au TEXT,
    -- The 32 fields of the national standard and our own, as JSON.
    fiche TEXT NOT NULL,
    -- Contacts that name a person: never public.
    contacts BLOB,
    version INTEGER NOT NULL,
    cree_le TEXT NOT NULL,
    modifie_le TEXT NOT NULL
) STRICT;
CREATE INDEX lieu_modifie ON lieu (modifie_le);
CREATE INDEX lieu_departement ON lieu (departement, etat);
CREATE INDEX lieu_commune ON lieu (commune_insee);
CREATE INDEX lieu_structure ON lieu (structure);
CREATE INDEX lieu_auteur ON lieu (auteur);

-- The only identity a file has: (source, id_source).
CREATE TABLE lieu_source (
    source TEXT NOT NULL,
    id_source TEXT NOT NULL,
    lieu TEXT NOT NULL REFERENCES lieu (id),
    empreinte TEXT NOT NULL,
    -- Version of the place as this source wrote it: another one means that
    -- a person changed it since.
    version INTEGER NOT NULL,
    premier_le TEXT NOT NULL,
    vu_le TEXT NOT NULL,
    PRIMARY KEY (source, id_source)
) STRICT;
CREATE INDEX lieu_source_lieu ON lieu_source (lieu);

-- Regular presence of one professional in one place.
CREATE TABLE permanence (
    id TEXT PRIMARY KEY NOT NULL,
    lieu TEXT NOT NULL REFERENCES lieu (id),
    personne TEXT NOT NULL,
    etat TEXT NOT NULL,
    usage TEXT NOT NULL,
    acces TEXT NOT NULL,
    assise TEXT NOT NULL,
    espace TEXT NOT NULL,
    confidentiel TEXT NOT NULL,
    recurrence TEXT NOT NULL,
    du TEXT NOT NULL,
    au TEXT,
    principal INTEGER NOT NULL,
    -- Nobody runs the place: begins without anybody's agreement.
    sans_accord INTEGER NOT NULL,
    version INTEGER NOT NULL,
    cree_le TEXT NOT NULL
) STRICT;
CREATE INDEX permanence_lieu ON permanence (lieu, etat);
CREATE INDEX permanence_personne ON permanence (personne, etat);

-- A file being read, its report, and what was applied.
CREATE TABLE lieu_import (
    id TEXT PRIMARY KEY NOT NULL,
    source TEXT NOT NULL,
    etat TEXT NOT NULL,
    fichier TEXT NOT NULL,
    empreinte TEXT NOT NULL,
    -- The rows as understood, sealed: they may hold contacts of people.
    lignes BLOB NOT NULL,
    lus INTEGER NOT NULL,
    crees INTEGER NOT NULL,
    modifies INTEGER NOT NULL,
    inchanges INTEGER NOT NULL,
    rejetes INTEGER NOT NULL,
    par TEXT,
    cree_le TEXT NOT NULL,
    applique_le TEXT
) STRICT;
CREATE INDEX lieu_import_date ON lieu_import (cree_le);
