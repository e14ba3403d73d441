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

-- A call (spec 10 §2).
CREATE TABLE campagne (
    id TEXT NOT NULL PRIMARY KEY,
    nom TEXT NOT NULL,
    type TEXT NOT NULL,
    ouverture TEXT NOT NULL,
    fermeture TEXT,
    postes_min INTEGER NOT NULL,
    postes_max INTEGER NOT NULL,
    delai_avis_jours INTEGER NOT NULL,
    reattribution_rendus INTEGER NOT NULL,
    prorata_vacance INTEGER NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('brouillon', 'publiee', 'ouverte', 'suspendue', 'close', 'archivee')),
    etat_depuis TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

-- Posts a département may be given, append-only (spec 10 §3).
CREATE TABLE contingent (
    id TEXT NOT NULL PRIMARY KEY,
    campagne TEXT NOT NULL REFERENCES campagne (id),
    departement TEXT NOT NULL,
    nature TEXT NOT NULL,
    delta INTEGER NOT NULL,
    origine TEXT NOT NULL,
    motif TEXT NOT NULL,
    par TEXT NOT NULL,
    le TEXT NOT NULL
) STRICT;
CREATE INDEX contingent_campagne ON contingent (campagne, departement, nature);

-- An application (spec 10 §4). structure is known once the contact confirmed.
CREATE TABLE candidature (
    id TEXT NOT NULL PRIMARY KEY,
    numero TEXT NOT NULL UNIQUE,
    campagne TEXT NOT NULL REFERENCES campagne (id),
    structure TEXT REFERENCES structure (id),
    structure_nom TEXT NOT NULL,
    -- Of the competent préfecture.
    departement TEXT NOT NULL,
    commune_insee TEXT NOT NULL,
    nature TEXT NOT NULL CHECK (nature IN ('conseiller', 'coordinateur')),
    nombre_postes INTEGER,
    etat TEXT NOT NULL,
    etat_precedent TEXT,
    etat_depuis TEXT NOT NULL,
    avis_limite TEXT,
    -- Identity declared and project: JSON of what was typed, once checked.
    dossier TEXT NOT NULL,
    contact BLOB NOT NULL,
    jeton TEXT,
    jeton_expire TEXT,
    version INTEGER NOT NULL,
    depose_le TEXT NOT NULL
) STRICT;
CREATE INDEX candidature_etat ON candidature (etat, departement);
CREATE INDEX candidature_structure ON candidature (structure);
CREATE INDEX candidature_campagne ON candidature (campagne);
CREATE UNIQUE INDEX candidature_jeton ON candidature (jeton) WHERE jeton IS NOT NULL;
CREATE UNIQUE INDEX candidature_ouverte ON candidature (structure, campagne, departement)
    WHERE etat IN ('recevabilite', 'complement', 'avis_attendu', 'avis_rendu', 'inscrite', 'examen_complementaire');

-- Where the posts will work; part in hundredths of a percent.
CREATE TABLE candidature_commune (
    candidature TEXT NOT NULL REFERENCES candidature (id),
    commune_insee TEXT NOT NULL,
    departement TEXT NOT NULL,
    part INTEGER NOT NULL,
    PRIMARY KEY (candidature, commune_insee)
) STRICT;

-- Opinions: versions, the last one is in force (spec 10 §5).
CREATE TABLE avis (
    candidature TEXT NOT NULL REFERENCES candidature (id),
    version INTEGER NOT NULL,
    sens TEXT NOT NULL CHECK (sens IN ('favorable', 'defavorable', 'examen_complementaire')),
    nombre_postes INTEGER,
    motivation TEXT NOT NULL,
    criteres TEXT NOT NULL,
    zone_qpv INTEGER NOT NULL,
    zone_frr INTEGER NOT NULL,
    signataire BLOB NOT NULL,
    par TEXT NOT NULL,
    le TEXT NOT NULL,
    PRIMARY KEY (candidature, version)
) STRICT;

-- The national committee (spec 10 §6).
CREATE TABLE comite_session (
    id TEXT NOT NULL PRIMARY KEY,
    numero TEXT NOT NULL UNIQUE,
    campagne TEXT NOT NULL REFERENCES campagne (id),
    date_seance TEXT NOT NULL,
    lieu TEXT NOT NULL,
    etat TEXT NOT NULL,
    etat_depuis TEXT NOT NULL,
    -- Text of the minutes once signed, and its seal.
    pv TEXT,
    pv_empreinte TEXT,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE comite_membre (
    session TEXT NOT NULL REFERENCES comite_session (id),
    personne TEXT NOT NULL,
    president INTEGER NOT NULL,
    present INTEGER NOT NULL,
    PRIMARY KEY (session, personne)
) STRICT;
CREATE INDEX comite_membre_personne ON comite_membre (personne);

CREATE TABLE comite_point (
    id TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL REFERENCES comite_session (id),
    candidature TEXT NOT NULL REFERENCES candidature (id),
    ordre INTEGER NOT NULL,
    -- Version of the opinion in force when the decision was recorded.
    avis INTEGER,
    decision TEXT,
    nombre_postes INTEGER,
    motifs TEXT NOT NULL,
    motif TEXT NOT NULL,
    sans_vote INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX comite_point_unique ON comite_point (session, candidature);
CREATE INDEX comite_point_candidature ON comite_point (candidature);

CREATE TABLE comite_vote (
    point TEXT NOT NULL REFERENCES comite_point (id),
    personne TEXT NOT NULL,
    voix TEXT NOT NULL CHECK (voix IN ('pour', 'contre', 'abstention', 'deport')),
    le TEXT NOT NULL,
    PRIMARY KEY (point, personne)
) STRICT;

-- Conventions and their money (spec 10 §8). Amounts in cents.
CREATE TABLE convention (
    id TEXT NOT NULL PRIMARY KEY,
    numero TEXT NOT NULL UNIQUE,
    structure TEXT NOT NULL REFERENCES structure (id),
    departement TEXT NOT NULL,
    candidature TEXT REFERENCES candidature (id),
    -- The convention this one renews.
    renouvelle TEXT REFERENCES convention (id),
    phase TEXT NOT NULL,
    -- Result of the zone test, frozen (spec 10 §8.1).
    zone_bonus INTEGER NOT NULL,
    debut TEXT NOT NULL,
    fin TEXT NOT NULL,
    etat TEXT NOT NULL,
    etat_depuis TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX convention_structure ON convention (structure);
CREATE INDEX convention_etat ON convention (etat, fin);
CREATE UNIQUE INDEX convention_candidature ON convention (candidature) WHERE candidature IS NOT NULL AND etat <> 'annulee';
CREATE UNIQUE INDEX convention_renouvelle ON convention (renouvelle) WHERE renouvelle IS NOT NULL AND etat <> 'annulee';

CREATE TABLE convention_poste (
    convention TEXT NOT NULL REFERENCES convention (id),
    poste TEXT NOT NULL REFERENCES poste (id),
    -- Answer to the renewal: renouveler, rendre, indecis.
    reponse TEXT,
    PRIMARY KEY (convention, poste)
) STRICT;
CREATE INDEX convention_poste_poste ON convention_poste (poste);

-- The plan: one row per year, for one post, and the reference rows it used.
CREATE TABLE convention_annee (
    convention TEXT NOT NULL REFERENCES convention (id),
    annee INTEGER NOT NULL,
    debut TEXT NOT NULL,
    fin TEXT NOT NULL,
    montant INTEGER NOT NULL,
    baremes TEXT NOT NULL,
    PRIMARY KEY (convention, annee)
) STRICT;

CREATE TABLE versement (
    id TEXT NOT NULL PRIMARY KEY,
    convention TEXT NOT NULL REFERENCES convention (id),
    rang INTEGER NOT NULL,
    montant INTEGER NOT NULL,
    prevu_le TEXT NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('prevu', 'a_payer', 'ordonnance', 'verse', 'bloque', 'rejete', 'annule')),
    etat_depuis TEXT NOT NULL,
    -- Account that asked for the payment: another one confirms it.
    demandeur TEXT,
    motif TEXT,
    reference TEXT UNIQUE,
    date_valeur TEXT,
    version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX versement_rang ON versement (convention, rang);
CREATE INDEX versement_etat ON versement (etat, prevu_le);

-- A structure asks to give a post back (spec 10 §7.4).
CREATE TABLE demande_retour (
    id TEXT NOT NULL PRIMARY KEY,
    poste TEXT NOT NULL REFERENCES poste (id),
    effet TEXT NOT NULL,
    motif TEXT NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('demandee', 'acceptee', 'refusee')),
    le TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX demande_retour_ouverte ON demande_retour (poste) WHERE etat = 'demandee';
