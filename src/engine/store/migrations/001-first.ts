/**
 * The first schema. Times are milliseconds since the epoch; JSON is that of `encodeJson`.
 *
 * - `meta`: one row, the revision of the whole store.
 * - `study.curve_metric`: the first objective's metric, which fills a trial's intermediate values.
 * - `trial.metrics`: JSON list of `[metric, newest value, highest step]` in the order first seen; a value that
 *   is not finite is a string.
 * - `trial.rewrites`: raised by every batch that did not only append to its curves, so that a reader who has a
 *   curve up to some step knows whether reading on from there is enough.
 * - `report.value`: null is NaN. Of a step reported by two attempts only the newer's value is kept.
 * - `removed`: ids of studies removed, so that those who mirror the store hear of it.
 *
 * Keys of studies and trials are never used again (AUTOINCREMENT): curves are remembered by them.
 */
export const first = `
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO meta VALUES (1, 0);

CREATE TABLE metric (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE study (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  script TEXT NOT NULL,
  state TEXT NOT NULL,
  message TEXT,
  spec TEXT NOT NULL,
  plan TEXT NOT NULL,
  curve_metric INTEGER REFERENCES metric (id),
  created_ms REAL NOT NULL,
  updated_ms REAL NOT NULL,
  elapsed_ms REAL NOT NULL,
  revision INTEGER NOT NULL,
  UNIQUE (script, name)
) STRICT;
CREATE INDEX study_by_revision ON study (revision);

CREATE TABLE trial (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  study INTEGER NOT NULL REFERENCES study (key) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  params TEXT NOT NULL,
  reason TEXT NOT NULL,
  seed REAL NOT NULL,
  objective_values TEXT,
  constraint_values TEXT,
  metrics TEXT NOT NULL,
  rewrites INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  slot INTEGER,
  handle TEXT,
  cursor TEXT,
  folder TEXT,
  created_ms REAL NOT NULL,
  started_ms REAL,
  ended_ms REAL,
  message TEXT,
  asked TEXT,
  star INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  UNIQUE (study, number)
) STRICT;
CREATE INDEX trial_by_revision ON trial (revision);

CREATE TABLE report (
  trial INTEGER NOT NULL REFERENCES trial (key) ON DELETE CASCADE,
  metric INTEGER NOT NULL REFERENCES metric (id),
  step REAL NOT NULL,
  attempt INTEGER NOT NULL,
  value REAL,
  PRIMARY KEY (trial, metric, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE corrupt (
  trial INTEGER NOT NULL REFERENCES trial (key) ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  text TEXT NOT NULL,
  at_ms REAL NOT NULL,
  PRIMARY KEY (trial, attempt, text)
) STRICT, WITHOUT ROWID;

CREATE TABLE lease (
  study INTEGER PRIMARY KEY REFERENCES study (key) ON DELETE CASCADE,
  owner TEXT NOT NULL,
  pid INTEGER NOT NULL,
  start_time TEXT NOT NULL,
  host TEXT NOT NULL,
  heartbeat_ms REAL NOT NULL
) STRICT;

CREATE TABLE removed (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX removed_by_revision ON removed (revision);
`;
