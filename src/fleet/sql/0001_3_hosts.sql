-- A host says that it is there, and asks what is new. Nothing of this decides anything.

-- What stands in this database, for a daemon that wants to know whether it may work with it.
CREATE FUNCTION mayhem.schema(OUT schema_version int, OUT reads_from int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
    SELECT (SELECT value::int FROM meta WHERE key = 'schema_version'), (SELECT value::int FROM meta WHERE key = 'reads_from')
$$;

-- A new life of a host's daemon. It succeeds the former one if that has the same record and lived before it; any other
-- has to wait until the former one has been silent for 90 s, or has left: two daemons under one name are passive, the
-- second from the start. `same_machine`: another host that is present runs on it as well.
CREATE FUNCTION mayhem.hello(p_host text, p_life uuid, p_number bigint, p_store uuid, p_machine text, p_version text,
                             OUT db_now timestamptz, OUT same_machine text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
DECLARE
    h hosts;
BEGIN
    IF NOT EXISTS (SELECT FROM hosts WHERE name = p_host AND role = session_user) THEN
        PERFORM fail('MM002', format('role "%s" does not speak for host "%s"; "mayhem fleet add-host" binds a role to a host',
                                     session_user, p_host));
    END IF;
    UPDATE hosts SET life = p_life, life_number = p_number, store_id = p_store, machine = coalesce(p_machine, ''),
                     version = coalesce(p_version, ''), seen_at = clock_timestamp(), leaving = false
        WHERE name = p_host AND role = session_user
            AND (life IS NULL OR life = p_life OR (store_id = p_store AND life_number < p_number)
                 OR leaving OR seen_at < clock_timestamp() - interval '90 s')
        RETURNING * INTO h;
    IF h.name IS NULL THEN
        PERFORM fail('MM003', format('another daemon speaks for host "%s" now; it has to be silent for 90 s first, '
                                     'or is this a copy of that host?', p_host));
    END IF;
    db_now := h.seen_at;
    SELECT x.name INTO same_machine FROM hosts AS x
        WHERE x.machine = h.machine AND x.machine <> '' AND x.name <> p_host
            AND x.seen_at > h.seen_at - interval '90 s' AND NOT x.leaving
        ORDER BY x.name LIMIT 1;
END $$;

-- "Still here", every 30 s. A host that leaves in order says so, and what it answered is worth nothing from then on.
CREATE FUNCTION mayhem.beat(p_host text, p_life uuid, p_offset interval DEFAULT NULL, p_leaving boolean DEFAULT false,
                            OUT db_now timestamptz, OUT halted boolean, OUT grants uuid[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
BEGIN
    PERFORM must_be_host(p_host, p_life);
    PERFORM set_config('synchronous_commit', 'off', true);  -- one that is lost is followed by another
    UPDATE hosts SET seen_at = clock_timestamp(), clock_offset = p_offset, leaving = p_leaving
        WHERE name = p_host AND life = p_life;
    IF p_leaving THEN
        DELETE FROM answers WHERE host = p_host;
        DELETE FROM proposals WHERE host = p_host;
    END IF;
    db_now := clock_timestamp();
    halted := EXISTS (SELECT FROM halts WHERE ended_at IS NULL AND group_name IS NULL);
    grants := ARRAY(SELECT message FROM acts WHERE host = p_host AND state = 'granted' ORDER BY granted_at);
END $$;

-- What a host asks that nobody notifies: is there anything for me, and does anybody want to know who stands? Writes nothing.
CREATE FUNCTION mayhem.poll(p_host text, OUT halted boolean, OUT grants uuid[], OUT censuses jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
BEGIN
    PERFORM must_be_of_this_fleet();
    halted := EXISTS (SELECT FROM halts WHERE ended_at IS NULL AND group_name IS NULL);
    grants := ARRAY(SELECT message FROM acts WHERE host = p_host AND state = 'granted' AND host = own_host() ORDER BY granted_at);
    censuses := coalesce((SELECT jsonb_agg(jsonb_build_object('group', name, 'census', census, 'round', round, 'cursor', cursor)
                                           ORDER BY name)
                          FROM groups WHERE proposing_until > clock_timestamp()), '[]');
END $$;

-- An act of the host that is logged in; nobody else's.
CREATE FUNCTION mayhem.grant_of(p_message uuid) RETURNS SETOF mayhem.acts
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
    SELECT * FROM acts WHERE message = p_message AND host = own_host()
$$;

-- What former lives of a host have claimed and not settled: it may have been done, and is never to be repeated.
CREATE FUNCTION mayhem.left_over(p_host text, p_life uuid) RETURNS SETOF mayhem.acts
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
    SELECT * FROM acts WHERE host = p_host AND host = own_host() AND state = 'claimed' AND life <> p_life ORDER BY claimed_at
$$;

-- How an attempt ended, for the fleet's report. False: that is known already.
CREATE FUNCTION mayhem.note(p_message uuid, p_attempt int, p_host text, p_life uuid, p_group text, p_target text,
                            p_planned timestamptz, p_started timestamptz, p_ended timestamptz, p_verdict text,
                            p_refused_by text, p_recovery interval, p_error text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
BEGIN
    PERFORM must_be_host(p_host, p_life);
    INSERT INTO outcomes (message, attempt, host, group_name, target, planned_at, started_at, ended_at, verdict, refused_by,
                          recovery, error)
        VALUES (p_message, p_attempt, p_host, p_group, p_target, p_planned, p_started, p_ended, p_verdict, p_refused_by,
                p_recovery, p_error)
        ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;
