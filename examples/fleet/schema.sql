-- What the jobs are made from. A job can be lost; these are kept.
CREATE TABLE IF NOT EXISTS fleet_trade (
    id       TEXT   NOT NULL,
    revision BIGINT NOT NULL,
    data     TEXT   NOT NULL,
    PRIMARY KEY (id, revision)
);
CREATE TABLE IF NOT EXISTS fleet_target (
    id        TEXT   NOT NULL PRIMARY KEY,
    spec      TEXT   NOT NULL,
    result    TEXT,
    probes    BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS fleet_domain (
    name    TEXT   NOT NULL PRIMARY KEY,
    found   TEXT,
    checks  BIGINT NOT NULL DEFAULT 0
);
