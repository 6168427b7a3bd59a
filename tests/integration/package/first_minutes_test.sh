#!/bin/bash
# The first minutes of an operator on a stock Debian with nginx, Redis and PostgreSQL, with a clock: from `apt install` of the package to
# the first proven restart of a unit of his within one minute, and to a config of the whole host, of which nothing has to be edited, within
# five. Runs inside tests/support/systemd_bed.sh, and nowhere else: it installs packages and starts services.
set -u
. /opt/bed/operator.sh

# started UNIT...: as a fresh host has them, with data of their own and nothing of the one below this bed.
started() {
    for unit in "$@"; do
        systemctl start "$unit" || fail "cannot start $unit"
        systemctl is-active --quiet "$unit" || fail "$unit does not run"
    done
}
for program in nginx redis-server pg_createcluster; do
    command -v $program > /dev/null || fail "lacks $program: run bash cmake/install-packages.sh tests"
done
rm -f /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*
ln -s /etc/nginx/sites-available/default /etc/nginx/sites-enabled/default
for cluster in $(pg_lsclusters --no-header | awk '{print $1 "/" $2}'); do
    pg_dropcluster --stop "${cluster%/*}" "${cluster#*/}"
done
pg_createcluster "$(ls /usr/lib/postgresql | tail -1)" main > /dev/null || fail "cannot make a cluster"
postgres=postgresql@$(ls /usr/lib/postgresql | tail -1)-main.service
systemctl daemon-reload
started polkit nginx redis-server "$postgres"

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# One minute for a unit.
began=$(milliseconds)
apt-get install -y "$package" > /tmp/apt.log 2>&1 || fail "cannot install: $(cat /tmp/apt.log)"
installed=$(milliseconds)
nginx=$(main_pid nginx)
said=$(mayhem arm --yes --wait nginx redis) || fail "cannot arm: $said"
armed=$(milliseconds)
echo "$said"
echo "$said" | grep -q 'redis is redis-server.service' || fail "the alias was not found"
echo "$said" | grep -q 'Restarted nginx.service in group .*, back after ' || fail "was not restarted"
[ "$(main_pid nginx)" != "$nginx" ] || fail "is not another nginx"
mayhem status | grep -q 'armed' || fail "not armed: $(mayhem status)"
[ $((armed - began)) -lt 60000 ] || fail "the first restart took $((armed - began)) ms"
mayhem restart --wait redis-server.service || fail "the rule does not hold for the second unit"
echo "first_minutes_test: apt install $((installed - began)) ms, arm with the first restart $((armed - installed)) ms"

# Five minutes for a host: written, read by check, which asks for nothing but polkit's rule, and taken over as it is.
began=$(milliseconds)
cp /etc/mayhem/mayhem.toml /root/before.toml
mayhem discover -o /root/found.toml || fail "cannot discover"
discovered=$(milliseconds)
cat /root/found.toml
said=$(mayhem check /root/found.toml 2>&1) || fail "check refuses it: $said"
warnings=$(echo "$said" | grep warning)  # of the one unit that arm has written no rule for
[ "$warnings" = "/root/found.toml: warning: group 'postgresql': polkit does not allow the user mayhem to restart $postgres" ] ||
    fail "check warns of something else: $said"
echo "$said" | grep -q 'dry run' || fail "it arms something: $said"
for group in nginx redis-server postgresql; do
    grep -q "^\[group.$group\]" /root/found.toml || fail "lacks group $group"
done
[ "$(grep -c '^\[group\.' /root/found.toml)" = 3 ] || fail "has groups that nobody meant"
grep -q '^units = "nginx.service"' /root/found.toml || fail "lacks nginx"
grep -q "^units = \"$postgres\"" /root/found.toml || fail "lacks the cluster"
grep -q '^probe = {http = "http://127.0.0.1/"}' /root/found.toml || fail "does not ask nginx"
grep -q '^probe = {tcp = "127.0.0.1:6379"}' /root/found.toml || fail "does not ask Redis"
grep -q '^probe = {tcp = "127.0.0.1:5432"}' /root/found.toml || fail "does not ask PostgreSQL"
grep -q '^# unit dbus.service: it is protected: D-Bus' /root/found.toml || fail "does not say why D-Bus is left out"
journalctl --no-pager -u redis-server 2> /dev/null | grep -q 'SECURITY ATTACK' && fail "Redis was asked as if it were a web server"

# What is commented out for lack of rights is a config as well.
if grep -q '^#driver = "process"' /root/found.toml; then
    sed 's/^#\([[]\|[a-z_]* = \)/\1/' /root/found.toml > /root/all.toml
    said=$(mayhem check /root/all.toml 2>&1) || fail "check refuses the processes: $said"
    echo "$said" | grep warning | grep -qv polkit && fail "check warns of the processes: $said"
fi

# Taken over, with the rule that it says, and one group armed by one line: the probe passes before and after.
cp /root/found.toml /etc/mayhem/mayhem.toml
sed -n 's/^#     //p' /root/found.toml > /etc/polkit-1/rules.d/50-mayhem-discovered.rules
sed -i '/^\[group.postgresql\]/a dry_run = false' /etc/mayhem/mayhem.toml
sed -i 's/^days = .*/days = ["mon-sun"]/; s/^hours = .*/hours = ["00:00-24:00"]/; s/^max_per_day = 4/max_per_day = 12/' \
    /etc/mayhem/mayhem.toml  # whenever this test runs
systemctl reload mayhem || fail "cannot reload"
eventually "the group is not armed" sh -c 'mayhem status | grep -q "Dry run: nginx, redis-server"'
# Refused for as long as systemd's start limit may be in the way.
eventually "PostgreSQL was not restarted: $(mayhem why "$postgres")" mayhem restart --wait "$postgres"
ended=$(milliseconds)
[ $((ended - began)) -lt 300000 ] || fail "took $((ended - began)) ms"
mayhem plan | grep -q '^With /etc/mayhem/mayhem.toml, as the daemon that answers' || fail "plan does not find the config: $(mayhem plan)"
mayhem why nginx | grep -q 'nginx.service in group' || fail "why does not take a bare name: $(mayhem why nginx)"

# What stands in the config as a dry run is armed where it stands, and nothing else.
said=$(mayhem arm --yes redis) || fail "cannot arm in place: $said"
echo "$said" | grep -q 'where the group stands as a dry run' || fail "arms it in another way: $said"
eventually "Redis is not armed" sh -c 'mayhem status | grep -q "Dry run: nginx$"'
grep -c '^\[group' /etc/mayhem/mayhem.toml | grep -qx 3 || fail "arming in place added a group"
mayhem restart --wait redis-server || fail "what was armed in place is not restarted"

# What the service may not do is told beforehand, with one rule that allows all of it.
rm /etc/polkit-1/rules.d/50-mayhem-*.rules
sleep 1
said=$(mayhem check 2>&1)
echo "$said" | grep -q 'polkit does not allow the user mayhem to restart nginx.service' || fail "check does not tell: $said"
echo "$said" | sed -n '/^\/\/ Lets/,$p' > /etc/polkit-1/rules.d/50-mayhem-discovered.rules
eventually "the rule of check does not hold: $said" sh -c '! mayhem check 2>&1 | grep -q polkit'
echo "first_minutes_test: discover $((discovered - began)) ms, to the first restart by its config $((ended - began)) ms"

# Purged: the rules that arm wrote go too, those of an operator stay.
dpkg -P mayhem || fail "cannot purge"
[ ! -e /etc/polkit-1/rules.d/50-mayhem-nginx-redis-server.rules ] || fail "purging left the rule of arm"
[ -e /etc/polkit-1/rules.d/50-mayhem-discovered.rules ] || fail "purging took an operator's rule"
echo "first_minutes_test: passed"
