-- Before a moment is decided, the hosts say who stands. All of them know the moment, so they say it unasked, each a little
-- after it; who wants to know at another time asks. What a host says is its own affair: nothing else is locked by it.

-- "I am at this moment": whoever asks first counts a new census, the others wait 3 s. Decides nothing. No row: the moment
-- is decided; `census` NULL: somebody else has asked.
CREATE FUNCTION mayhem.ask(p_group text, p_moment timestamptz, p_host text, p_life uuid)
RETURNS TABLE (census bigint, round bigint, "cursor" text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
#variable_conflict use_column
DECLARE
    g groups;
BEGIN
    PERFORM must_be_host(p_host, p_life);
    UPDATE groups SET census = groups.census + 1, proposer = p_host, proposing_until = clock_timestamp() + interval '3 s'
        WHERE name = p_group AND last < p_moment AND (proposing_until < clock_timestamp() OR proposer = p_host)
        RETURNING * INTO g;
    IF g.name IS NOT NULL THEN
        PERFORM pg_notify('mayhem', json_build_object('census', g.census, 'group', p_group, 'round', g.round,
                                                      'cursor', g.cursor)::text);
        RETURN QUERY SELECT g.census, g.round, g.cursor;
        RETURN;
    END IF;
    SELECT * INTO g FROM groups WHERE name = p_group;
    IF g.name IS NULL THEN
        PERFORM fail('MM001', format('there is no group "%s"; "mayhem fleet adopt %s" makes it', p_group, p_group));
    ELSIF g.last < p_moment THEN
        RETURN QUERY SELECT NULL::bigint, g.round, g.cursor;
    END IF;
END $$;

-- What a host has to say of a group. It tells where the group stands: a host whose offers were drawn for another round or
-- cursor draws again and says so, with a greater `p_seq`.
--   p_census, p_moment   what it answers: a census that somebody asked for, or 0; the moment for which it comes unasked
--   p_standing           members that stand, without those that an act of `p_taken` has down or is about to take down
--   p_offer, p_next      whom it offers for this round and for the next; NULL: nobody
CREATE FUNCTION mayhem.answer(p_group text, p_host text, p_life uuid, p_seq bigint, p_census bigint, p_moment timestamptz,
                              p_plan text, p_members int, p_standing int, p_taken uuid[], p_round bigint, p_cursor text,
                              p_offer mayhem.offer, p_next mayhem.offer,
                              OUT round bigint, OUT "cursor" text, OUT decided boolean, OUT last timestamptz, OUT version bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
#variable_conflict use_column
DECLARE
    g         groups;
    t         timestamptz := clock_timestamp();
    this_hour timestamptz := to_timestamp(floor(extract(epoch FROM t) / 3600) * 3600);
BEGIN
    PERFORM must_be_host(p_host, p_life);
    SELECT * INTO g FROM groups WHERE name = p_group;
    IF g.name IS NULL THEN
        PERFORM fail('MM001', format('there is no group "%s"; "mayhem fleet adopt %s" makes it', p_group, p_group));
    END IF;

    -- Once an hour, or when there are more: of this a percentage is made, so it must be there after a crash.
    INSERT INTO members AS m (group_name, host, hour, members) VALUES (p_group, p_host, this_hour, p_members)
        ON CONFLICT (group_name, host, hour) DO UPDATE SET members = excluded.members WHERE m.members < excluded.members;
    IF FOUND THEN
        DELETE FROM members WHERE group_name = p_group AND host = p_host AND hour < t - interval '26 h';
    ELSE
        PERFORM set_config('synchronous_commit', 'off', true);  -- an answer that is lost leaves the host as one that is silent
    END IF;

    INSERT INTO answers AS a (group_name, host, life, seq, census, moment, plan, members, standing, taken, round, cursor,
                              offer, next_offer, at)
        VALUES (p_group, p_host, p_life, p_seq, p_census, coalesce(p_moment, '-infinity'), p_plan, p_members, p_standing,
                coalesce(p_taken, '{}'), p_round, p_cursor, p_offer, p_next, t)
        ON CONFLICT (group_name, host) DO UPDATE
            SET life = excluded.life, seq = excluded.seq, plan = excluded.plan, members = excluded.members,
                standing = excluded.standing, taken = excluded.taken, round = excluded.round, cursor = excluded.cursor,
                offer = excluded.offer, next_offer = excluded.next_offer, at = excluded.at,
                -- a later look answers what was asked before it as well
                census = CASE WHEN a.life = excluded.life THEN greatest(a.census, excluded.census) ELSE excluded.census END,
                moment = CASE WHEN a.life = excluded.life THEN greatest(a.moment, excluded.moment) ELSE excluded.moment END
            WHERE a.life <> excluded.life OR a.seq < excluded.seq;

    round := g.round;
    "cursor" := g.cursor;
    decided := g.last >= p_moment;
    last := g.last;
    version := g.version;
END $$;

-- How many have answered, and how many are there: a proposer that has all need not wait any longer.
CREATE FUNCTION mayhem.answered(p_group text, p_census bigint, p_moment timestamptz, OUT have bigint, OUT present bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = mayhem, pg_temp AS $$
BEGIN
    PERFORM must_be_of_this_fleet();
    have := (SELECT count(*) FROM answers AS a
             WHERE a.group_name = p_group AND CASE WHEN p_census IS NULL THEN a.moment >= p_moment ELSE a.census >= p_census END);
    present := (SELECT count(*) FROM hosts WHERE seen_at > clock_timestamp() - interval '90 s' AND NOT leaving);
END $$;
