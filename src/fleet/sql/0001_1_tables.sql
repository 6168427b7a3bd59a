-- The shared truth of a fleet of hosts that run Mayhem: who decided which moment, whom it hit, which places within the
-- limits are taken, who has halted. One fleet is one database. Hosts keep their own record besides, and come here before
-- an act for a permit and after it to say how it ended.
--
-- How it stays right: whatever decides about a group first writes that group's row, and so waits for whoever does the same;
-- everything that it decides by is read after that. READ COMMITTED is enough for that, and is what is meant to be used.
-- No transaction is longer than one call of a function, so no lock outlives a round trip.
--
-- Only functions write. A table that somebody writes by hand is a fleet that may act twice.

CREATE TABLE mayhem.meta (
    key   text PRIMARY KEY,
    value text NOT NULL
);
COMMENT ON TABLE mayhem.meta IS 'schema_version: what stands here. reads_from: the oldest program that may work with it';

-- The hosts that may take part. An operator adds one and binds it to a login role; a host says hello with each new life.
-- The index is on the name alone, so that a heartbeat changes no index (HOT).
CREATE TABLE mayhem.hosts (
    name         text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'),
    role         name NOT NULL UNIQUE,             -- who may speak as this host, and as no other
    added_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    life         uuid,                             -- of the daemon that speaks for it; NULL: none ever has
    life_number  bigint NOT NULL DEFAULT 0,
    store_id     uuid,                             -- of its own record: a copy of a host has the same
    machine      text NOT NULL DEFAULT '' CHECK (length(machine) <= 200),
    version      text NOT NULL DEFAULT '' CHECK (length(version) <= 200),
    seen_at      timestamptz NOT NULL DEFAULT '-infinity',
    clock_offset interval,                         -- how far its clock is ahead of this server's
    leaving      boolean NOT NULL DEFAULT false,   -- its daemon ended in order
    CHECK (seen_at = '-infinity' OR (life IS NOT NULL AND store_id IS NOT NULL))
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- A group over all hosts. Its row is the lock, and `version` the order of everything that was decided in it.
CREATE TABLE mayhem.groups (
    name                       text PRIMARY KEY CHECK (name ~ '^[a-z0-9_-]{1,64}$'),
    version                    bigint NOT NULL DEFAULT 0,
    plan                       text NOT NULL CHECK (length(plan) BETWEEN 1 AND 200),  -- a fingerprint: hosts with another one stand aside
    plan_since                 timestamptz NOT NULL,
    seed                       text NOT NULL CHECK (length(seed) <= 200),
    zone                       text NOT NULL,                                         -- by whose clock days and hours are counted
    adopt                      text NOT NULL DEFAULT 'operator' CHECK (adopt IN ('operator', 'majority')),  -- who moves the plan
    min_healthy                int NOT NULL CHECK (min_healthy >= 0),
    min_healthy_is_percent     boolean NOT NULL DEFAULT false CHECK (NOT min_healthy_is_percent OR min_healthy <= 100),
    max_unavailable            int NOT NULL DEFAULT 0 CHECK (max_unavailable >= 0),   -- 0: no limit, as in the next three
    max_unavailable_is_percent boolean NOT NULL DEFAULT false CHECK (NOT max_unavailable_is_percent OR max_unavailable BETWEEN 1 AND 100),
    max_per_day                int NOT NULL DEFAULT 0 CHECK (max_per_day >= 0),
    max_per_hour               int NOT NULL DEFAULT 0 CHECK (max_per_hour >= 0),
    max_failures               int NOT NULL DEFAULT 0 CHECK (max_failures >= 0),
    tolerance                  interval NOT NULL DEFAULT '10 s' CHECK (tolerance > '0'),        -- a moment that is older is missed
    grant_valid                interval NOT NULL DEFAULT '10 s' CHECK (grant_valid > '0'),      -- who has not claimed by then never will
    census_valid               interval NOT NULL DEFAULT '5 s' CHECK (census_valid > '0' AND census_valid <= '5 s'),
    lost_after                 interval NOT NULL DEFAULT '360 s' CHECK (lost_after > '0'),      -- who has not settled by then has vanished
    last                       timestamptz NOT NULL,                                  -- the newest moment that is decided; only grows
    round                      bigint NOT NULL DEFAULT 1,                             -- of the draw: everybody's turn comes once in it
    cursor                     text NOT NULL DEFAULT '',                              -- whose turn came last
    failures                   int NOT NULL DEFAULT 0,                                -- in a row
    census                     bigint NOT NULL DEFAULT 0,                             -- how often was asked who stands
    proposer                   text,
    proposing_until            timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 50);

-- What a host offers: one target of its own, as it stands now. `key` is its place in the order of the draw.
CREATE TYPE mayhem.offer AS (
    key         text,
    target      text,
    incarnation text,
    falls       text[],    -- members of the group that would go down with it
    lasts       interval   -- how long what would be done stands
);

-- What each host last said of a group: who stands, who could be hit. Not in the log of the server, and so empty after a
-- crash: then nobody stands, and nothing happens until the hosts have answered again.
CREATE UNLOGGED TABLE mayhem.answers (
    group_name  text NOT NULL,
    host        text NOT NULL,
    life        uuid NOT NULL,
    seq         bigint NOT NULL,                   -- counted by the host: a late answer never overwrites a newer one
    census      bigint NOT NULL,                   -- the newest one that it answers; 0: none, it was sent unasked
    moment      timestamptz NOT NULL,              -- the newest one for which it was sent
    plan        text NOT NULL,
    members     int NOT NULL CHECK (members BETWEEN 0 AND 10000),
    standing    int NOT NULL CHECK (standing BETWEEN 0 AND members),
    taken       uuid[] NOT NULL DEFAULT '{}' CHECK (cardinality(taken) <= 64),  -- acts under way that `standing` leaves out already
    round       bigint NOT NULL,                   -- for which the two offers were drawn
    cursor      text NOT NULL,
    offer       mayhem.offer,                      -- who is next in this round
    next_offer  mayhem.offer,                      -- who would be first in the next one
    at          timestamptz NOT NULL,
    PRIMARY KEY (group_name, host)
) WITH (fillfactor = 50);

-- How many members each host showed, the most of each hour (UTC) of the last day: of these is a percentage. Unlike the
-- answers these survive a crash, or a few hosts that are back first would be taken for the whole fleet.
CREATE TABLE mayhem.members (
    group_name text NOT NULL,
    host       text NOT NULL,
    hour       timestamptz NOT NULL,
    members    int NOT NULL CHECK (members BETWEEN 0 AND 10000),
    PRIMARY KEY (group_name, host, hour)
);

-- Which plan the hosts would follow that do not follow the group's, and since when: votes, where a majority moves the plan.
CREATE UNLOGGED TABLE mayhem.proposals (
    group_name text NOT NULL,
    host       text NOT NULL,
    life       uuid NOT NULL,
    plan       text NOT NULL CHECK (length(plan) BETWEEN 1 AND 200),
    terms      jsonb NOT NULL,
    since      timestamptz NOT NULL,
    PRIMARY KEY (group_name, host)
);

-- A moment is decided once: that is the primary key.
CREATE TABLE mayhem.moments (
    group_name text NOT NULL REFERENCES mayhem.groups,
    planned_at timestamptz NOT NULL,
    message    uuid NOT NULL UNIQUE,
    what       text NOT NULL CHECK (what IN ('granted', 'skipped', 'missed')),
    reason     text,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    counts     jsonb NOT NULL DEFAULT '{}',        -- what was counted
    PRIMARY KEY (group_name, planned_at),
    CHECK ((what = 'granted') = (reason IS NULL))
);

-- What is to be done to one incarnation of one target on one host: granted, then claimed right before the act, then
-- settled. Or revoked, when nobody claimed it; or lost, when nobody settled it.
CREATE TABLE mayhem.acts (
    message     uuid PRIMARY KEY REFERENCES mayhem.moments (message),
    group_name  text NOT NULL,
    planned_at  timestamptz NOT NULL,
    host        text NOT NULL,
    target      text NOT NULL CHECK (length(target) BETWEEN 1 AND 500),
    incarnation text NOT NULL CHECK (length(incarnation) BETWEEN 1 AND 500),
    falls       text[] NOT NULL DEFAULT '{}' CHECK (cardinality(falls) <= 1000),  -- members that go down with it
    lasts       interval NOT NULL DEFAULT '0' CHECK (lasts >= '0'),               -- how long what is done stands
    expires_at  timestamptz NOT NULL,
    census_at   timestamptz NOT NULL,              -- of the oldest answer that was counted
    state       text NOT NULL CHECK (state IN ('granted', 'claimed', 'settled', 'revoked', 'lost')),
    counts      boolean NOT NULL DEFAULT true,     -- takes a place of its day and its hour
    granted_at  timestamptz NOT NULL,
    claimed_at  timestamptz,
    life        uuid,                              -- that claimed it
    nonce       uuid,                              -- of that very claim
    settled_at  timestamptz,
    verdict     text CHECK (length(verdict) <= 100),
    CHECK (state NOT IN ('claimed', 'lost') OR claimed_at IS NOT NULL),
    CHECK (state <> 'revoked' OR claimed_at IS NULL),
    CHECK ((claimed_at IS NULL) = (nonce IS NULL) AND (claimed_at IS NULL) = (life IS NULL)),
    CHECK ((state IN ('settled', 'revoked', 'lost')) = (settled_at IS NOT NULL)),
    CHECK (counts OR state IN ('settled', 'revoked')),
    CHECK (NOT counts OR state <> 'revoked')
);
-- An incarnation falls once, whatever any host believes.
CREATE UNIQUE INDEX acts_incarnation ON mayhem.acts (group_name, host, target, incarnation) WHERE claimed_at IS NOT NULL AND counts;
CREATE INDEX acts_open ON mayhem.acts (group_name) WHERE state IN ('granted', 'claimed');
CREATE INDEX acts_granted ON mayhem.acts (host) WHERE state = 'granted';
CREATE INDEX acts_claimed ON mayhem.acts (host) WHERE state = 'claimed';
CREATE INDEX acts_counted ON mayhem.acts (group_name, granted_at) WHERE counts;

-- A group whose breaker is open is left alone until an operator closes it.
CREATE TABLE mayhem.breakers (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_name text NOT NULL REFERENCES mayhem.groups,
    opened_at  timestamptz NOT NULL,
    reason     text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    message    uuid,
    closed_at  timestamptz,
    closed_by  text,
    CHECK ((closed_at IS NULL) = (closed_by IS NULL))
);
CREATE UNIQUE INDEX breakers_open ON mayhem.breakers (group_name) WHERE closed_at IS NULL;

CREATE TABLE mayhem.halts (
    id         uuid PRIMARY KEY,
    group_name text,                               -- NULL: the whole fleet
    at         timestamptz NOT NULL,
    by         text NOT NULL CHECK (length(by) <= 300),
    why        text NOT NULL CHECK (length(why) <= 1000),
    ended_at   timestamptz,
    ended_by   text,
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX halts_standing ON mayhem.halts (at) WHERE ended_at IS NULL;

-- How attempts ended, as their hosts tell it: the fleet's report and history. A repeated report is one.
CREATE TABLE mayhem.outcomes (
    message    uuid NOT NULL,
    attempt    int NOT NULL CHECK (attempt >= 1),
    host       text NOT NULL,
    group_name text NOT NULL CHECK (length(group_name) <= 64),
    target     text NOT NULL CHECK (length(target) <= 500),
    planned_at timestamptz NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz NOT NULL,
    verdict    text NOT NULL CHECK (length(verdict) <= 100),
    refused_by text CHECK (length(refused_by) <= 100),
    recovery   interval CHECK (recovery >= '0'),
    error      text CHECK (length(error) <= 4000),
    PRIMARY KEY (message, attempt)
);
CREATE INDEX outcomes_by_time ON mayhem.outcomes (started_at);

-- For people: whatever was decided, by whom, in which order.
CREATE TABLE mayhem.journal (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    group_name text,
    version    bigint,                             -- of the group, after it
    what       text NOT NULL,
    who        text NOT NULL,
    message    uuid,
    detail     jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX journal_by_group ON mayhem.journal (group_name, id);
CREATE INDEX journal_by_time ON mayhem.journal (at);
