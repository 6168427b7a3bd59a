-- What `mayhem fleet init` needs besides the tables: four roles, which belong to the whole server, and the schema. Run by
-- whoever may create roles and owns the database; doing it again changes nothing.
--
--   mayhem_owner     owns everything, and nobody logs in as it. The functions act with its rights.
--   mayhem_daemon    what a daemon may do: call functions, and read no table. Each host logs in with a role of its own,
--                    which is a member of this one and is bound to the host's name in mayhem.hosts.
--   mayhem_operator  what a person may do besides: resume, close a breaker, adopt a plan, add and forget hosts, prune, read.
--   mayhem_reader    reads all tables: for reports and dashboards.
--
-- Another fleet on the same server shares these roles, and not its hosts: it has a database of its own.
DO $roles$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['mayhem_owner', 'mayhem_daemon', 'mayhem_operator', 'mayhem_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- somebody else has just made it, for another fleet
            END;
        END IF;
    END LOOP;
END
$roles$;

DO $membership$
BEGIN
    IF NOT pg_has_role('mayhem_owner', 'MEMBER') THEN
        GRANT mayhem_owner TO SESSION_USER;
    END IF;
    IF NOT pg_has_role('mayhem_operator', 'mayhem_reader', 'MEMBER') THEN
        GRANT mayhem_reader TO mayhem_operator;
    END IF;
END
$membership$;

-- The database is the fleet's alone: who is no member of these roles has no business in it.
DO $database$
BEGIN
    EXECUTE format('REVOKE CONNECT, CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO mayhem_owner, mayhem_daemon, mayhem_operator, mayhem_reader',
                   current_database());
    IF EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'public') THEN
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;  -- PostgreSQL before 15 lets everybody create there
    END IF;
END
$database$;

CREATE SCHEMA IF NOT EXISTS mayhem AUTHORIZATION mayhem_owner;
COMMENT ON SCHEMA mayhem IS 'What the hosts of a fleet must agree on. Made and changed by "mayhem fleet init" and "migrate" alone.';
