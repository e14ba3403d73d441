-- A person with a file. Names, contacts and notes are sealed.
CREATE TABLE beneficiaire (
    id TEXT NOT NULL PRIMARY KEY,
    structure TEXT,
    referent TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('identifie', 'pseudonyme')),
    prenom BLOB,
    nom BLOB,
    alias BLOB,
    telephone BLOB,
    telephone_index TEXT,
    sans_telephone INTEGER NOT NULL,
    courriel BLOB,
    courriel_index TEXT,
    informe_le TEXT,
    annee_naissance INTEGER,
    commune_residence TEXT,
    genre TEXT NOT NULL,
    statut TEXT NOT NULL,
    connu_depuis TEXT,
    notes BLOB,
    etat TEXT NOT NULL CHECK (etat IN ('active', 'limitee', 'fusionnee', 'anonymisee')),
    version INTEGER NOT NULL,
    cree_le TEXT NOT NULL,
    modifie_le TEXT NOT NULL
) STRICT;
CREATE INDEX beneficiaire_referent ON beneficiaire (referent, etat);
CREATE INDEX beneficiaire_telephone ON beneficiaire (telephone_index);
CREATE INDEX beneficiaire_courriel ON beneficiaire (courriel_index);

-- One recorded event. Where it counts (employeur, role, commune, departement)
-- is resolved at its date and kept.
CREATE TABLE activite (
    id TEXT NOT NULL PRIMARY KEY,
    type_activite TEXT NOT NULL CHECK (type_activite IN ('individuel', 'collectif')),
    etat TEXT NOT NULL CHECK (etat IN ('enregistree', 'supprimee')),
    auteur TEXT NOT NULL,
    date TEXT NOT NULL,
    duree INTEGER NOT NULL,
    type_lieu TEXT NOT NULL,
    lieu TEXT,
    cadre TEXT,
    public TEXT NOT NULL,
    modalite TEXT,
    origine TEXT,
    mode_aide TEXT,
    raison_aide TEXT,
    aide_urgence INTEGER NOT NULL,
    autonomie TEXT,
    niveau TEXT,
    confiance_avant INTEGER,
    confiance_apres INTEGER,
    destination TEXT,
    organisme TEXT,
    pass_propose INTEGER NOT NULL,
    pass_utilise INTEGER NOT NULL,
    titre BLOB,
    notes BLOB,
    suivis INTEGER NOT NULL,
    anonymes INTEGER NOT NULL,
    deja_accompagnes INTEGER NOT NULL,
    commune_residence TEXT,
    employeur TEXT,
    role TEXT NOT NULL,
    commune TEXT,
    departement TEXT,
    source TEXT NOT NULL,
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    enregistree_le TEXT NOT NULL,
    modifiee_le TEXT NOT NULL,
    supprimee_le TEXT,
    CHECK (deja_accompagnes <= anonymes)
) STRICT;
CREATE INDEX activite_auteur ON activite (auteur, date);
CREATE INDEX activite_employeur ON activite (employeur, date);
CREATE INDEX activite_departement ON activite (departement, date);
-- Figures read this index alone: it holds every column they count by.
CREATE INDEX activite_chiffre ON activite (etat, public, date, departement, employeur, auteur, type_activite, suivis, anonymes, deja_accompagnes, duree, id);
CREATE UNIQUE INDEX activite_revision ON activite (revision);

-- Values of an activity: its multiple choices (nombre 1), the counts of its
-- suites, and the marginals of its anonymous participants. Marginals only:
-- no row ever describes one participant of an atelier.
CREATE TABLE activite_valeur (
    activite TEXT NOT NULL REFERENCES activite (id),
    dimension TEXT NOT NULL,
    valeur TEXT NOT NULL,
    nombre INTEGER NOT NULL CHECK (nombre > 0),
    PRIMARY KEY (activite, dimension, valeur)
) STRICT, WITHOUT ROWID;

-- One followed person taking part in one activity, described as they were
-- then. After anonymisation, jeton replaces beneficiaire.
CREATE TABLE accompagnement (
    activite TEXT NOT NULL REFERENCES activite (id),
    personne TEXT NOT NULL,
    beneficiaire TEXT REFERENCES beneficiaire (id),
    annee_naissance INTEGER,
    tranche TEXT NOT NULL,
    genre TEXT NOT NULL,
    statut TEXT NOT NULL,
    commune_residence TEXT,
    PRIMARY KEY (activite, personne)
) STRICT, WITHOUT ROWID;
CREATE INDEX accompagnement_personne ON accompagnement (personne, activite);

CREATE TABLE coanimation (
    activite TEXT NOT NULL REFERENCES activite (id),
    personne TEXT NOT NULL,
    PRIMARY KEY (activite, personne)
) STRICT, WITHOUT ROWID;
CREATE INDEX coanimation_personne ON coanimation (personne, activite);

-- Tags. The name is sealed: a personal one may name somebody.
CREATE TABLE etiquette (
    id TEXT NOT NULL PRIMARY KEY,
    portee TEXT NOT NULL CHECK (portee IN ('personnelle', 'equipe', 'departementale', 'nationale')),
    proprietaire TEXT NOT NULL,
    nom BLOB NOT NULL,
    nom_index TEXT NOT NULL,
    archivee_le TEXT,
    UNIQUE (portee, proprietaire, nom_index)
) STRICT;

CREATE TABLE activite_etiquette (
    activite TEXT NOT NULL REFERENCES activite (id),
    etiquette TEXT NOT NULL REFERENCES etiquette (id),
    PRIMARY KEY (activite, etiquette)
) STRICT, WITHOUT ROWID;
CREATE INDEX activite_etiquette_usage ON activite_etiquette (etiquette, activite);

-- A compte rendu not finished: what was typed, sealed. Never counted.
CREATE TABLE activite_brouillon (
    id TEXT NOT NULL PRIMARY KEY,
    auteur TEXT NOT NULL,
    type_activite TEXT NOT NULL,
    champs BLOB NOT NULL,
    modifie_le TEXT NOT NULL
) STRICT;
CREATE INDEX activite_brouillon_auteur ON activite_brouillon (auteur, modifie_le);

-- What statistics follow: every change to an activity with its image before
-- and after (statistical columns only), in the order of commits.
CREATE TABLE activite_journal (
    numero INTEGER NOT NULL PRIMARY KEY,
    activite TEXT NOT NULL,
    avant TEXT,
    apres TEXT,
    le TEXT NOT NULL
) STRICT;
