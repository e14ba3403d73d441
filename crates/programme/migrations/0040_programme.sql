-- Employers. Identity is the id; numbers and contacts come and go (spec 10 §1).
CREATE TABLE structure (
    id TEXT NOT NULL PRIMARY KEY,
    nom TEXT NOT NULL,
    -- The name without case or accents, for searching.
    recherche TEXT NOT NULL,
    type_structure TEXT NOT NULL,
    nature TEXT NOT NULL CHECK (nature IN ('public', 'prive', 'non_eligible')),
    adresse TEXT NOT NULL,
    commune_insee TEXT NOT NULL,
    departement TEXT NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('active', 'a_verifier', 'fermee', 'fusionnee')),
    version INTEGER NOT NULL,
    cree_le TEXT NOT NULL
) STRICT;
CREATE INDEX structure_departement ON structure (departement);

-- At any date a number and its antenne belong to one structure (spec 10 §1.2).
CREATE TABLE structure_identifiant (
    structure TEXT NOT NULL REFERENCES structure (id),
    type TEXT NOT NULL CHECK (type IN ('siret', 'ridet', 'rna', 'autre')),
    valeur TEXT NOT NULL,
    -- Folded for comparison; the label is what was typed.
    antenne TEXT NOT NULL,
    antenne_libelle TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    PRIMARY KEY (structure, type, valeur, antenne, valid_from)
) STRICT;
CREATE UNIQUE INDEX structure_identifiant_courant ON structure_identifiant (type, valeur, antenne) WHERE valid_to IS NULL;

-- Who answers for a structure; the person lives in comptes.
CREATE TABLE structure_contact (
    structure TEXT NOT NULL REFERENCES structure (id),
    personne TEXT NOT NULL,
    role TEXT NOT NULL,
    fonction TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    PRIMARY KEY (structure, personne, role, valid_from)
) STRICT;

-- Next number of a series (postes of a département, candidatures of a year).
CREATE TABLE compteur (
    nom TEXT NOT NULL PRIMARY KEY,
    valeur INTEGER NOT NULL
) STRICT;

-- A post. structure, departement and nature repeat its last movement of that
-- kind, for perimeters and lists; the ledger is the truth (spec 10 §7).
CREATE TABLE poste (
    id TEXT NOT NULL PRIMARY KEY,
    numero TEXT NOT NULL UNIQUE,
    campagne TEXT,
    point TEXT,
    structure TEXT NOT NULL REFERENCES structure (id),
    departement TEXT NOT NULL,
    nature TEXT NOT NULL CHECK (nature IN ('conseiller', 'coordinateur')),
    cree_le TEXT NOT NULL
) STRICT;
CREATE INDEX poste_structure ON poste (structure);
CREATE INDEX poste_departement ON poste (departement);
CREATE INDEX poste_campagne ON poste (campagne);

-- The ledger, append-only. effet: first day of the movement; fin: last day
-- of an occupation known beforehand.
CREATE TABLE mouvement_poste (
    poste TEXT NOT NULL REFERENCES poste (id),
    numero INTEGER NOT NULL,
    genre TEXT NOT NULL CHECK (genre IN ('attribution', 'reservation', 'liberation', 'occupation', 'fin_occupation',
        'gel', 'degel', 'transfert', 'fusion', 'conversion', 'reconversion', 'rendu', 'retrait', 'annulation')),
    structure TEXT NOT NULL,
    departement TEXT NOT NULL,
    nature TEXT NOT NULL,
    contrat TEXT,
    personne TEXT,
    effet TEXT NOT NULL,
    fin TEXT,
    motif TEXT,
    par TEXT NOT NULL,
    role TEXT NOT NULL,
    le TEXT NOT NULL,
    PRIMARY KEY (poste, numero)
) STRICT;
CREATE INDEX mouvement_poste_genre ON mouvement_poste (poste, genre);
CREATE INDEX mouvement_poste_contrat ON mouvement_poste (contrat);
CREATE INDEX mouvement_poste_compte ON mouvement_poste (genre, departement);
