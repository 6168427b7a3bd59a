#!/usr/bin/env bash
# What a fleet's database takes for a moment and its act: an answer, the decision, the claim, the settlement, each a
# statement and a transaction of its own, with fsync. Starts a PostgreSQL of its own (Debian's package) and ends it.
#     bash tests/benchmark/fleet_sql.sh [SECONDS]
set -euo pipefail
seconds=${1:-10}
sql=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../src/fleet/sql" && pwd)
programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
folder=$(mktemp -d)
as=()
if (($(id -u) == 0)); then
    chown postgres "$folder"
    as=(runuser -u postgres --)
fi
end() {
    "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap end EXIT
export PGHOST=$folder PGPORT=5432 PGDATABASE=fleet PGUSER=postgres
cd "$folder"
"${as[@]}" "$programs/initdb" -D data --username=postgres --auth=trust --no-sync >/dev/null
"${as[@]}" "$programs/pg_ctl" -D data -o "-c listen_addresses= -c unix_socket_directories=$folder" -l log -w start >/dev/null
psql -q -d postgres -c 'CREATE DATABASE fleet'
{
    cat "$sql/0000_roles.sql"
    echo 'SET ROLE mayhem_owner;'
    cat "$sql"/0001_*.sql
    echo 'RESET ROLE; CREATE ROLE h1 LOGIN IN ROLE mayhem_daemon; SELECT mayhem.add_host($$h1$$, $$h1$$, $$bench$$);'
    echo "SELECT mayhem.adopt('g' || n, 'p', '{\"min_healthy\": 0, \"tolerance\": \"1 h\"}', 'bench') FROM generate_series(1, 50) AS n;"
} | psql -q -v ON_ERROR_STOP=1 >/dev/null
life="'00000000-0000-0000-0000-000000000001'"
psql -q -c 'CREATE VIEW mayhem.groups_now AS SELECT name, round, cursor FROM mayhem.groups; GRANT SELECT ON mayhem.groups_now TO h1'
psql -q -U h1 -c "SELECT mayhem.hello('h1', $life, 1, $life, 'm', '1')" >/dev/null

cat >act.sql <<SQL
\set g random(1, :groups)
SELECT gen_random_uuid() AS m, clock_timestamp() AS t, (extract(epoch FROM clock_timestamp()) * 1e6)::bigint AS seq \gset
SELECT round, cursor FROM mayhem.groups_now WHERE name = 'g' || :g \gset a_
SELECT mayhem.answer('g' || :g, 'h1', $life, :seq, 0, :t, 'p', 100, 100, '{}', :a_round, :a_cursor, ROW('z' || :m, :m, 'i', NULL, NULL)::mayhem.offer, ROW('a' || :m, :m, 'i', NULL, NULL)::mayhem.offer) AS said \gset n_
SELECT verdict FROM mayhem.decide('g' || :g, :t, :m, :t::timestamptz + interval '1 min', 'h1', $life, 'p', NULL, :a_round, :a_cursor, -1) \gset d_
SELECT answer FROM mayhem.claim(:m, 'h1', $life, :m, 'p', -1) \gset c_
SELECT answer FROM mayhem.settle(:m, 'h1', $life, 'recovered', true, 'success', NULL, 100, :seq::bigint + 2, -1) \gset s_
SQL
cat >poll.sql <<SQL
SELECT * FROM mayhem.poll('h1');
SQL

for groups in 1 50; do
    for clients in 1 8; do
        printf '\n%s groups, %s clients: ' "$groups" "$clients"
        psql -q -c 'TRUNCATE mayhem.moments, mayhem.acts, mayhem.journal, mayhem.answers; CHECKPOINT'
        pgbench -n -M prepared -U h1 -f act.sql -T "$seconds" -c "$clients" -D groups="$groups" -r 2>&1 |
            sed -n -E 's/^tps = ([0-9.]+).*/\1 acts a second/p; s/^ +([0-9.]+) +[0-9]+ +SELECT .*mayhem\.(answer|decide|claim|settle)\(.*/  \2 \1 ms/p'
        psql -At -c "SELECT '  ' || what || ' ' || count(*) FROM mayhem.moments GROUP BY what
                     UNION ALL SELECT '  act ' || coalesce(verdict, state) || ' ' || count(*) FROM mayhem.acts GROUP BY coalesce(verdict, state)"
    done
done
printf '\npolls, 8 clients: '
pgbench -n -M prepared -U h1 -f poll.sql -T "$seconds" -c 8 2>&1 | sed -n -E 's/^tps = ([0-9.]+).*/\1 a second/p'
