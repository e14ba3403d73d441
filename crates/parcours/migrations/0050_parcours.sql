-- A registration waiting for its e-mail to be confirmed (spec 15 §1.2).
CREATE TABLE inscription_candidat (
    id TEXT NOT NULL PRIMARY KEY,
    -- SHA-256 of the secret of the link.
    jeton TEXT NOT NULL UNIQUE,
    courriel_index TEXT NOT NULL,
    -- Everything typed, sealed as one.
    donnees BLOB NOT NULL,
    cree_le TEXT NOT NULL,
    expire_le TEXT NOT NULL,
    confirme_le TEXT
) STRICT;
CREATE INDEX inscription_candidat_expire ON inscription_candidat (expire_le);

-- What a candidate tells; name and address live in comptes.
CREATE TABLE candidat (
    personne TEXT NOT NULL PRIMARY KEY,
    disponible INTEGER NOT NULL CHECK (disponible IN (0, 1)),
    date_disponibilite TEXT NOT NULL,
    commune_insee TEXT NOT NULL,
    departement TEXT NOT NULL,
    -- Reference point of the commune, for the box of a search.
    lat REAL NOT NULL,
    lon REAL NOT NULL,
    -- Kilometres; NULL: the whole country.
    distance_max INTEGER,
    mobilite_outre_mer INTEGER NOT NULL CHECK (mobilite_outre_mer IN (0, 1)),
    departements_exclus TEXT NOT NULL,
    situations TEXT NOT NULL,
    experiences TEXT NOT NULL,
    diplome BLOB,
    motivation BLOB NOT NULL,
    partage TEXT NOT NULL CHECK (partage IN ('a_la_preselection', 'sur_accord')),
    pix_palier INTEGER,
    pix_partage INTEGER NOT NULL CHECK (pix_partage IN (0, 1)),
    inscrit_le TEXT NOT NULL,
    -- Last sign that the profile is still true: hidden 12 months later.
    confirme_le TEXT NOT NULL,
    supprime_le TEXT,
    supprime_motif TEXT,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX candidat_recherche ON candidat (disponible, lat);

-- One structure and one candidate: a row from the first human act on.
CREATE TABLE mise_en_relation (
    id TEXT NOT NULL PRIMARY KEY,
    structure TEXT NOT NULL,
    departement TEXT NOT NULL,
    personne TEXT NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('interet_candidat', 'preselectionnee', 'entretien', 'proposition', 'acceptee',
        'non_retenue', 'declinee', 'en_pause', 'close', 'recrutee')),
    -- Where it was before a pause.
    etat_avant TEXT,
    distance_km INTEGER NOT NULL,
    score INTEGER,
    -- Written by the structure when out of zone; the candidate reads it.
    hors_zone BLOB,
    raison TEXT,
    -- The candidate agrees that the structure sees name and contact.
    accord INTEGER NOT NULL CHECK (accord IN (0, 1)),
    entretien_le TEXT,
    reponse_avant TEXT,
    ferme_par TEXT,
    cree_le TEXT NOT NULL,
    maj_le TEXT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (structure, personne)
) STRICT;
CREATE INDEX mise_en_relation_personne ON mise_en_relation (personne);

-- Who read a candidate's name and contact, for the candidate to know.
CREATE TABLE consultation_candidat (
    personne TEXT NOT NULL,
    structure TEXT NOT NULL,
    jour TEXT NOT NULL,
    PRIMARY KEY (personne, structure, jour)
) STRICT;

-- Employment contracts. date_fin: last day as signed (or prolonged);
-- fin_effective: last day really worked, once it is known to be earlier or over.
CREATE TABLE contrat (
    id TEXT NOT NULL PRIMARY KEY,
    numero TEXT NOT NULL UNIQUE,
    structure TEXT NOT NULL,
    departement TEXT NOT NULL,
    personne TEXT NOT NULL,
    poste TEXT,
    mise_en_relation TEXT,
    -- The contract this one renews.
    precedent TEXT,
    type TEXT NOT NULL,
    date_debut TEXT NOT NULL,
    date_fin TEXT,
    fin_effective TEXT,
    fin_motif TEXT,
    quotite INTEGER NOT NULL,
    quotite_motif TEXT,
    salaire INTEGER NOT NULL,
    categorie_fp TEXT,
    code_rome TEXT NOT NULL,
    coordination TEXT NOT NULL CHECK (coordination IN ('aucune', 'FT', 'PT')),
    duree_motif BLOB,
    -- Attested by the structure (eligibilite, preparation, mission) or checked by the opérateur (piece).
    eligibilite INTEGER NOT NULL CHECK (eligibilite IN (0, 1)),
    preparation INTEGER NOT NULL CHECK (preparation IN (0, 1)),
    fiche_mission INTEGER NOT NULL CHECK (fiche_mission IN (0, 1)),
    piece INTEGER NOT NULL CHECK (piece IN (0, 1)),
    etat TEXT NOT NULL CHECK (etat IN ('brouillon', 'soumis', 'a_completer', 'valide', 'refuse', 'annule',
        'termine', 'rompu', 'remplace')),
    soumis_le TEXT,
    valide_le TEXT,
    cree_le TEXT NOT NULL,
    maj_le TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX contrat_personne ON contrat (personne, date_debut);
CREATE INDEX contrat_structure ON contrat (structure, etat);
CREATE INDEX contrat_departement ON contrat (departement, etat);
CREATE INDEX contrat_fin ON contrat (etat, date_fin);

-- A later end date and salary on the same contract (spec 15 §5).
CREATE TABLE prolongation (
    id TEXT NOT NULL PRIMARY KEY,
    contrat TEXT NOT NULL REFERENCES contrat (id),
    date_fin TEXT NOT NULL,
    salaire INTEGER NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('initiee', 'validee', 'refusee')),
    ancienne_fin TEXT,
    ancien_salaire INTEGER NOT NULL,
    demande_le TEXT NOT NULL,
    decide_le TEXT
) STRICT;
CREATE UNIQUE INDEX prolongation_ouverte ON prolongation (contrat) WHERE etat = 'initiee';

-- The end of a contract before its date (spec 15 §6).
CREATE TABLE rupture (
    id TEXT NOT NULL PRIMARY KEY,
    contrat TEXT NOT NULL REFERENCES contrat (id),
    motif TEXT NOT NULL,
    sous_motif TEXT,
    precision_motif BLOB,
    date_effet TEXT NOT NULL,
    lettre INTEGER NOT NULL CHECK (lettre IN (0, 1)),
    etat TEXT NOT NULL CHECK (etat IN ('declaree', 'a_completer', 'validee', 'annulee')),
    declare_le TEXT NOT NULL,
    valide_le TEXT,
    version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX rupture_vivante ON rupture (contrat) WHERE etat IN ('declaree', 'a_completer', 'validee');

-- Bodies that train. Their addresses are public.
CREATE TABLE organisme (
    id TEXT NOT NULL PRIMARY KEY,
    nom TEXT NOT NULL UNIQUE,
    marche TEXT NOT NULL,
    contact TEXT NOT NULL
) STRICT;

CREATE TABLE session_formation (
    id TEXT NOT NULL PRIMARY KEY,
    numero TEXT NOT NULL UNIQUE,
    organisme TEXT NOT NULL REFERENCES organisme (id),
    departement TEXT NOT NULL,
    commune_insee TEXT NOT NULL,
    -- Key of the reference list parcours_formation, and its hours that day.
    parcours TEXT NOT NULL,
    heures INTEGER NOT NULL,
    debut TEXT NOT NULL,
    fin TEXT NOT NULL,
    a_distance INTEGER NOT NULL CHECK (a_distance IN (0, 1)),
    capacite INTEGER NOT NULL,
    demi_journees INTEGER NOT NULL,
    annulee INTEGER NOT NULL CHECK (annulee IN (0, 1)),
    cree_le TEXT NOT NULL
) STRICT;
CREATE INDEX session_formation_debut ON session_formation (debut);

CREATE TABLE positionnement (
    id TEXT NOT NULL PRIMARY KEY,
    personne TEXT NOT NULL,
    structure TEXT NOT NULL,
    departement TEXT NOT NULL,
    le TEXT NOT NULL,
    experience INTEGER NOT NULL,
    posture INTEGER NOT NULL,
    technique INTEGER NOT NULL,
    parcours TEXT NOT NULL,
    commentaire BLOB,
    cree_le TEXT NOT NULL
) STRICT;
CREATE INDEX positionnement_personne ON positionnement (personne, le);

CREATE TABLE inscription_formation (
    id TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL REFERENCES session_formation (id),
    contrat TEXT NOT NULL REFERENCES contrat (id),
    personne TEXT NOT NULL,
    structure TEXT NOT NULL,
    departement TEXT NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('confirmee', 'liste_attente', 'refusee', 'annulee', 'suivie', 'abandonnee')),
    motif TEXT,
    -- First day of the contract: the order of the waiting list.
    embauche TEXT NOT NULL,
    -- The only fact kept about adjustments: somebody must be called.
    amenagement INTEGER NOT NULL CHECK (amenagement IN (0, 1)),
    presents INTEGER NOT NULL,
    justifiees INTEGER NOT NULL,
    injustifiees INTEGER NOT NULL,
    demande_le TEXT NOT NULL,
    maj_le TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX inscription_vivante ON inscription_formation (session, personne)
    WHERE etat IN ('confirmee', 'liste_attente', 'suivie');
CREATE INDEX inscription_formation_personne ON inscription_formation (personne);

-- Attempts at pix, ccp1, ccp2, ccp3 and imported titles; all are kept.
CREATE TABLE certification (
    id TEXT NOT NULL PRIMARY KEY,
    personne TEXT NOT NULL,
    structure TEXT NOT NULL,
    departement TEXT NOT NULL,
    titre TEXT NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('obtenu', 'echoue', 'absent_justifie', 'absent', 'dispense')),
    le TEXT NOT NULL,
    session TEXT,
    cree_le TEXT NOT NULL
) STRICT;
CREATE INDEX certification_personne ON certification (personne);
