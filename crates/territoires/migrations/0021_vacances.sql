-- School holidays, one line per zone and holiday (spec 30 §1.3). fin: last day.
CREATE TABLE vacances_scolaires (
    zone TEXT NOT NULL,
    debut TEXT NOT NULL,
    fin TEXT NOT NULL,
    libelle TEXT NOT NULL,
    annee TEXT NOT NULL,
    PRIMARY KEY (zone, debut)
) STRICT;
