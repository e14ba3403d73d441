-- A file somebody sent: what was read of it, sealed, until it is applied and
-- one day more. Counts stay.
CREATE TABLE import (
    id TEXT NOT NULL PRIMARY KEY,
    genre TEXT NOT NULL CHECK (genre IN ('beneficiaires', 'activites')),
    etat TEXT NOT NULL CHECK (etat IN ('televerse', 'analyse', 'confirme', 'annule')),
    compte TEXT NOT NULL,
    personne TEXT,
    role TEXT NOT NULL,
    -- How far its author sees: JSON.
    perimetre TEXT NOT NULL,
    -- Where the lines come from, so that the same line is known again.
    source TEXT NOT NULL,
    fichier BLOB,
    empreinte TEXT NOT NULL,
    tableau BLOB,
    examen BLOB,
    lignes INTEGER NOT NULL,
    valides INTEGER NOT NULL,
    erreurs INTEGER NOT NULL,
    doublons INTEGER NOT NULL,
    ecrites INTEGER NOT NULL,
    version INTEGER NOT NULL,
    cree_le TEXT NOT NULL,
    confirme_le TEXT,
    applique_le TEXT,
    annule_le TEXT,
    efface_le TEXT
) STRICT;
CREATE INDEX import_compte ON import (compte, genre, cree_le);
CREATE INDEX import_conservation ON import (efface_le, etat, confirme_le, cree_le);

-- What an import wrote, so that it can be undone where nobody touched it.
CREATE TABLE import_objet (
    import TEXT NOT NULL REFERENCES import (id),
    objet TEXT NOT NULL,
    ligne INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('cree', 'complete')),
    version INTEGER NOT NULL,
    -- Names of the fields a completion filled, separated by commas.
    champs TEXT NOT NULL,
    PRIMARY KEY (import, objet)
) STRICT, WITHOUT ROWID;

-- The activity a line of another tool became: the same line never makes two.
CREATE TABLE activite_externe (
    cle TEXT NOT NULL PRIMARY KEY,
    activite TEXT NOT NULL,
    import TEXT NOT NULL
) STRICT;
CREATE INDEX activite_externe_import ON activite_externe (import);

-- How the recording of a professional goes: the group of today, and since when.
CREATE TABLE rythme (
    personne TEXT NOT NULL PRIMARY KEY,
    structure TEXT NOT NULL,
    departement TEXT NOT NULL,
    groupe TEXT NOT NULL CHECK (groupe IN ('nouveau', 'jamais', 'arret', 'faible', 'regulier')),
    depuis TEXT NOT NULL,
    -- The last event that counts: an episode is named by it.
    reference TEXT NOT NULL,
    derniere TEXT,
    calcule_le TEXT NOT NULL
) STRICT;
CREATE INDEX rythme_structure ON rythme (structure, groupe);
CREATE INDEX rythme_departement ON rythme (departement, groupe);

CREATE TABLE rythme_groupe (
    id TEXT NOT NULL PRIMARY KEY,
    personne TEXT NOT NULL,
    groupe TEXT NOT NULL,
    le TEXT NOT NULL
) STRICT;
CREATE INDEX rythme_groupe_personne ON rythme_groupe (personne, le);

-- Reminders written, or steps left aside: one per step, person, episode and
-- recipient.
CREATE TABLE rappel (
    id TEXT NOT NULL PRIMARY KEY,
    personne TEXT NOT NULL,
    reference TEXT NOT NULL,
    etape TEXT NOT NULL CHECK (etape IN ('un_mois', 'quarante_cinq_jours')),
    destinataire TEXT NOT NULL,
    envoye INTEGER NOT NULL CHECK (envoye IN (0, 1)),
    le TEXT NOT NULL,
    UNIQUE (personne, reference, etape, destinataire)
) STRICT;

-- Somebody stopped the reminders of an episode, and said why.
CREATE TABLE rappel_arret (
    personne TEXT NOT NULL,
    reference TEXT NOT NULL,
    motif BLOB NOT NULL,
    par TEXT NOT NULL,
    le TEXT NOT NULL,
    PRIMARY KEY (personne, reference)
) STRICT, WITHOUT ROWID;
