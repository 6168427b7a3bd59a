-- What the functions share. Nobody but they may call these; they run with the rights of whichever function calls them.
-- Those in SQL are short enough to be made part of the statement around them; the others keep their plans. Whoever is wrong is told so with a code of our own (class MM,
-- the list is in fleet/sql/sql_states.hpp): nothing that is answered so is to be tried again as it is.

CREATE FUNCTION mayhem.fail(p_code text, p_message text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = p_code, MESSAGE = 'mayhem: ' || p_message;
END $$;

-- A role, the host that is bound to it, and the life of that host's daemon belong together.
CREATE FUNCTION mayhem.must_be_host(p_host text, p_life uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    h mayhem.hosts;
BEGIN
    SELECT * INTO h FROM mayhem.hosts WHERE name = p_host;
    IF h.name IS NULL OR h.role <> session_user THEN
        PERFORM mayhem.fail('MM002', format('role "%s" does not speak for host "%s"; "mayhem fleet add-host" binds a role to a host',
                                     session_user, p_host));
    ELSIF p_life IS NULL OR h.life IS DISTINCT FROM p_life THEN
        PERFORM mayhem.fail('MM003', format('another daemon, or another life of this one, speaks for host "%s" now', p_host));
    END IF;
END $$;

-- Some host of this fleet, or an operator: roles belong to the whole server, and another fleet's have no say here.
CREATE FUNCTION mayhem.must_be_of_this_fleet() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM mayhem.hosts WHERE role = session_user)
            AND NOT pg_has_role(session_user, 'mayhem_operator', 'MEMBER') THEN
        PERFORM mayhem.fail('MM002', format('role "%s" belongs to no host of this fleet, and is no operator''s', session_user));
    END IF;
END $$;

-- As which host the role that is logged in may speak; NULL: as none.
CREATE FUNCTION mayhem.own_host() RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT name FROM mayhem.hosts WHERE role = session_user
$$;

-- The lock: the first write of whatever decides about a group. What is read after it, is read as it is then.
-- `p_known` is the newest version of which the caller has ever heard; NULL: it keeps no such number. Where the group is
-- not newer now, the database has lost what it had acknowledged (a backup was restored, a standby without the newest
-- commits took over), and nobody knows what else is missing.
CREATE FUNCTION mayhem.lock_group(p_group text, p_known bigint) RETURNS mayhem.groups
LANGUAGE plpgsql AS $$
DECLARE
    g mayhem.groups;
BEGIN
    UPDATE mayhem.groups SET version = version + 1 WHERE name = p_group RETURNING * INTO g;
    IF g.name IS NULL THEN
        PERFORM mayhem.fail('MM001', format('there is no group "%s"; "mayhem fleet adopt %s" makes it', p_group, p_group));
    ELSIF g.version <= p_known THEN
        PERFORM mayhem.fail('MM004', format('group "%s" is at version %s here, and was at %s before: the database has lost what it '
                                     'had acknowledged; see "mayhem fleet accept-loss"', p_group, g.version - 1, p_known));
    END IF;
    RETURN g;
END $$;

CREATE FUNCTION mayhem.is_halted(p_group text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    RETURN EXISTS (SELECT FROM mayhem.halts WHERE ended_at IS NULL AND (group_name IS NULL OR group_name = p_group));
END $$;

CREATE FUNCTION mayhem.is_broken(p_group text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    RETURN EXISTS (SELECT FROM mayhem.breakers WHERE group_name = p_group AND closed_at IS NULL);
END $$;

CREATE FUNCTION mayhem.open_breaker(p_group text, p_reason text, p_message uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mayhem.breakers (group_name, opened_at, reason, message)
    VALUES (p_group, clock_timestamp(), left(p_reason, 1000), p_message)
    ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION mayhem.note_down(p_group text, p_version bigint, p_what text, p_who text, p_message uuid, p_detail jsonb)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mayhem.journal (group_name, version, what, who, message, detail)
    VALUES (p_group, p_version, p_what, left(p_who, 300), p_message, coalesce(p_detail, '{}'));
END $$;

-- Who it was, for the journal: the name that was given, and the role that nobody can choose.
CREATE FUNCTION mayhem.person(p_by text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT left(coalesce(p_by, ''), 200) || ' (' || session_user || ')'
$$;

-- Of how many restarts the limits speak at `p_now`: those of the day and of the hour that the clock on the wall shows. An
-- hour that the clock shows twice, when it is set back, is one hour; so is a day.
CREATE FUNCTION mayhem.counted(p_group text, p_zone text, p_now timestamptz, OUT today bigint, OUT this_hour bigint)
LANGUAGE plpgsql AS $$
BEGIN
    SELECT count(*) FILTER (WHERE date_trunc('day', granted_at AT TIME ZONE p_zone) = date_trunc('day', p_now AT TIME ZONE p_zone)),
           count(*) FILTER (WHERE date_trunc('hour', granted_at AT TIME ZONE p_zone) = date_trunc('hour', p_now AT TIME ZONE p_zone))
        INTO today, this_hour
        FROM mayhem.acts
        WHERE group_name = p_group AND counts AND granted_at > p_now - interval '50 h';
END $$;

-- How many members the group has shown within 24 h: all of them, and those of hosts that have not left in order.
CREATE FUNCTION mayhem.member_count(p_group text, p_now timestamptz, OUT shown bigint, OUT not_left bigint)
LANGUAGE plpgsql AS $$
BEGIN
    SELECT coalesce(sum(most), 0), coalesce(sum(most) FILTER (WHERE NOT h.leaving), 0) INTO shown, not_left
        FROM (SELECT host, max(members) AS most FROM mayhem.members
              WHERE group_name = p_group AND hour > p_now - interval '25 h' GROUP BY host) AS of_day
        JOIN mayhem.hosts AS h ON h.name = of_day.host;
END $$;

-- A limit as a number of members. A percentage is rounded to the side on which fewer fall.
CREATE FUNCTION mayhem.at_least(p_limit int, p_is_percent boolean, p_members bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_is_percent THEN (p_members * p_limit + 99) / 100 ELSE p_limit END
$$;

CREATE FUNCTION mayhem.at_most(p_limit int, p_is_percent boolean, p_members bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_is_percent THEN p_members * p_limit / 100 ELSE p_limit END
$$;
