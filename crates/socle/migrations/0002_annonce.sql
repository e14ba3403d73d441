-- What transactions said they changed for those who keep it in memory: one
-- row for each commit, numbered without a gap under each name.
CREATE TABLE annonce (
    nom TEXT NOT NULL,
    n INTEGER NOT NULL,
    -- The instant of that transaction, which its rows carry.
    le TEXT NOT NULL,
    PRIMARY KEY (nom, n)
) STRICT, WITHOUT ROWID;
