#!/bin/bash
# What mayhem discover writes of a real engine's containers is what check takes, and names each of them or says why not. Runs inside
# tests/support/container_bed.sh, and nowhere else. $1: the program.
set -eu
mayhem=$1
engine() { curl --silent --fail --max-time 60 --unix-socket "$MAYHEM_TEST_ENGINE_SOCKET" "$@"; }
fail() { echo "FAILED: $*" >&2; exit 1; }

for _ in $(seq 300); do
    engine http://engine/_ping > /dev/null 2>&1 && break
    sleep 0.1
done
engine -X POST -H 'Content-Type: application/x-tar' --data-binary "@$MAYHEM_TEST_ROOTFS" \
    'http://engine/images/create?fromSrc=-&repo=discover&tag=latest' > /dev/null || fail "cannot make an image"

# container NAME LABELS HOST_CONFIG
container() {
    engine -X POST -H 'Content-Type: application/json' --data "{\"Image\": \"discover:latest\", \"Cmd\": [\"sleep\", \"1000\"],
        \"Labels\": {$2}, \"HostConfig\": {\"NetworkMode\": \"none\", \"CgroupParent\": \"$MAYHEM_TEST_CGROUP\"$3}}" \
        "http://engine/containers/create?name=$1" > /dev/null || fail "cannot make $1"
    engine -X POST "http://engine/containers/$1/start" > /dev/null || fail "cannot start $1"
}
compose='"com.docker.compose.project": "shop", "com.docker.compose.service":'
container shop-web-1 "$compose \"web\"" ', "RestartPolicy": {"Name": "always"}'
container shop-web-2 "$compose \"web\"" ', "RestartPolicy": {"Name": "always"}'
container lone '' ''
container brief '' ', "AutoRemove": true'

found=$MAYHEM_TEST_STATE/found.toml
"$mayhem" discover --engine "$MAYHEM_TEST_ENGINE_SOCKET" -o "$found" || fail "cannot discover"
cat "$found"
said=$("$mayhem" check "$found" 2>&1) || fail "check refuses it: $said"
echo "$said" | grep -q 'group .*shop-web\|group .*lone' && fail "check warns: $said"
grep -q '^\[group.shop-web\]' "$found" || fail "lacks the service of Compose"
grep -q '^label = \["com.docker.compose.project=shop", "com.docker.compose.service=web"\]' "$found" || fail "does not select it"
grep -q '^name = "lone"' "$found" || fail "lacks the lone one"
grep -q '^# container brief: ' "$found" || fail "does not say why one is left out"
grep -q '^# container shop-web-1 would come back: .* after a crash (always)' "$found" || fail "does not say how it comes back"
said=$("$mayhem" eligible -c "$found" --store "$MAYHEM_TEST_STATE/none.db" || true)
echo "$said"
for name in shop-web-1 shop-web-2 lone; do
    echo "$said" | grep -q " $name " || fail "$name is no target of what was written"
done
"$mayhem" discover --engine "$MAYHEM_TEST_ENGINE_SOCKET" -o "$found" && fail "replaced a file"
echo "discover_test: passed"
