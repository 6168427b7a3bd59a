-- Right before an act, and after it.

-- May it be done? 'ok' is a permit, for 300 ms from before this call was sent, by the caller's CLOCK_BOOTTIME. Anything else
-- is none: 'ok_before' says that this very claim (the nonce) was made earlier and its answer lost, so that the place is taken
-- and nothing may be done any more: it is settled as refused by `no_permit`. The rest are guards, and the place is given back:
-- 'halted', 'breaker_open', 'expired', 'other_config', 'already_restarted', and 'no_permit' for an act that is not granted to
-- this host (any more), or whose census is older than 5 s. 'unknown': there is no such act of this host.
CREATE FUNCTION mayhem.claim(p_message uuid, p_host text, p_life uuid, p_nonce uuid, p_plan text, p_known bigint,
                             OUT answer text, OUT version bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
#variable_conflict use_column
DECLARE
    a acts;
    g groups;
    t timestamptz;
BEGIN
    PERFORM must_be_host(p_host, p_life);
    IF p_nonce IS NULL THEN
        PERFORM fail('MM005', 'a claim needs a nonce');
    END IF;
    SELECT * INTO a FROM acts WHERE message = p_message AND host = p_host;
    IF a.message IS NULL THEN
        answer := 'unknown';
        version := 0;
        RETURN;
    END IF;
    g := lock_group(a.group_name, p_known);
    version := g.version;
    SELECT * INTO a FROM acts WHERE message = p_message;
    t := clock_timestamp();
    IF a.state = 'claimed' AND a.nonce = p_nonce THEN
        answer := 'ok_before';
        RETURN;
    END IF;
    answer := CASE
        WHEN a.state <> 'granted' THEN 'no_permit'
        WHEN g.plan IS DISTINCT FROM p_plan THEN 'other_config'
        WHEN is_halted(a.group_name) THEN 'halted'
        WHEN is_broken(a.group_name) THEN 'breaker_open'
        WHEN t > a.expires_at THEN 'expired'
        WHEN t > a.census_at + g.census_valid OR t > a.granted_at + g.grant_valid THEN 'no_permit'
        WHEN EXISTS (SELECT FROM acts AS x WHERE x.group_name = a.group_name AND x.host = a.host AND x.target = a.target
                         AND x.incarnation = a.incarnation AND x.claimed_at IS NOT NULL AND x.counts) THEN 'already_restarted'
        ELSE 'ok'
    END;
    IF answer = 'ok' THEN
        UPDATE acts SET state = 'claimed', claimed_at = t, life = p_life, nonce = p_nonce WHERE message = p_message;
    ELSIF a.state = 'granted' THEN
        UPDATE acts SET state = 'settled', settled_at = t, counts = false, verdict = answer WHERE message = p_message;
    END IF;
    PERFORM note_down(a.group_name, g.version, CASE WHEN answer = 'ok' THEN 'claim' ELSE 'refused' END, p_host, p_message,
                      CASE WHEN answer = 'ok' THEN '{}' ELSE jsonb_build_object('reason', answer) END);
END $$;

-- How it ended. 'ok', or 'already' when that is known, or 'unknown'; it is told until one of them is the answer.
--   p_acted     false: nothing was done, and the place is given back
--   p_row       'success', 'failure' or 'neither': what it means for failures in a row
--   p_breaker   why the breaker opens with this; NULL: it does not, unless there were too many failures in a row
--   p_standing, p_seq   what the host would answer now: what it said before the act is not believed after it
-- A host that says it has acted, and never claimed, is out of order, and so is its group: the breaker opens.
CREATE FUNCTION mayhem.settle(p_message uuid, p_host text, p_life uuid, p_verdict text, p_acted boolean, p_row text,
                              p_breaker text, p_standing int, p_seq bigint, p_known bigint,
                              OUT answer text, OUT version bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
#variable_conflict use_column
DECLARE
    a acts;
    g groups;
    t timestamptz;
BEGIN
    PERFORM must_be_host(p_host, p_life);
    IF p_acted IS NULL OR p_verdict IS NULL OR p_row IS NULL OR p_row NOT IN ('success', 'failure', 'neither') THEN
        PERFORM fail('MM005', 'a settlement says how it ended: p_verdict, p_acted, and p_row as success, failure or neither');
    END IF;
    SELECT * INTO a FROM acts WHERE message = p_message AND host = p_host;
    IF a.message IS NULL THEN
        answer := 'unknown';
        version := 0;
        RETURN;
    END IF;
    g := lock_group(a.group_name, p_known);
    version := g.version;
    SELECT * INTO a FROM acts WHERE message = p_message;
    t := clock_timestamp();
    UPDATE answers SET standing = least(p_standing, members), seq = p_seq, taken = array_remove(taken, p_message)
        WHERE group_name = a.group_name AND host = p_host AND life = p_life AND seq < p_seq;
    IF p_acted AND a.claimed_at IS NULL AND NOT (a.state = 'settled' AND a.counts) THEN  -- whatever it was told, it had no permit
        a.state := 'granted';
        PERFORM open_breaker(a.group_name, format('host %s acted on %s without a permit', p_host, a.target), p_message);
    END IF;
    IF a.state NOT IN ('granted', 'claimed') THEN
        answer := 'already';
        IF a.state = 'lost' AND a.verdict IS NULL THEN  -- so it has not vanished: the record may say how it ended
            UPDATE acts SET verdict = p_verdict WHERE message = p_message;
            PERFORM note_down(a.group_name, g.version, 'settle', p_host, p_message,
                              jsonb_build_object('verdict', p_verdict, 'acted', p_acted, 'was', 'lost'));
        END IF;
        RETURN;
    END IF;

    UPDATE acts SET state = 'settled', settled_at = t, verdict = p_verdict, counts = p_acted WHERE message = p_message;
    UPDATE groups SET failures = CASE p_row WHEN 'success' THEN 0 WHEN 'failure' THEN failures + 1 ELSE failures END
        WHERE name = a.group_name RETURNING * INTO g;
    IF p_breaker IS NOT NULL THEN
        PERFORM open_breaker(a.group_name, p_breaker, p_message);
    ELSIF p_row = 'failure' AND g.max_failures > 0 AND g.failures >= g.max_failures THEN
        PERFORM open_breaker(a.group_name, format('%s failures in a row', g.failures), p_message);
    END IF;
    PERFORM note_down(a.group_name, g.version, 'settle', p_host, p_message,
                      jsonb_build_object('verdict', p_verdict, 'acted', p_acted));
    answer := 'ok';
END $$;
