-- A moment is decided: granted to one target of one host, skipped for a reason, or missed. Whoever comes first decides.

-- The group's acts that nobody followed up: their places are given back, or their host has vanished.
CREATE FUNCTION mayhem.sweep(p_group mayhem.groups, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    a mayhem.acts;
BEGIN
    FOR a IN UPDATE mayhem.acts SET state = 'revoked', settled_at = p_now, counts = false
            WHERE group_name = p_group.name AND state = 'granted' AND granted_at < p_now - p_group.grant_valid RETURNING * LOOP
        PERFORM mayhem.note_down(p_group.name, p_group.version, 'revoke', a.host, a.message, jsonb_build_object('target', a.target));
    END LOOP;
    FOR a IN UPDATE mayhem.acts SET state = 'lost', settled_at = p_now
            WHERE group_name = p_group.name AND state = 'claimed' AND claimed_at < p_now - p_group.lost_after - lasts
            RETURNING * LOOP
        PERFORM mayhem.open_breaker(p_group.name, format('host %s vanished after an act on %s', a.host, a.target), a.message);
        PERFORM mayhem.note_down(p_group.name, p_group.version, 'lost', a.host, a.message, jsonb_build_object('target', a.target));
    END LOOP;
END $$;

-- The answers that are believed at a moment: to this census or a later one (p_census NULL: sent for this moment or a later
-- one), by the hosts' living daemons, of the group's plan, and made just now.
CREATE FUNCTION mayhem.believed(p_group mayhem.groups, p_census bigint, p_moment timestamptz, p_now timestamptz)
RETURNS SETOF mayhem.answers
LANGUAGE sql STABLE AS $$
    SELECT a.* FROM mayhem.answers AS a JOIN mayhem.hosts AS h ON h.name = a.host AND h.life = a.life AND NOT h.leaving
    WHERE a.group_name = (p_group).name AND a.plan = (p_group).plan AND a.at > p_now - (p_group).census_valid
        AND CASE WHEN p_census IS NULL THEN a.moment >= p_moment ELSE a.census >= p_census END
$$;

-- What the limits are held against. An act under way, and a span that stands, has its target and all that fall with it
-- down, unless its host has left them out of `standing` already and says so in `taken`.
CREATE FUNCTION mayhem.weigh(p_group mayhem.groups, p_census bigint, p_moment timestamptz, p_now timestamptz,
                             OUT answers bigint, OUT healthy bigint, OUT under_way bigint, OUT members bigint, OUT down bigint,
                             OUT today bigint, OUT this_hour bigint, OUT oldest timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    not_left   bigint;
    not_listed bigint;
BEGIN
    SELECT count(*), coalesce(sum(b.standing), 0), min(b.at) INTO answers, healthy, oldest
        FROM mayhem.believed(p_group, p_census, p_moment, p_now) AS b;
    SELECT coalesce(sum(1 + cardinality(a.falls)), 0),
           coalesce(sum(1 + cardinality(a.falls)) FILTER (WHERE b.host IS NULL OR a.message <> ALL (b.taken)), 0)
        INTO under_way, not_listed
        FROM mayhem.acts AS a LEFT JOIN mayhem.believed(p_group, p_census, p_moment, p_now) AS b ON b.host = a.host
        WHERE a.group_name = p_group.name AND a.state IN ('granted', 'claimed');
    healthy := healthy - not_listed;
    SELECT c.shown, c.not_left INTO members, not_left FROM mayhem.member_count(p_group.name, p_now) AS c;
    down := greatest(under_way, not_left - healthy);
    SELECT c.today, c.this_hour INTO today, this_hour FROM mayhem.counted(p_group.name, p_group.zone, p_now) AS c;
END $$;

-- Whose turn it is: the smallest key after the cursor that somebody offers for this round, otherwise the smallest of the
-- next one (`lap` 1). Not a target that an act has under way, nor an incarnation that has fallen once.
CREATE FUNCTION mayhem.next_victim(p_group mayhem.groups, p_census bigint, p_moment timestamptz, p_now timestamptz,
                                   OUT host text, OUT lap int, OUT victim mayhem.offer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    first record;
BEGIN
    SELECT b.host, o.lap, o.victim INTO first
        FROM mayhem.believed(p_group, p_census, p_moment, p_now) AS b,
             LATERAL (VALUES (0, b.offer), (1, b.next_offer)) AS o (lap, victim)
        WHERE b.round = (p_group).round AND b.cursor = (p_group).cursor
            AND (o.victim).key IS NOT NULL AND (o.victim).target IS NOT NULL AND (o.victim).incarnation IS NOT NULL
            AND (o.lap = 1 OR (o.victim).key > (p_group).cursor COLLATE "C")
            AND NOT EXISTS (SELECT FROM mayhem.acts AS x
                            WHERE x.group_name = (p_group).name AND x.host = b.host AND x.target = (o.victim).target
                                AND (x.state IN ('granted', 'claimed')
                                     OR (x.incarnation = (o.victim).incarnation AND x.claimed_at IS NOT NULL AND x.counts)))
        ORDER BY o.lap, (o.victim).key COLLATE "C", b.host LIMIT 1;
    host := first.host;
    lap := first.lap;
    victim := first.victim;
END $$;

-- Decides. 'granted'; 'skipped' with the guard that says no; or nothing is decided, and the moment is still open:
--   'decided_already'  somebody was first (or this very call, whose answer was lost: grant_of tells)
--   'other_config'     the caller follows another plan than the group
--   'ask_again'        the draw has moved on since the hosts were asked: offers are wanted for another round or cursor
--   'clock_off'        the moment lies more than 1 s ahead of this server's clock
-- p_census NULL: by what was sent for the moment, unasked. p_missed: the moments of the plan before this one that nobody
-- has decided, as far as the caller knows, with their messages; those after the newest decided one go on record as missed.
CREATE FUNCTION mayhem.decide(p_group text, p_moment timestamptz, p_message uuid, p_expires timestamptz, p_host text,
                              p_life uuid, p_plan text, p_census bigint, p_round bigint, p_cursor text, p_known bigint,
                              p_missed timestamptz[] DEFAULT '{}', p_missed_messages uuid[] DEFAULT '{}',
                              OUT verdict text, OUT reason text, OUT version bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
#variable_conflict use_column
DECLARE
    g         groups;
    t         timestamptz;
    w         record;
    v         record;
    weight    bigint := 1;      -- the victim, and the members that fall with it
    too_heavy boolean := false; -- it is this victim's own fault
    missed    bigint;
BEGIN
    PERFORM must_be_host(p_host, p_life);
    IF cardinality(p_missed) <> cardinality(p_missed_messages) OR cardinality(p_missed) > 1000 THEN
        PERFORM fail('MM005', format('%s moments and %s messages were missed: as many of both, at most 1000',
                                     cardinality(p_missed), cardinality(p_missed_messages)));
    END IF;

    -- Without the lock, since `last` only grows: most who come are too late.
    SELECT * INTO g FROM groups WHERE name = p_group;
    IF g.last >= p_moment AND g.version >= p_known THEN
        verdict := 'decided_already';
        version := g.version;
        RETURN;
    END IF;

    g := lock_group(p_group, p_known);
    version := g.version;
    t := clock_timestamp();
    IF g.last >= p_moment THEN
        verdict := 'decided_already';
        RETURN;
    ELSIF g.plan IS DISTINCT FROM p_plan THEN
        verdict := 'other_config';
        RETURN;
    ELSIF p_moment > t + interval '1 s' THEN
        verdict := 'clock_off';
        RETURN;
    END IF;

    PERFORM sweep(g, t);
    SELECT * INTO w FROM weigh(g, p_census, p_moment, t);
    SELECT * INTO v FROM next_victim(g, p_census, p_moment, t);
    weight := 1 + coalesce(cardinality((v.victim).falls), 0);

    reason := CASE
        WHEN is_halted(p_group) THEN 'halted'
        WHEN is_broken(p_group) THEN 'breaker_open'
        WHEN p_moment < t - g.tolerance THEN 'missed'
        WHEN g.max_per_hour > 0 AND w.this_hour >= g.max_per_hour THEN 'hourly_limit'
        WHEN g.max_per_day > 0 AND w.today >= g.max_per_day THEN 'daily_limit'
    END;
    IF reason IS NULL THEN
        -- The draw may have moved on since the caller asked, and even if not, since a host answered.
        IF g.round IS DISTINCT FROM p_round OR g.cursor IS DISTINCT FROM p_cursor
                OR (v.host IS NULL AND EXISTS (SELECT FROM believed(g, p_census, p_moment, t) AS b
                                               WHERE (b.round <> g.round OR b.cursor <> g.cursor)
                                                   AND ((b.offer).key IS NOT NULL OR (b.next_offer).key IS NOT NULL))) THEN
            verdict := 'ask_again';
            RETURN;
        END IF;
        reason := CASE
            WHEN g.max_unavailable > 0 OR g.max_unavailable_is_percent THEN
                CASE WHEN w.down + weight > at_most(g.max_unavailable, g.max_unavailable_is_percent, w.members)
                     THEN 'too_many_at_once' END
        END;
        reason := coalesce(reason, CASE
            WHEN w.healthy - weight < at_least(g.min_healthy, g.min_healthy_is_percent, w.members) THEN 'too_few_healthy'
            WHEN v.host IS NULL THEN 'no_target'
        END);
        -- Who takes too many along has had its turn, or it would be next for ever.
        too_heavy := reason IN ('too_many_at_once', 'too_few_healthy') AND weight > 1
            AND w.healthy - 1 >= at_least(g.min_healthy, g.min_healthy_is_percent, w.members)
            AND (g.max_unavailable = 0
                 OR w.down + 1 <= at_most(g.max_unavailable, g.max_unavailable_is_percent, w.members));
    END IF;

    INSERT INTO moments (group_name, planned_at, message, what, reason, decided_by, decided_at)
        SELECT p_group, m.planned_at, m.message, 'missed', 'missed', p_host, t
        FROM unnest(p_missed, p_missed_messages) AS m (planned_at, message)
        WHERE m.planned_at > g.last AND m.planned_at < p_moment;
    GET DIAGNOSTICS missed = ROW_COUNT;
    INSERT INTO moments (group_name, planned_at, message, what, reason, decided_by, decided_at, counts)
        VALUES (p_group, p_moment, p_message,
                CASE WHEN reason IS NULL THEN 'granted' WHEN reason = 'missed' THEN 'missed' ELSE 'skipped' END,
                reason, p_host, t, to_jsonb(w) || jsonb_build_object('weight', weight));
    IF reason IS NULL THEN
        INSERT INTO acts (message, group_name, planned_at, host, target, incarnation, falls, lasts, expires_at, census_at, state,
                          granted_at)
            VALUES (p_message, p_group, p_moment, v.host, (v.victim).target, (v.victim).incarnation,
                    coalesce((v.victim).falls, '{}'), coalesce((v.victim).lasts, '0'), p_expires, w.oldest, 'granted', t);
        PERFORM pg_notify('mayhem', json_build_object('grant', p_message, 'host', v.host)::text);
    END IF;
    UPDATE groups SET last = p_moment, proposing_until = '-infinity',
            cursor = CASE WHEN reason IS NULL OR too_heavy THEN (v.victim).key ELSE g.cursor END,
            round = g.round + CASE WHEN reason IS NULL OR too_heavy THEN v.lap ELSE 0 END
        WHERE name = p_group;
    PERFORM note_down(p_group, g.version, CASE WHEN reason IS NULL THEN 'grant' ELSE 'skip' END, p_host, p_message,
                      jsonb_strip_nulls(jsonb_build_object('reason', reason, 'planned_at', p_moment, 'missed_before', nullif(missed, 0),
                                                           'host', v.host, 'target', (v.victim).target)));
    verdict := CASE WHEN reason IS NULL THEN 'granted' ELSE 'skipped' END;
END $$;
