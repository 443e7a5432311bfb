-- What the screen reads: the log by words and counted, and who works.

-- what a search finds the run by, folded by the program; what the look-up saw
ALTER TABLE runs ADD COLUMN words tsvector NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN seen text NOT NULL DEFAULT '';
CREATE INDEX runs_words ON runs USING gin (words);

-- How many runs came out how, so that nobody has to count them. In shards, so that workers seldom wait for each other.
CREATE TABLE tallies (
    action text NOT NULL,
    outcome text NOT NULL,
    rule text NOT NULL,
    seen text NOT NULL,
    shard int NOT NULL,
    runs bigint NOT NULL,
    PRIMARY KEY (action, outcome, rule, seen, shard)
);

-- In the same order for everybody, so that two never wait for each other for ever.
CREATE FUNCTION tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO astra_zoho.tallies AS t
    SELECT action, outcome, coalesce(rule, ''), seen, pg_backend_pid() % 8,
        CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END
    FROM changed GROUP BY action, outcome, rule, seen ORDER BY action, outcome, rule, seen
    ON CONFLICT (action, outcome, rule, seen, shard) DO UPDATE SET runs = t.runs + excluded.runs;
    RETURN NULL;
END
$$;
CREATE TRIGGER runs_come AFTER INSERT ON runs REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tally();
CREATE TRIGGER runs_go AFTER DELETE ON runs REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tally();

-- Who works, and when each was heard of last.
CREATE TABLE workers (
    worker text PRIMARY KEY,
    began_ms bigint NOT NULL,
    seen_at timestamptz NOT NULL,
    ended boolean NOT NULL
);
