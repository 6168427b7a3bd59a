#!/bin/bash
# The packaged service, without a capability of its own, freezes and cuts off a service through the holder that root has
# allowed it; and whoever owns its user gets nothing else done through that.
# Runs inside tests/support/systemd_bed.sh, and nowhere else: it installs packages and makes users.
set -u
. /opt/bed/operator.sh
socket=/run/mayhem-holder.sock
as_mayhem() { setpriv --reuid mayhem --regid mayhem --clear-groups "$@"; }
state_of() { sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status"; }
is_frozen() { [ "$(state_of "$(main_pid victim)")" = t ]; }
runs() { [ "$(state_of "$(main_pid victim)")" = S ]; }
restart_mayhem() { systemctl restart mayhem || fail "cannot restart"; eventually "no answer" says armed; }
holders() { systemctl list-units --plain --no-legend 'mayhem-holder@*.service' | grep -c running; }
act() {  # ACTION KEYS...: what the group does, once, when it is asked to
    local action=$1
    shift
    cat > /etc/mayhem/mayhem.toml << C
dry_run = false
[group.victims]
driver = "systemd"
units = "victim.service"
action = "$action"
for = "4s"
$*
mean_time_between = "1000h"
stable_for = "0s"
recovery_timeout = "20s"
C
    restart_mayhem
}

dpkg -i "$package" || fail "cannot install"
useradd -M -G mayhem alice || fail "cannot make a user"
mkdir -p /run/page && echo up > /run/page/index.html
for name in victim bystander; do
    port=8081
    [ $name = victim ] || port=8082
    cat > /etc/systemd/system/$name.service << U
[Service]
ExecStart=/bin/busybox httpd -f -p $port -h /run/page
Restart=always
U
done
mkdir -p /etc/systemd/system/mayhem.service.d
cp /usr/share/doc/mayhem/examples/faults.conf /etc/systemd/system/mayhem.service.d/ || fail "no drop-in"
printf '[Unit]\nStartLimitIntervalSec=0\n' > /etc/systemd/system/mayhem.service.d/limit.conf
systemctl daemon-reload
systemctl start victim bystander || fail "cannot start the victim"

# As installed, nobody may: neither the socket nor root's word is there, and both are named.
[ "$(systemctl is-enabled mayhem-holder.socket)" = disabled ] || fail "the socket is enabled as installed"
act freeze
journalctl --sync 2> /dev/null
journalctl -q -u mayhem | grep -q "systemctl enable --now mayhem-holder.socket" || fail "the start does not name the remedy"
[ "$(sed -n 's/^CapEff:\t//p' "/proc/$(main_pid mayhem)/status")" = 0000000000000000 ] || fail "it has capabilities"
systemctl enable --now mayhem-holder.socket || fail "cannot enable the socket"
[ "$(stat -c '%U:%G %a' $socket)" = "mayhem:root 600" ] || fail "$(ls -l $socket)"
restart_mayhem
journalctl --sync 2> /dev/null
journalctl -q -u mayhem | tail -20 | grep -q "it is not in \"actions\" of /etc/mayhem/holder.toml" || fail "root's word is not named"
mayhem restart --wait victim.service && fail "frozen without root's word"

# With it, the service is frozen, and goes on by itself.
cat > /etc/mayhem/holder.toml << C
actions = ["freeze", "cut"]
units = ["victim.service"]
for_max = "10s"
C
restart_mayhem
journalctl --sync 2> /dev/null
journalctl -q "_PID=$(main_pid mayhem)" | grep -q "cannot be done" && fail "it still says that it cannot"
mayhem restart victim.service || fail "cannot ask"
eventually "not frozen" is_frozen
[ "$(holders)" = 1 ] || fail "$(holders) holders"
holder=$(sed -n 's/^TracerPid:\t//p' "/proc/$(main_pid victim)/status")
[ "$(sed -n 's/^CapEff:\t//p' "/proc/$holder/status")" = 0000000000080000 ] || fail "it has more than CAP_SYS_PTRACE"
[ "$(stat -c %u "/proc/$holder")" != 0 ] || fail "it is root"
mayhem status | grep -q "TracerPid" || fail "status does not show it"
eventually "not let go" runs
eventually "not on record" sh -c 'mayhem history --json -n 1 | grep -q "\"recovered\""'
eventually "a holder stays" sh -c '[ "$(systemctl list-units --plain --no-legend "mayhem-holder@*" | grep -c running)" = 0 ]'
journalctl --sync 2> /dev/null
journalctl -q -t mayhem-holder | grep -q "Holds freeze of pid" || fail "the journal does not say what was held"

# Whatever ends the daemon ends it: a stop, and SIGKILL, after which nobody starts it again.
mayhem restart victim.service || fail "cannot ask"
eventually "not frozen" is_frozen
systemctl stop mayhem
runs || fail "a stop leaves it frozen"
systemctl start mayhem && eventually "no answer" says armed
printf '[Service]\nRestart=no\nExecStopPost=\n' > /etc/systemd/system/mayhem.service.d/no-restart.conf
systemctl daemon-reload
mayhem restart victim.service || fail "cannot ask"
eventually "not frozen" is_frozen
kill -KILL "$(main_pid mayhem)"
sleep 1
runs || fail "SIGKILL leaves it frozen"
rm /etc/systemd/system/mayhem.service.d/no-restart.conf
systemctl daemon-reload

# Cut off, as somebody behind a link sees it, the next life sees that nothing of it stands, although it may not look itself.
ip netns add peer && ip link add link0 type veth peer name link1 netns peer && ip addr add 10.9.0.1/24 dev link0 &&
    ip link set link0 up && ip -n peer addr add 10.9.0.2/24 dev link1 && ip -n peer link set link1 up || fail "no link"
reaches() { ip netns exec peer curl -sf -m 1 "http://10.9.0.1:$1/" > /dev/null; }
is_cut_off() { ! reaches 8081; }
eventually "not reachable" reaches 8081
act cut 'how = "reject"'
mayhem restart victim.service || fail "cannot ask"
eventually "not cut off" is_cut_off
reaches 8082 || fail "the bystander is cut off as well"
kill -KILL "$(main_pid mayhem)"
eventually "not reachable again" reaches 8081
eventually "not started again" says armed
nft list ruleset | grep -q mayhem && fail "rules are left: $(nft list ruleset)"
ls /var/lib/mayhem/spans/* 2> /dev/null && fail "a note is left"

# What root has not allowed does not happen, whatever the user mayhem says.
cat > /run/say.js << 'J'
const [, , line] = process.argv;
const c = require("net").connect("/run/mayhem-holder.sock", () => c.write(line + "\n"));
let said = "";
c.setTimeout(5000, () => c.destroy());
c.on("data", d => { said += d; if (said.includes("\n")) { console.log(said.trim()); c.destroy(); } });
c.on("error", e => console.log("error " + e.code));
c.on("close", () => { if (!said) console.log("nothing"); });
J
node=$(command -v node)
boot=$(cat /proc/sys/kernel/random/boot_id)
life() { echo "$1:$(sed 's/.*) //' "/proc/$1/stat" | cut -d' ' -f20):$boot"; }
freeze() { echo "{\"action\":\"freeze\",\"first\":\"$(life "$1")\",\"control_group\":\"$2\",\"for_us\":${3:-2000000}}"; }
refuses() {  # WHY LINE
    local said
    said=$(as_mayhem "$node" /run/say.js "$2")
    case $said in *"$1"*'"word":"refused"'*) ;; *) fail "asked for $2, it says: $said" ;; esac
}
refuses "belongs to bystander.service" "$(freeze "$(main_pid bystander)" "")"
refuses "not within the unit" "$(freeze "$(main_pid victim)" /system.slice)"
refuses "belongs to init.scope" "$(freeze 1 "")"
refuses "belongs to dbus.service" "$(freeze "$(main_pid dbus)" "")"
refuses "for_max" "$(freeze "$(main_pid victim)" "" 11000000)"
refuses "cannot be read" '{"action":"freeze"}'
refuses "cannot be read" 'nonsense'
refuses "cannot be read" '{"ask":"everything","order":"{}"}'
as_mayhem "$node" /run/say.js "$(head -c 9000 /dev/zero | tr '\0' x)" | grep -q '"word"' && fail "it answers an endless line"
said=$(setpriv --reuid alice --regid alice --init-groups "$node" /run/say.js x | head -1)
[ "$said" = "error EACCES" ] || fail "alice, who may use the service, is told: $said"
chmod o+w /etc/mayhem/holder.toml
refuses "chmod go-w" "$(freeze "$(main_pid victim)" "")"
chmod o-w /etc/mayhem/holder.toml
chown mayhem /etc/mayhem/holder.toml
refuses "chown" "$(freeze "$(main_pid victim)" "")"
chown root /etc/mayhem/holder.toml
is_frozen && fail "something was frozen all the same"
as_mayhem "$node" /run/say.js "$(freeze "$(main_pid victim)" "")" | grep -q '"held"' || fail "what is allowed is not done any more"
eventually "not let go with the connection" runs

# How much each may.
echo "exposure of mayhem.service: $(systemd-analyze security mayhem.service 2> /dev/null | tail -1)"
echo "exposure of mayhem-holder@.service: $(systemd-analyze security mayhem-holder@x.service 2> /dev/null | tail -1)"
echo "holder_test: passed"
