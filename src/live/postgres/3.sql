-- One budget of an account for all workers: requests on their way, and API credits.

DROP TABLE credits_told;

-- What Zoho last said is left of an account's credits, and what was taken since. Whoever takes a turn holds the row.
CREATE TABLE budgets (
    account text PRIMARY KEY,
    told_s bigint,
    credits_left bigint,
    taken_since bigint NOT NULL DEFAULT 0
);

-- Requests on their way. A turn is its worker's as long as that one's own connection lives: a worker that dies gives back
-- all it had.
CREATE TABLE turns (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text NOT NULL,
    credits bigint NOT NULL,
    pid int NOT NULL,
    began timestamptz NOT NULL
);
CREATE INDEX turns_account ON turns (account);

-- What is left of an account's credits; NULL where Zoho did not say in the last day. What was used in a slice of ten minutes
-- is back a day later.
CREATE FUNCTION credits_left(_account text, _now_s bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT b.credits_left - b.taken_since + coalesce((SELECT sum(c.credits) FROM astra_zoho.credits c
        WHERE c.account = b.account AND c.slice > b.told_s / 600 - 144 AND c.slice <= _now_s / 600 - 144), 0)::bigint
    FROM astra_zoho.budgets b WHERE b.account = _account AND _now_s - b.told_s BETWEEN 0 AND 86399
$$;

-- Takes a turn and its credits: its number, or 0 where as many as may are on their way, or -1 where too few credits would
-- be left.
CREATE FUNCTION take_turn(
    _account text, _most int, _credits bigint, _floor bigint, _now_s bigint, _pid int, _began text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    turn bigint;
BEGIN
    -- a crash of the server ends all turns, and the last counts are worth no wait for the disk
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO astra_zoho.budgets (account) VALUES (_account) ON CONFLICT DO NOTHING;
    PERFORM FROM astra_zoho.budgets WHERE account = _account FOR UPDATE;
    DELETE FROM astra_zoho.turns t WHERE t.account = _account AND NOT EXISTS (
        SELECT FROM pg_stat_activity a WHERE a.pid = t.pid AND a.backend_start = t.began);
    IF (SELECT count(*) FROM astra_zoho.turns WHERE account = _account) >= _most THEN
        RETURN 0;
    END IF;
    IF astra_zoho.credits_left(_account, _now_s) - _credits < _floor THEN
        RETURN -1;
    END IF;
    INSERT INTO astra_zoho.credits AS c VALUES (_account, _now_s / 600, _credits)
        ON CONFLICT (account, slice) DO UPDATE SET credits = c.credits + _credits;
    UPDATE astra_zoho.budgets SET taken_since = taken_since + _credits WHERE account = _account;
    INSERT INTO astra_zoho.turns (account, credits, pid, began) VALUES (_account, _credits, _pid, _began::timestamptz)
        RETURNING id INTO turn;
    RETURN turn;
END
$$;

-- Ends a turn: what was not sent was not used, and what Zoho says is left counts from now on. Whether that knows of the
-- others on their way nobody can tell: they count.
CREATE FUNCTION end_turn(_id bigint, _sent boolean, _left bigint, _now_s bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    t astra_zoho.turns;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    PERFORM FROM astra_zoho.budgets b JOIN astra_zoho.turns o ON o.account = b.account WHERE o.id = _id FOR UPDATE OF b;
    DELETE FROM astra_zoho.turns WHERE id = _id RETURNING * INTO t;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF NOT _sent THEN
        UPDATE astra_zoho.budgets SET taken_since = greatest(taken_since - t.credits, 0) WHERE account = t.account;
        UPDATE astra_zoho.credits SET credits = greatest(credits - t.credits, 0)
            WHERE account = t.account AND slice = _now_s / 600;
    END IF;
    IF _left IS NOT NULL THEN
        UPDATE astra_zoho.budgets SET told_s = _now_s, credits_left = _left, taken_since = (
            SELECT coalesce(sum(o.credits), 0) FROM astra_zoho.turns o WHERE o.account = t.account)
            WHERE account = t.account;
    END IF;
    DELETE FROM astra_zoho.credits WHERE account = t.account AND slice < _now_s / 600 - 288;
END
$$;
