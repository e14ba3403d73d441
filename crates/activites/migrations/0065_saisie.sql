-- Who coordinates whom, and when: both ends of an interval are inside it, no
-- end means still there. A row is never deleted.
CREATE TABLE equipe_membre (
    id TEXT NOT NULL PRIMARY KEY,
    coordinateur TEXT NOT NULL,
    membre TEXT NOT NULL,
    entree TEXT NOT NULL,
    sortie TEXT,
    origine TEXT NOT NULL CHECK (origine IN ('perimetre', 'invitation', 'reprise', 'ajout')),
    cree_le TEXT NOT NULL,
    UNIQUE (coordinateur, membre, entree),
    CHECK (sortie IS NULL OR sortie >= entree)
) STRICT;
CREATE INDEX equipe_membre_membre ON equipe_membre (membre, coordinateur, entree, sortie);
