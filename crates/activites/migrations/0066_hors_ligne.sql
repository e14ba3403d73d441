-- A device that records without network. The label is sealed: it may name
-- somebody. The key that opens its queue waits here, sealed, for a forgotten code.
CREATE TABLE appareil (
    id TEXT NOT NULL PRIMARY KEY,
    personne TEXT NOT NULL,
    libelle BLOB NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('actif', 'retrait', 'perdu')),
    cree_le TEXT NOT NULL,
    vu_le TEXT NOT NULL,
    en_attente INTEGER NOT NULL,
    en_attente_le TEXT,
    revoque_le TEXT,
    sequestre BLOB,
    lot TEXT,
    lot_le TEXT
) STRICT;
CREATE INDEX appareil_personne ON appareil (personne, etat);

-- What a device sent, once: the same operation again finds its result.
CREATE TABLE operation (
    appareil TEXT NOT NULL REFERENCES appareil (id),
    op TEXT NOT NULL,
    seq INTEGER NOT NULL,
    type_operation TEXT NOT NULL,
    objet TEXT NOT NULL,
    empreinte TEXT NOT NULL,
    statut TEXT NOT NULL CHECK (statut IN ('appliquee', 'conflit', 'refusee')),
    resultat TEXT NOT NULL,
    levee INTEGER NOT NULL,
    saisi_le TEXT NOT NULL,
    fuseau TEXT NOT NULL,
    recue_le TEXT NOT NULL,
    PRIMARY KEY (appareil, op)
) STRICT, WITHOUT ROWID;
CREATE INDEX operation_objet ON operation (objet, appareil, seq);
CREATE INDEX operation_recue ON operation (recue_le);

-- What an object said before a change, sealed: the common ground of two
-- changes made apart.
CREATE TABLE contenu_version (
    genre TEXT NOT NULL CHECK (genre IN ('activite', 'beneficiaire')),
    objet TEXT NOT NULL,
    version INTEGER NOT NULL,
    contenu BLOB NOT NULL,
    le TEXT NOT NULL,
    PRIMARY KEY (genre, objet, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX contenu_version_le ON contenu_version (le);

-- A change that met another one: kept until its author decides.
CREATE TABLE proposition (
    id TEXT NOT NULL PRIMARY KEY,
    genre TEXT NOT NULL CHECK (genre IN ('modification', 'suppression')),
    activite TEXT NOT NULL,
    auteur TEXT NOT NULL,
    appareil TEXT,
    op TEXT,
    base INTEGER NOT NULL,
    empreinte TEXT NOT NULL,
    contenu BLOB NOT NULL,
    cree_le TEXT NOT NULL,
    tranchee_le TEXT
) STRICT;
CREATE INDEX proposition_auteur ON proposition (auteur, tranchee_le);
CREATE INDEX proposition_activite ON proposition (activite);
