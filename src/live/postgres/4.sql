-- What was forgotten does not come back, and a look at what waits needs no index of its own.

-- Conversations that were forgotten, by the SHA-256 of their ids, and the time of the last event each had.
CREATE TABLE forgotten (conversation text PRIMARY KEY, until_ms bigint NOT NULL);
DROP INDEX due_stuck;
-- written to know that something can be
CREATE TABLE tried (id int PRIMARY KEY, times bigint NOT NULL);

CREATE FUNCTION digest(_id text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(_id, 'UTF8')), 'hex')
$$;

-- As before; what was forgotten is known.
CREATE OR REPLACE FUNCTION accept(
    _conversations text[], _ids text[], _channels text[], _ats bigint[], _whats text[], _late_ms bigint
) RETURNS boolean[] LANGUAGE plpgsql AS $$
DECLARE
    one record;
    c astra_zoho.conversations;
    counts bigint;
    kept boolean[] := array_fill(false, ARRAY[cardinality(_ids)]);
    woken text[] := '{}';
    hold boolean := astra_zoho.read_up_to() IS NOT NULL;
    some_forgotten boolean := EXISTS (SELECT FROM astra_zoho.forgotten);
BEGIN
    FOR one IN
        SELECT * FROM unnest(_conversations, _ids, _channels, _ats, _whats) WITH ORDINALITY
            AS e (conversation, id, channel, at_ms, what, n)
        ORDER BY conversation, n
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM astra_zoho.events WHERE conversation = one.conversation AND event_id = one.id);
        CONTINUE WHEN some_forgotten AND EXISTS (
            SELECT FROM astra_zoho.forgotten f
            WHERE f.conversation = astra_zoho.digest(one.conversation) AND f.until_ms >= one.at_ms);
        INSERT INTO astra_zoho.conversations AS k (id, channel, last_ms) VALUES (one.conversation, one.channel, one.at_ms)
            ON CONFLICT (id) DO UPDATE SET version = k.version + 1, events = k.events + 1 RETURNING * INTO c;
        -- as live::plan::counts_at: at its own time, or, where that is settled, right after it
        counts := CASE
            WHEN one.at_ms < c.settled_ms OR (one.at_ms = c.settled_ms AND NOT c.settled_end) THEN c.settled_ms + 1
            ELSE one.at_ms END;
        INSERT INTO astra_zoho.events VALUES (one.conversation, counts, c.events, one.id, one.what)
            ON CONFLICT (conversation, event_id) DO NOTHING;
        CONTINUE WHEN NOT FOUND;
        UPDATE astra_zoho.conversations SET last_ms = greatest(last_ms, counts),
            wake_ms = least(coalesce(wake_ms, counts + _late_ms), counts + _late_ms), held = hold
            WHERE id = one.conversation;
        kept[one.n] := true;
        woken := woken || one.conversation;
    END LOOP;
    IF NOT hold THEN
        PERFORM astra_zoho.set_timers(woken);
    END IF;
    RETURN kept;
END
$$;
