-- The journal's tables as its first version made them.
CREATE TABLE replays (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started_ms INTEGER NOT NULL,
    actions TEXT NOT NULL,
    actions_digest TEXT NOT NULL,
    input_digest TEXT NOT NULL,
    description TEXT NOT NULL,
    dry_run INTEGER NOT NULL,
    state TEXT NOT NULL,
    runs INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    replay INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    rule TEXT,
    action TEXT NOT NULL,
    dry_run INTEGER NOT NULL,
    haystack TEXT NOT NULL,
    UNIQUE (replay, seq)
) STRICT;
CREATE INDEX runs_time ON runs (at_ms, seq);
CREATE INDEX runs_replay ON runs (replay, at_ms, seq);
CREATE INDEX runs_outcome ON runs (outcome, at_ms, seq, id, rule);
CREATE INDEX runs_replay_outcome ON runs (replay, outcome, at_ms, seq, id, rule);
CREATE INDEX runs_action ON runs (action, at_ms, seq);
CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    record TEXT NOT NULL
) STRICT;
CREATE TABLE intents (
    id INTEGER PRIMARY KEY,
    replay INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    organisation TEXT NOT NULL,
    email TEXT NOT NULL,
    intent TEXT NOT NULL,
    UNIQUE (replay, seq)
) STRICT;
CREATE INDEX intents_email ON intents (organisation, email);
CREATE TABLE ledger (
    organisation TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    email TEXT NOT NULL,
    run_id TEXT NOT NULL,
    PRIMARY KEY (organisation, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_email ON ledger (organisation, email);
CREATE TABLE fields_cache (
    account TEXT PRIMARY KEY,
    fetched_ms INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;
