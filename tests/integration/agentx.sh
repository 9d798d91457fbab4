#!/usr/bin/env bash
# agentx.sh BUILD [LEVEL]: pchat-agentx under a real snmpd (AgentX over a unix socket and TCP; v2c and v3) and snmptrapd: the MIB, every
# table, the same tree for an npm client, notifications under kills, snmpd that comes and goes.  LEVEL full: 200 sequences, 50 restarts,
# and each of what can happen to the lab (*situations.sh) raised and cleared.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1 level=${2-}
# shellcheck source=tests/integration/lib/say.bash
. tests/integration/lib/say.bash
# shellcheck source=tests/integration/lib/snmp.bash
. tests/integration/lib/snmp.bash
sequences=20 restarts=10
[ "$level" = full ] && sequences=200 restarts=50
snapshots=$PWD/tests/golden/snapshots
if [ ! -x "$agentx" ]; then
  not_ok "pchat-agentx was built"
  exit 1
fi
trap 'kill "${pids[@]}" 2>/dev/null; wait; rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- the MIB ----

mkdir "$scratch"/{persist-trapd,state2}
export SMIPATH=$scratch/mibs:/usr/share/snmp/mibs
for place in "$base" 1.3.6.1.4.1.32473.7.1 1.3.6.1.4.1.32473; do
  "$build/snmp/mib_text" snmp/PCHAT-MIB.txt.in "$place" >"$mib"
  # Its exit code says nothing.
  is "smilint has nothing to say of PCHAT-MIB below $place" "$(smilint -l 6 -s "$mib" 2>&1)" ""
done
cp "$build/snmp/PCHAT-MIB.txt" "$mib"
is "every condition is in the MIB, with its number" \
  "$(sed -nE 's/^CONDITION\(([0-9]+), ([a-z0-9_]+),.*/\2(\1)/p' common/model/conditions.def | sed -E 's/_(.)/\U\1/g' |
    grep -vxFf <(sed 's/[ ,]//g' "$mib"))" ""

# ---- who takes part ----

engine=0x8000000001020304
auth="authenticate-$RANDOM" privacy="keep-private-$RANDOM"
cat >>"$scratch/etc/snmpd.conf" <<CONF
rwcommunity private 127.0.0.1
createUser watcher SHA-256 "$auth" AES "$privacy"
rouser watcher priv
exactEngineID $engine
trap2sink 127.0.0.1:$trap_port public
trapsess -v 3 -u trapper -l authPriv -a SHA-256 -A $auth -x AES -X $privacy -e $engine udp:127.0.0.1:$trap_port
CONF
cat >"$scratch/etc/snmptrapd.conf" <<CONF
snmpTrapdAddr udp:127.0.0.1:$trap_port
authCommunity log public
createUser -e $engine trapper SHA-256 "$auth" AES "$privacy"
createUser pchatwatch SHA-256 "$auth" AES "$privacy"
authUser log pchatwatch priv
authUser log trapper priv
format2 %V|%P|%v\\n
CONF
v3=(-v3 -u watcher -l authPriv -a SHA-256 -A "$auth" -x AES -X "$privacy" -t 5 "127.0.0.1:$port")

# feed LINE...: commands to the feeder
feed() {
  python3 -c '
import socket, sys
peer = socket.socket(socket.AF_UNIX)
peer.connect(sys.argv[1])
for command in sys.argv[2:]:
    peer.sendall(command.encode() + b"\n")
    peer.makefile().readline()' "$scratch/control.sock" "$@"
}
# pass POOL SNAPSHOT: as a command
pass() { printf '{"pass": "%s", "snapshot": "%s/%s.json"}' "$1" "$snapshots" "$2"; }
# What changes by itself: ages, and what the subagent says of itself.
steady() { grep -vE "$base\.1\.(1|[0-9]+\.1\.($ages))\." | sed -E 's/^\.//'; }

python3 tests/integration/lib/feeder.py "$scratch/feed.sock" "$scratch/control.sock" &
pids+=($!)
env MIBS= SNMPCONFPATH="$scratch/etc:$scratch/persist-trapd" SNMP_PERSISTENT_DIR="$scratch/persist-trapd" \
  snmptrapd -f -Lf "$scratch/traps" -OnQ -p "$scratch/trapd.pid" &
pids+=($!)
snmpd_start
holds "snmpd answers" within 10 answers SNMPv2-MIB::sysUpTime.0
within 5 test -S "$scratch/control.sock"

# ---- every table ----

runs='{"runs": {"schema": 1, "written_utc_ms": '$(now_ms)', "pools": [{"pool": "a.example", "open_run": 31, "failed_over": true,
 "plan": "0c3a91c04e2d", "fence_lost": "sqlpri1", "pause_until": "2026-12-01T00:00:00Z", "pause_by": "kim", "pause_reason": "patches",
 "runs": [{"run": 31, "verb": "failover", "plan": "8f3a91c04e2d", "state": "finished", "origin": "handler", "person": "kim",
  "begun_utc_ms": 1795410940000, "ended_utc_ms": 1795410950000, "steps": [{"step": "export", "target": "sqldr1", "outcome": "done",
  "begun_utc_ms": 1795410940000, "ended_utc_ms": 1795410941000}]}]}]}}'
agentx_start "unix:$scratch/agentx.sock"
feed '{"observer": ["a.example", "b.example", "c.example", "d.example"]}' "${runs//$'\n'/ }" \
  "$(pass a.example pool_healthy)" "$(pass b.example pool_site_loss)" "$(pass c.example backup_failing)" "$(pass d.example lab_healthy_2019)" \
  '{"fail": "c.example", "why": "the pass was killed"}'
# shellcheck disable=SC2317
rows() { [ "$(walk "${v2c[@]}" PCHAT-MIB::pchatPoolName | grep -c example)" = "$1" ]; }
holds "four pools are there" within 10 rows 4
within 5 answers PCHAT-MIB::pchatAgentLongestPass.0
ages=$(sed -n 's/^    TEXT.*//; s/^ *NUM(\([0-9]*\), pchat[A-Za-z]*Age, AGE,.*/\1/p' snmp/*_table.c | sort -un | paste -sd'|')
[ -n "$ages" ] || not_ok "ages are known"
MIBS="" walk "${v2c[@]}" "$base" >"$scratch/walked"
is "no value of a type that the MIB does not say" "$(snmpbulkwalk -OQ "${v2c[@]}" PCHAT-MIB::pchatMIB | grep -iE 'wrong type')" ""
is "every number of an enumeration has a name" \
  "$(snmpbulkwalk "${v2c[@]}" PCHAT-MIB::pchatMIB | grep -E '= INTEGER: -?[0-9]+$')" ""
# A column that no pool here has stands with the reason.
declare -A absent=(
  [pchatAgentTopologyError]="the topology is used" [pchatAgentRunsUnknown]="runs are known"
  [pchatCertificateSubject]="recorded certificates have names, and no subject"
)
missing=
while read -r name place; do
  grep -qE "^\.$base\.1\.$place\." "$scratch/walked" || [ -v "absent[$name]" ] || missing+=" $name"
done < <(snmptranslate -Tz 2>/dev/null | sed -nE "s/^\"(pchat[A-Za-z]+)\"[[:space:]]+\"$base\.1\.([0-9.]+)\"$/\1 \2/p" |
  grep -F -w -f <(sed -n 's/^ *\(TEXT\|NUM\)([0-9]*, \(pchat[A-Za-z]*\),.*/\2/p' snmp/*_table.c snmp/agent_scalars.c))
is "all columns were looked for" "$(snmptranslate -Tz 2>/dev/null | grep -cF -w -f <(sed -n 's/^ *\(TEXT\|NUM\)([0-9]*, \(pchat[A-Za-z]*\),.*/\2/p' \
  snmp/*_table.c snmp/agent_scalars.c))" "$(cat snmp/*_table.c snmp/agent_scalars.c | grep -cE '^ *(TEXT|NUM)\([0-9]')"
is "every column is there, or honestly absent" "$missing" ""
is "what is not known is no instance" \
  "$(snmpget -Ov "${v2c[@]}" PCHAT-MIB::pchatPoolState.3 PCHAT-MIB::pchatPoolName.9 | sort -u)" \
  "No Such Instance currently exists at this OID"
holds "nothing can be set" grep -q notWritable <(snmpset -v2c -c private "127.0.0.1:$port" PCHAT-MIB::pchatPoolName.1 s x 2>&1)
said=$(snmptable -Cb -Ci -CB "${v2c[@]}" PCHAT-MIB::pchatSiteTable)
holds "a table as people see it" grep -qE '^ +1\.1 +dub +primary +true' <<<"$said"

# ---- the same tree, however it is asked for ----

steady <"$scratch/walked" >"$scratch/bulk"
MIBS="" snmpwalk -On "${v2c[@]}" "$base" | steady >"$scratch/next"
MIBS="" walk "${v3[@]}" "$base" | steady >"$scratch/v3"
holds "GETBULK and GETNEXT walk one tree of $(wc -l <"$scratch/bulk") instances" cmp "$scratch/bulk" "$scratch/next"
holds "v3 with SHA-256 and AES walks it too" cmp "$scratch/bulk" "$scratch/v3"
node tests/integration/peers/snmp_walk.js "$port" public "$base" >"$scratch/npm" 2>&1
holds "and the npm client" cmp <(cut -d' ' -f1 "$scratch/bulk") <(steady <"$scratch/npm" | cut -d' ' -f1)
grep -qE ' (OctetString|Integer|Gauge|Counter) ' "$scratch/npm" || not_ok "types of the npm client" "$(head -n 3 "$scratch/npm")"
for oid in $(cut -d' ' -f1 "$scratch/bulk" | shuf -n 40 --random-source=<(yes)); do
  is_there=$(MIBS="" snmpget -On "${v2c[@]}" "$oid" | sed 's/^\.//')
  grep -qxF "$is_there" "$scratch/bulk" || not_ok "GET finds $oid" "$is_there"
done
ok "GET finds what a walk finds"
many=$(cut -d' ' -f1 "$scratch/bulk" | head -n 100)
# words
# shellcheck disable=SC2086
is "a request for a hundred" "$(snmpget -On "${v2c[@]}" $many | wc -l)" 100

# ---- numbers ----

number_of() { sed -n "s/^0\tpool\t\([0-9]*\)\t$1$/\1/p" "$scratch/state/indexes"; }
kill -HUP "$agentx_pid"
feed '{"observer": ["b.example", "d.example"]}'
holds "pools that are gone are gone" within 5 rows 2
feed '{"observer": ["e.example", "d.example", "b.example", "a.example"]}' "$(pass e.example healthy)" "$(pass a.example pool_healthy)"
holds "others come" within 5 rows 4
is "a pool that returns has its number" "$(snmpget -Oqv "${v2c[@]}" PCHAT-MIB::pchatPoolName.1)" "a.example"
is "a new one has a new number" "$(number_of e.example)" 5
agentx_stop KILL
agentx_start "tcp:127.0.0.1:$tcp_port"
holds "over TCP, after a kill" within 10 rows 4
is "numbers survive it" "$(snmpget -Oqv "${v2c[@]}" PCHAT-MIB::pchatPoolName.5)" "e.example"

# ---- two of them ----

"$agentx" --agentx "unix:$scratch/agentx.sock" --feed "$scratch/feed.sock" --state "$scratch/state2" >"$scratch/second.log" 2>&1
is "a second one is refused, and does not run on unserved" "$?" 1
holds "and says so" grep -q "snmpd refuses the registration" "$scratch/second.log"
is "the first is served" "$(snmpget -Oqv "${v2c[@]}" PCHAT-MIB::pchatPoolName.1)" "a.example"
is "a state folder that is damaged" \
  "$(echo rubbish >"$scratch/state2/indexes"; "$agentx" --state "$scratch/state2" 2>&1; echo "exit $?")" \
  "$(printf 'pchat-agentx: %s:1: this is no file of indexes; move it away to number anew\nexit 3' "$scratch/state2/indexes")"
is "it links nothing that could use a secret" "$(readelf -d "$agentx" | grep NEEDED | grep -oE 'lib(sybdb|curl|sqlite3|gssapi|xml2|yaml|ssl)[^]]*')" ""

# ---- snmpd comes and goes, under a walk ----

(while :; do MIBS='' walk -r 0 -t 1 "${v2c[@]:0:3}" "127.0.0.1:$port" "$base" >/dev/null 2>&1; done) &
walker=$!
pids+=("$walker")
resident() { awk '/^VmRSS/ {print $2}' "/proc/$agentx_pid/status"; }
before=$(resident) slowest=0
for i in $(seq "$restarts"); do
  kill "-$([ $((i % 2)) = 0 ] && echo TERM || echo KILL)" "$snmpd_pid"
  wait "$snmpd_pid" 2>/dev/null
  snmpd_start
  within 10 answers SNMPv2-MIB::sysUpTime.0
  since=$(now_ms)
  # the control waits as long as was promised
  (sleep 2; now_ms >"$scratch/control") &
  control=$!
  within 10 answers PCHAT-MIB::pchatAgentVersion.0 || not_ok "restart $i: registered again"
  took=$(($(now_ms) - since))
  [ "$took" -gt "$slowest" ] && slowest=$took
  if [ "$took" -ge 2000 ]; then
    wait "$control"
    [ "$took" -le $(($(<"$scratch/control") - since + 300)) ] || not_ok "restart $i: registered within 2 s" "$took ms"
  fi
  kill "$control" 2>/dev/null
done
kill "$walker"
wait "$walker" 2>/dev/null
ok "$restarts restarts of snmpd: registered again, at the latest $slowest ms after it answered"
grown=$(($(resident) - before))
# A sanitizer keeps what was freed.
[[ $build == *san ]] || holds "without a leak: $grown kB more" test "$grown" -lt 4096
is "without a registration twice" "$(grep -c 'registering pdu failed' "$scratch/agentx.log")" 0

# ---- notifications wait for snmpd ----

feed "$(pass e.example healthy)" "$(pass e.example healthy)"
is "nothing was said of what is well" "$(grep 'e\.example' "$scratch/traps" | grep -vc "1\.10\.1\.4\.5\.114\.")" 0
kill "$snmpd_pid"
wait "$snmpd_pid" 2>/dev/null
feed "$(pass e.example backup_stopped)" "$(pass e.example backup_stopped)"
holds "what is to be told is written down" within 5 grep -q '"pending": \[$' "$scratch/state/told-5.json"
agentx_stop KILL
agentx_start "unix:$scratch/agentx.sock"
snmpd_start
holds "it arrives once snmpd is back" within 10 grep -q '1\.10\.1\.4\.5\.5[0-9]\.' "$scratch/traps"
holds "and waits no more" within 5 grep -q '"pending": \[\]' "$scratch/state/told-5.json"
by_community=$(grep -c 'COMMUNITY.*e\.example' "$scratch/traps") by_user=$(grep -c 'USER.*e\.example' "$scratch/traps")
is "by 2c and by 3, each as often" "$by_community" "$by_user"
agentx_stop
is "TERM ends it well" "$?" 0

# ---- as it is shipped: the view, an unprivileged subagent, informs ----

if [ "$(id -u)" -eq 0 ]; then
  kill "$snmpd_pid"
  wait "$snmpd_pid" 2>/dev/null
  mkdir -p "$scratch"/{shipped,shipped-persist,shipped-state}
  chmod 755 "$scratch"
  chown 65534:65534 "$scratch/shipped-state"
  chmod 666 "$scratch/feed.sock"
  cp "$agentx" "$scratch/pchat-agentx"
  sed -e "s|/var/agentx/master|$scratch/shipped/agentx/master|; s|^\(agentXPerms .*\) pchat-snmp|\1 65534|; s|nms.example.com:162|udp:127.0.0.1:$trap_port|" \
    -e "s|1\.3\.6\.1\.4\.1\.8072\.9999\.9999\.5080|$base|; s|^trapsess .* -l authPriv|& -a SHA-256 -A $auth -x AES -X $privacy|" \
    contrib/snmp/snmpd.conf >"$scratch/shipped/snmpd.conf"
  printf '%s\n' "agentaddress udp:127.0.0.1:$port" "createUser pchatwatch SHA-256 \"$auth\" AES \"$privacy\"" >>"$scratch/shipped/snmpd.conf"
  env MIBS= SNMPCONFPATH="$scratch/shipped:$scratch/shipped-persist" SNMP_PERSISTENT_DIR="$scratch/shipped-persist" \
    snmpd -f -Lf "$scratch/shipped/log" -I -smux &
  snmpd_pid=$!
  pids+=("$snmpd_pid")
  setpriv --reuid=65534 --regid=65534 --clear-groups "$scratch/pchat-agentx" --agentx "unix:$scratch/shipped/agentx/master" \
    --feed "$scratch/feed.sock" --state "$scratch/shipped-state" >"$scratch/shipped/agentx.log" 2>&1 &
  agentx_pid=$!
  pids+=("$agentx_pid")
  v3=(-v3 -u pchatwatch -l authPriv -a SHA-256 -A "$auth" -x AES -X "$privacy" -r 0 -t 2 "127.0.0.1:$port")
  # shellcheck disable=SC2317
  by_view() { snmpget -Oqv "${v3[@]}" "$1" | grep -v 'No Such'; }
  holds "an unprivileged subagent serves under the snmpd.conf that is shipped" within 10 by_view PCHAT-MIB::pchatPoolName.1
  is "the view ends there" "$(by_view .1.3.6.1.4.1.8072.1.2.1.1.4.0.1; by_view .1.3.6.1.2.1.25.1.1.0)" ""
  is "by version 2c nobody is let in" "$(snmpget -r 0 -t 1 -v2c -c public "127.0.0.1:$port" PCHAT-MIB::pchatPoolName.1 2>/dev/null)" ""
  feed "$(pass e.example copy_stopped)" "$(pass e.example copy_stopped)"
  holds "informs arrive" within 15 grep -q 'INFORM.*pchatwatch.*e\.example' "$scratch/traps"
  agentx_stop
  is "it ends well" "$?" 0
fi

# ---- under kills ----

sed -i '/^trapsess/d' "$scratch/etc/snmpd.conf"
kill "$snmpd_pid"
wait "$snmpd_pid" 2>/dev/null
snmpd_start
within 10 answers SNMPv2-MIB::sysUpTime.0
# storm COUNT SNAPSHOTS: from a subagent on that knows of nothing
storm() {
  rm -rf "$scratch/state"
  mkdir "$scratch/state"
  : >"$scratch/traps"
  python3 tests/integration/lib/agentx_storm.py "$1" 7 "$scratch/control.sock" "$scratch/state" "$scratch/traps" "$2" "$port" "$base" -- \
    "$agentx" --agentx "unix:$scratch/agentx.sock" --feed "$scratch/feed.sock" --state "$scratch/state" 2>&1 | tee "$scratch/storm"
  grep -qE '^not ok|^Traceback' "$scratch/storm" && status=1
}
storm "$sequences" "$snapshots"

# ---- each fault of the lab ----

# recorded TEST WELL: what its check saw in each of its situations, of which WELL is the one without a fault
recorded() {
  local kept=$scratch/situations/$1
  mkdir -p "$kept"
  RECORD=$kept "tests/integration/$1.sh" "$build" full >"$scratch/$1.out" 2>&1
  [ "$2" = well ] || mv "$kept/$2.json" "$kept/well.json"
  holds "$1: $(find "$kept" -name '*.json' | wc -l) situations are recorded" test -s "$kept/well.json"
}
if [ "$level" = full ]; then
  recorded situations Healthy
  recorded pool_situations 1_normal
  recorded service_situations well
  storm each "$scratch/situations"
fi
exit $status
