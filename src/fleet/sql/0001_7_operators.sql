-- What people decide. A halt is everybody's; all else is an operator's, and goes on record with the role that did it.

-- Stops every act of a group, or of the fleet (p_group NULL): no claim that is made from now on is a permit. It waits for
-- nobody: it locks no row that anybody else locks. Said again with the same id, it is the same halt, even if it has ended.
CREATE FUNCTION mayhem.halt(p_id uuid, p_group text, p_by text, p_why text, OUT at timestamptz, OUT stands boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM must_be_of_this_fleet();
    IF p_group IS NOT NULL AND NOT EXISTS (SELECT FROM groups WHERE name = p_group) THEN
        PERFORM fail('MM001', format('there is no group "%s" to be halted', p_group));
    END IF;
    INSERT INTO halts (id, group_name, at, by, why)
        VALUES (p_id, p_group, clock_timestamp(), person(p_by), left(coalesce(p_why, ''), 1000)) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM note_down(p_group, NULL, 'halt', person(p_by), NULL, jsonb_build_object('why', p_why, 'id', p_id));
        PERFORM pg_notify('mayhem', json_build_object('halt', p_id, 'group', p_group)::text);
    END IF;
    SELECT h.at, h.ended_at IS NULL INTO at, stands FROM halts AS h WHERE h.id = p_id;
END $$;

-- Ends the halts of a group, or those of the fleet; returns how many. Only those that are not younger than p_until, so that
-- a call that is repeated does not end a halt that somebody has made meanwhile.
CREATE FUNCTION mayhem.resume(p_group text, p_by text, p_until timestamptz DEFAULT NULL) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
DECLARE
    ended   int;
    version bigint;
BEGIN
    IF p_group IS NOT NULL THEN
        version := (lock_group(p_group, NULL)).version;
    END IF;
    UPDATE halts SET ended_at = clock_timestamp(), ended_by = person(p_by)
        WHERE ended_at IS NULL AND group_name IS NOT DISTINCT FROM p_group AND (p_until IS NULL OR at <= p_until);
    GET DIAGNOSTICS ended = ROW_COUNT;
    IF ended > 0 THEN
        PERFORM note_down(p_group, version, 'resume', person(p_by), NULL, jsonb_build_object('halts', ended));
        PERFORM pg_notify('mayhem', json_build_object('resume', true, 'group', p_group)::text);
    END IF;
    RETURN ended;
END $$;

-- False: it was not open.
CREATE FUNCTION mayhem.close_breaker(p_group text, p_by text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
DECLARE
    g groups;
BEGIN
    g := lock_group(p_group, NULL);
    UPDATE breakers SET closed_at = clock_timestamp(), closed_by = person(p_by) WHERE group_name = p_group AND closed_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE groups SET failures = 0 WHERE name = p_group;
    PERFORM note_down(p_group, g.version, 'close_breaker', person(p_by), NULL, NULL);
    RETURN true;
END $$;

-- A host may take part from now on, as this login role and no other. 'made', or 'same'.
CREATE FUNCTION mayhem.add_host(p_host text, p_role text, p_by text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
DECLARE
    other hosts;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = p_role) THEN
        PERFORM fail('MM001', format('there is no role "%s"', p_role));
    END IF;
    SELECT * INTO other FROM hosts WHERE name = p_host OR role = p_role ORDER BY name = p_host DESC LIMIT 1;
    IF other.name = p_host AND other.role = p_role THEN
        RETURN 'same';
    ELSIF other.name IS NOT NULL THEN
        PERFORM fail('MM006', format('host "%s" is bound to role "%s" already; "mayhem fleet forget %s" unbinds them',
                                     other.name, other.role, other.name));
    END IF;
    INSERT INTO hosts (name, role) VALUES (p_host, p_role);
    PERFORM note_down(NULL, NULL, 'add_host', person(p_by), NULL, jsonb_build_object('host', p_host, 'role', p_role));
    RETURN 'made';
END $$;

-- The host takes no part any more. Returns the role that was bound to it. Refuses one whose daemon is still there. Its acts
-- that are open end as those of any host that is silent: revoked, or lost.
CREATE FUNCTION mayhem.forget(p_host text, p_by text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
DECLARE
    h hosts;
BEGIN
    SELECT * INTO h FROM hosts WHERE name = p_host FOR UPDATE;
    IF h.name IS NULL THEN
        PERFORM fail('MM001', format('there is no host "%s"', p_host));
    ELSIF NOT h.leaving AND h.seen_at > clock_timestamp() - interval '90 s' THEN
        PERFORM fail('MM006', format('host "%s" is there: it was seen %s s ago; stop its daemon first', p_host,
                                     extract(epoch FROM clock_timestamp() - h.seen_at)::int));
    END IF;
    DELETE FROM answers WHERE host = p_host;
    DELETE FROM proposals WHERE host = p_host;
    DELETE FROM members WHERE host = p_host;
    DELETE FROM hosts WHERE name = p_host;
    PERFORM note_down(NULL, NULL, 'forget', person(p_by), NULL, jsonb_build_object('host', p_host, 'role', h.role));
    RETURN h.role;
END $$;

-- The database has lost what it had acknowledged (MM004), and a person takes it as it is: its versions go on far beyond
-- whatever any host may have heard of, and no moment up to now is decided any more.
CREATE FUNCTION mayhem.accept_loss(p_group text, p_by text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
DECLARE
    g groups;
BEGIN
    g := lock_group(p_group, NULL);
    UPDATE groups SET version = g.version + 1000000000, last = greatest(last, clock_timestamp()) WHERE name = p_group
        RETURNING * INTO g;
    PERFORM note_down(p_group, g.version, 'accept_loss', person(p_by), NULL, NULL);
    RETURN g.version;
END $$;

-- Deletes what is older than p_keep, at most 5000 rows of each kind; returns how many. Never what is open, never what a
-- limit still counts: not less than two days are kept. Two at once do not wait for each other: one of them deletes nothing.
CREATE FUNCTION mayhem.prune(p_keep interval) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
DECLARE
    before  timestamptz := clock_timestamp() - p_keep;
    deleted bigint := 0;
    batch   bigint;
BEGIN
    IF p_keep IS NULL OR p_keep < interval '2 days' THEN
        PERFORM fail('MM005', format('%s is too short: two days at least are kept', coalesce(p_keep::text, 'nothing')));
    ELSIF NOT pg_try_advisory_xact_lock(hashtext('mayhem.prune')) THEN
        RETURN 0;
    END IF;
    DELETE FROM acts WHERE message IN (
        SELECT message FROM acts WHERE state NOT IN ('granted', 'claimed') AND planned_at < before AND settled_at < before LIMIT 5000);
    GET DIAGNOSTICS batch = ROW_COUNT;
    deleted := deleted + batch;
    DELETE FROM moments WHERE message IN (
        SELECT m.message FROM moments AS m WHERE m.planned_at < before AND m.decided_at < before
            AND NOT EXISTS (SELECT FROM acts AS a WHERE a.message = m.message) LIMIT 5000);
    GET DIAGNOSTICS batch = ROW_COUNT;
    deleted := deleted + batch;
    DELETE FROM outcomes WHERE (message, attempt) IN (SELECT message, attempt FROM outcomes WHERE started_at < before LIMIT 5000);
    GET DIAGNOSTICS batch = ROW_COUNT;
    deleted := deleted + batch;
    DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE at < before ORDER BY at LIMIT 5000);
    GET DIAGNOSTICS batch = ROW_COUNT;
    deleted := deleted + batch;
    DELETE FROM breakers WHERE id IN (SELECT id FROM breakers WHERE closed_at < before LIMIT 5000);
    GET DIAGNOSTICS batch = ROW_COUNT;
    deleted := deleted + batch;
    DELETE FROM halts WHERE id IN (SELECT id FROM halts WHERE ended_at < before LIMIT 5000);
    GET DIAGNOSTICS batch = ROW_COUNT;
    RETURN deleted + batch;
END $$;
