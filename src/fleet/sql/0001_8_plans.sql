-- Which plan a group follows. All hosts of a group must have the same plan and the same limits, or they would each decide
-- by their own: who has others stands aside. An operator moves the group to another plan, or, where the operator has said
-- so (adopt = majority), the hosts do that are there.

-- A limit as people write it: 15, "15", or "80%".
CREATE FUNCTION mayhem.limit_of(p_terms jsonb, p_key text, p_preset int, OUT value int, OUT is_percent boolean)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    written text := p_terms ->> p_key;
BEGIN
    IF written IS NOT NULL AND written !~ '^[0-9]{1,5}%?$' THEN
        PERFORM mayhem.fail('MM005', format('%s is "%s": it must be a number of members, or a percentage such as "80%%"', p_key, written));
    END IF;
    value := coalesce(rtrim(written, '%')::int, p_preset);
    is_percent := coalesce(written LIKE '%\%', false);
END $$;

-- The columns of a group from what is written in a config: seed, zone, adopt, min_healthy, max_unavailable, max_per_day,
-- max_per_hour, max_failures, tolerance, lost_after. What is missing has no limit; min_healthy may not be missing.
CREATE FUNCTION mayhem.with_terms(p_group mayhem.groups, p_plan text, p_terms jsonb) RETURNS mayhem.groups
LANGUAGE plpgsql AS $$
DECLARE
    g       mayhem.groups := p_group;
    unknown text;
    healthy record;
    down    record;
BEGIN
    SELECT k INTO unknown FROM jsonb_object_keys(p_terms) AS k WHERE k NOT IN ('seed', 'zone', 'adopt', 'min_healthy',
        'max_unavailable', 'max_per_day', 'max_per_hour', 'max_failures', 'tolerance', 'lost_after') LIMIT 1;
    IF unknown IS NOT NULL THEN
        PERFORM mayhem.fail('MM005', format('"%s" is no limit that this database knows; is its schema older than the program?', unknown));
    ELSIF p_terms ->> 'min_healthy' IS NULL THEN
        PERFORM mayhem.fail('MM005', format('group "%s" needs min_healthy: how many members, over all hosts, are left standing', g.name));
    END IF;
    BEGIN
        PERFORM clock_timestamp() AT TIME ZONE (p_terms ->> 'zone');
    EXCEPTION WHEN invalid_parameter_value THEN
        PERFORM mayhem.fail('MM005', format('this database does not know the time zone "%s"', p_terms ->> 'zone'));
    END;
    healthy := mayhem.limit_of(p_terms, 'min_healthy', 0);
    down := mayhem.limit_of(p_terms, 'max_unavailable', 0);
    g.plan := p_plan;
    g.seed := coalesce(p_terms ->> 'seed', '');
    g.zone := coalesce(p_terms ->> 'zone', 'UTC');
    g.adopt := coalesce(p_terms ->> 'adopt', g.adopt, 'operator');
    g.min_healthy := healthy.value;
    g.min_healthy_is_percent := healthy.is_percent;
    g.max_unavailable := down.value;
    g.max_unavailable_is_percent := down.is_percent;
    g.max_per_day := coalesce((p_terms ->> 'max_per_day')::int, 0);
    g.max_per_hour := coalesce((p_terms ->> 'max_per_hour')::int, 0);
    g.max_failures := coalesce((p_terms ->> 'max_failures')::int, 0);
    g.tolerance := coalesce((p_terms ->> 'tolerance')::interval, '10 s');
    g.lost_after := coalesce((p_terms ->> 'lost_after')::interval, '360 s');
    RETURN g;
END $$;

CREATE FUNCTION mayhem.move_plan(p_group mayhem.groups) RETURNS void
LANGUAGE sql AS $$
    UPDATE mayhem.groups SET plan = p_group.plan, plan_since = clock_timestamp(), seed = p_group.seed, zone = p_group.zone,
            adopt = p_group.adopt, min_healthy = p_group.min_healthy, min_healthy_is_percent = p_group.min_healthy_is_percent,
            max_unavailable = p_group.max_unavailable, max_unavailable_is_percent = p_group.max_unavailable_is_percent,
            max_per_day = p_group.max_per_day, max_per_hour = p_group.max_per_hour, max_failures = p_group.max_failures,
            tolerance = p_group.tolerance, lost_after = p_group.lost_after
        WHERE name = p_group.name
$$;

-- The operator's word: the group is made, or moved to this plan and these limits. What was counted stays counted. 'made',
-- 'moved', or 'same'. A new group decides nothing that was planned before it.
CREATE FUNCTION mayhem.adopt(p_group text, p_plan text, p_terms jsonb, p_by text, OUT answer text, OUT version bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
#variable_conflict use_column
DECLARE
    g       groups;
    changed groups;
BEGIN
    g.name := p_group;
    changed := with_terms(g, p_plan, p_terms);
    INSERT INTO groups (name, plan, plan_since, seed, zone, min_healthy, last)
        VALUES (p_group, p_plan, clock_timestamp(), changed.seed, changed.zone, changed.min_healthy, clock_timestamp())
        ON CONFLICT DO NOTHING;
    answer := CASE WHEN FOUND THEN 'made' END;
    g := lock_group(p_group, NULL);
    version := g.version;
    changed := with_terms(g, p_plan, p_terms);
    changed.adopt := coalesce(p_terms ->> 'adopt', 'operator');
    IF answer IS NULL AND changed IS NOT DISTINCT FROM g THEN
        answer := 'same';
        RETURN;
    END IF;
    PERFORM move_plan(changed);
    answer := coalesce(answer, 'moved');
    PERFORM note_down(p_group, version, 'adopt', person(p_by), NULL, jsonb_build_object('plan', p_plan, 'terms', p_terms));
    PERFORM pg_notify('mayhem', json_build_object('plan', p_group)::text);
END $$;

-- A host says which plan it would follow. 'same': the group's. 'other_config': it stands aside, until an operator adopts.
-- 'waiting': until more than half of the group's hosts that are there have said the same for 60 s. 'moved': they have. How
-- plans are moved is no matter of votes: only an operator changes it. A vote is the plan and all its terms, so that no host
-- can bring in limits of its own under the others' plan.
CREATE FUNCTION mayhem.propose(p_group text, p_host text, p_life uuid, p_plan text, p_terms jsonb, p_known bigint,
                               OUT answer text, OUT version bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
#variable_conflict use_column
DECLARE
    g       groups;
    t       timestamptz := clock_timestamp();
    votes   bigint;
    present bigint;
BEGIN
    PERFORM must_be_host(p_host, p_life);
    SELECT * INTO g FROM groups WHERE name = p_group;
    IF g.name IS NULL THEN
        PERFORM fail('MM001', format('there is no group "%s"; "mayhem fleet adopt %s" makes it', p_group, p_group));
    END IF;
    version := g.version;
    IF g.plan = p_plan THEN
        DELETE FROM proposals WHERE group_name = p_group AND host = p_host;
        answer := 'same';
        RETURN;
    END IF;
    INSERT INTO proposals AS p (group_name, host, life, plan, terms, since)
        VALUES (p_group, p_host, p_life, p_plan, p_terms - 'adopt', t)
        ON CONFLICT (group_name, host) DO UPDATE
            SET life = excluded.life, plan = excluded.plan, terms = excluded.terms,
                since = CASE WHEN p.plan = excluded.plan AND p.terms = excluded.terms AND p.life = excluded.life
                             THEN p.since ELSE excluded.since END;
    IF g.adopt <> 'majority' THEN
        answer := 'other_config';
        RETURN;
    END IF;

    g := lock_group(p_group, p_known);
    version := g.version;
    t := clock_timestamp();
    SELECT count(*), count(*) FILTER (WHERE p.plan = p_plan AND p.terms = p_terms - 'adopt' AND p.life = h.life
                                          AND p.since <= t - interval '60 s')
        INTO present, votes
        FROM hosts AS h LEFT JOIN proposals AS p ON p.group_name = p_group AND p.host = h.name
        WHERE h.seen_at > t - interval '90 s' AND NOT h.leaving
            AND (p.host IS NOT NULL OR EXISTS (SELECT FROM members AS m WHERE m.group_name = p_group AND m.host = h.name
                                                   AND m.hour > t - interval '25 h'));
    IF g.adopt <> 'majority' OR votes * 2 <= present THEN
        answer := 'waiting';
        RETURN;
    END IF;
    PERFORM move_plan(with_terms(g, p_plan, p_terms - 'adopt'));
    DELETE FROM proposals WHERE group_name = p_group AND plan = p_plan;
    answer := 'moved';
    PERFORM note_down(p_group, version, 'adopt', p_host, NULL,
                      jsonb_build_object('plan', p_plan, 'terms', p_terms - 'adopt', 'votes', votes, 'present', present));
    PERFORM pg_notify('mayhem', json_build_object('plan', p_group)::text);
END $$;
