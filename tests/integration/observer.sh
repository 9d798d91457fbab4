#!/usr/bin/env bash
# observer.sh BUILD [LEVEL]: what pchat-observer sees and tells: checks say the same by it as by themselves, whatever hangs is only
# old, and no signal, file or child takes from it what it knows.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1 level=${2:-default}
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/observer.bash
. tests/integration/lib/observer.bash

lab_start "$scratch/lab" || exit 1
pool=lyncpc.litwareinc.com
observed 1 4
observer_start && follow || exit 1

# ---- the same as directly ----
# compare NAME: conditions and exit code of each check, both ways
compare() {
  local check direct direct_rc
  next_generation
  for check in replication pool service; do
    check=$build/plugins/check_pchat_$check
    run_conditions --topology "$lab/observed.yaml"
    direct=$conditions direct_rc=$rc
    run_conditions --from-observer="$observer_socket"
    is "$1: ${check##*/} says the same by the observer" "$rc $conditions" "$direct_rc $direct"
  done
  check=$build/plugins/check_pchat_replication
}
compare "all well"
lab_do fault set instance_down sqldr1
lab_do fault set service pc2
compare "two faults"
lab_do fault clear service pc2
lab_do fault clear instance_down sqldr1
next_generation

run_check --from-observer="$observer_socket" --format json
is "the age of the facts is told" "$(jq '.snapshot_age_s | . >= 0 and . < 10' <<<"$out")" true
if [ "$(id -u)" -eq 0 ]; then
  # A user who may read neither topology nor credentials, once in the socket's group and once not.
  as_nobody() { setpriv --reuid=65534 --regid="$1" --clear-groups "$scratch/check" --from-observer="$observer_socket" 2>&1; }
  cp "$build/plugins/check_pchat_pool" "$scratch/check"
  chmod 711 "$scratch"
  chgrp 65534 "$observer_socket"
  said=$(as_nobody 65534)
  is "neither topology nor login is needed" "$(grep -cE '^PCHAT POOL (OK|WARNING)' <<<"$said")" 1
  said=$(as_nobody 65533)
  is "who is not in the group is told so" "$? $said" \
    "3 PCHAT POOL UNKNOWN - no observer answers at $observer_socket: Permission denied -> this user belongs into group pchat-read"
fi
run_check --from-observer="$observer_socket" -H sqlpri1
is "one instance of it" "$rc" 0
run_check --from-observer="$observer_socket" -H sqlpri9
is "an instance that is none" "$rc $out" \
  "3 PCHAT REPLICATION UNKNOWN - --instance: \"sqlpri9\" is not a SQL instance of $pool (see --help)"
run_check --from-observer="$observer_socket" --record "$scratch/record.json"
run_check --replay "$scratch/record.json"
is "what it saw can be recorded and replayed" "$rc ${out%% - *}" "0 PCHAT REPLICATION OK"
run_check --from-observer="$observer_socket" --pool x.example
is "a pool that is none" "$rc $(grep -c '"x.example" is no pool of the observer' <<<"$out")" "3 1"
run_check --from-observer="$scratch/none.sock"
is "nobody there" "$rc $out" "3 PCHAT REPLICATION UNKNOWN - no observer answers at $scratch/none.sock: No such file or directory -> systemctl start pchat-observer"

# ---- runs ----
is "no runs.json is unknown, never no runs" "$(ask '{"ask":"runs"}' | jq -c '[.runs.file, (.runs.unknown | type)]')" '[null,"string"]'
jq -n '{schema: 1, written_utc_ms: 1, pools: [{pool: "'$pool'", open_run: 31}]}' >"$scratch/runs.new"
mv "$scratch/runs.new" "$scratch/runs.json"
holds "a follower is told of a run" within 5 followed '.runs.file.pools[0].open_run == 31'
is "first of all of the observer itself" "$(head -n 1 "$scratch/followed" | jq -c '.observer | [.schema, .pools[0], .topology_error]')" \
  "[1,\"$pool\",null]"

# ---- a child that is killed in the middle: said, and the snapshot stays ----
next_generation
before=$(told .pool.generation)
kill_a_pass
holds "a pass that is killed has failed" within 10 told_is '.pool.failed == 1'
is "with its number and why" "$(told '.pool.failure | [.pass > 1, .why] | @text')" '[true,"the pass was ended by a signal (Killed)"]'
holds "the snapshot outlives it" test "$(told .pool.generation)" -ge "$before"
holds "and the next pass is well again" within 15 told_is '.pool.generation > .pool.failure.pass'
holds "the journal has it, once" test "$(grep -c "$pool: the pass was ended by a signal" "$scratch/observer.log")" -eq 1

# ---- a pass that hangs as a whole is killed by its deadline; asks are answered meanwhile ----
next_generation
hold_a_pass
began=$EPOCHREALTIME
"$check" --from-observer="$observer_socket" --max-age 3600 >/dev/null
is "an ask while a pass hangs" "$? $(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN {print (b - a < 2)}')" "0 1"
holds "a pass that hangs is killed" within 15 told_is '.pool.failed == 2'
is "and said to be" "$(told .pool.failure.why)" "the pass was held up, and was killed after 6 s"

# ---- endpoints that hang: a pass takes its timeout, and what it has is told; ages grow, asks do not wait ----
for name in sqlpri1 sqlmir1 sqlwit1 sqldr1 sqldr2; do lab_do fault set instance_hung "$name"; done
next_generation
holds "a pass against what hangs ends with its timeout" test "$(told .pool.duration_ms)" -lt 5500
holds "and ages grow" within 10 older_than 3500
run_check --from-observer="$observer_socket"
is "its check says what it could not see" "$rc $(grep -c 'timed out' <<<"$out" | awk '{print ($1 > 0)}')" "3 1"
for name in sqlpri1 sqlmir1 sqlwit1 sqldr1 sqldr2; do lab_do fault clear instance_hung "$name"; done

# ---- too old ----
next_generation
hold_a_pass
holds "a snapshot grows old while a pass hangs" within 10 older_than 2000
run_check --from-observer="$observer_socket" --max-age 1
is "older than --max-age" "$rc $(sed -E 's/[0-9]+ s ago/N s ago/; s/; pass [0-9]+ failed .*//' <<<"$out")" \
  "3 PCHAT REPLICATION UNKNOWN - the observer saw $pool last N s ago (limit 1 s)"
run_check --from-observer="$observer_socket" --max-age 600
is "but young enough for others" "$rc" 0
holds "the pass that hangs is killed" within 15 told_is '.pool.failed == 3'

# ---- SIGHUP ----
generation=$(told .pool.generation)
cp "$lab/observed.yaml" "$scratch/good.yaml"
sed -i 's/role: principal/role: princpal/' "$lab/observed.yaml"
kill -HUP "$observer_pid"
holds "a bad topology is told to followers" within 5 followed '(.observer.topology_error // "") | test("observed.yaml:[0-9]+: .*princpal")'
holds "and in the journal" grep -q 'the topology stays as it was: .*princpal' "$scratch/observer.log"
holds "nothing that was known is lost" test "$(told .pool.generation)" -ge "$generation"
sed 's/- fqdn: lyncpc.litwareinc.com/- fqdn: other.litwareinc.com/' "$scratch/good.yaml" >"$scratch/other.yaml"
cp "$scratch/good.yaml" "$lab/observed.yaml"
add_pool "$scratch/other.yaml" "$lab/observed.yaml"
kill -HUP "$observer_pid"
holds "a new pool is looked at" within 15 followed '.pool.name == "other.litwareinc.com" and .pool.generation == 1'
is "and the error is gone" "$(ask '{"ask":"observer"}' | jq -c '[.observer.topology_error, .observer.pools]')" \
  "[null,[\"$pool\",\"other.litwareinc.com\"]]"
holds "the old one goes on counting" test "$(told .pool.generation)" -ge "$generation"
run_check --from-observer="$observer_socket"
is "which pool, must be said now" "$rc $(grep -c 'the observer has 2 pools; name one' <<<"$out")" "3 1"
kill_passes_later=$(passes | wc -l)
cp "$scratch/good.yaml" "$lab/observed.yaml"
kill -HUP "$observer_pid"
holds "a pool that is gone is told" within 5 followed ".observer.pools == [\"$pool\"] and .observer.topology_error == null"
holds "and the others are still there" test "$(told .pool.generation)" -ge "$generation"
holds "its pass has ended (there were $kill_passes_later)" within 10 one_pass_at_most

# ---- hostile readers: hundreds that say nonsense, nothing or too much ----
rounds=20
[ "$level" = full ] && rounds=200
python3 - "$observer_socket" "$rounds" <<'PYTHON'
import os, random, socket, sys
random.seed(6)
held = []
for _ in range(int(sys.argv[2])):
    for say in (b"", b"\n", b"{", b"x" * 5000, b'{"ask":"pool"}\n' * 300, os.urandom(500), b'{"ask":"follow"}\n'):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(5)
        s.connect(sys.argv[1])
        try:
            s.sendall(say)
        except OSError:
            pass
        if random.random() < 0.1 and len(held) < 30:
            held.append(s)  # takes nothing
        else:
            s.close()
PYTHON
holds "whatever readers do, asks are answered" within 12 "$build/plugins/check_pchat_pool" --from-observer="$observer_socket"

# ---- memory is flat ----
passes_to_see=12
[ "$level" = full ] && passes_to_see=120
warm=$(rss)
later=$(($(told .pool.pass) + passes_to_see))
holds "$passes_to_see passes" within $((passes_to_see * 6)) told_is ".pool.pass >= $later"
holds "cost no memory (from $warm kB)" test "$(rss)" -le $((warm + 512))

# ---- the end ----
kill "$observer_pid"
wait "$observer_pid"
is "SIGTERM ends it" "$?" 0
observer_pid=
holds "and its children" within 5 no_pass
run_check --from-observer="$observer_socket"
is "then nobody answers" "$rc $(grep -c 'Connection refused -> systemctl start pchat-observer' <<<"$out")" "3 1"
sed 's/role: principal/role: princpal/' "$scratch/good.yaml" >"$lab/observed.yaml"
said=$("$build/plugins/pchat-observer" --topology "$lab/observed.yaml" --socket "$scratch/x.sock" 2>&1)
is "without a topology it does not begin" "$? $(wc -l <<<"$said") $(grep -c princpal <<<"$said")" "3 1 1"
exit $status
