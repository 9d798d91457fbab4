#!/usr/bin/env bash
# vantage.sh BUILD [LEVEL]: each kind of vantage point against the lab or a real peer - well, hung, lying and stale - and what the
# pool's check makes of a site that is out of sight: lost only by two failure domains, and never by a vote that is none.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/timed.bash
. tests/integration/lib/timed.bash
check=$build/plugins/check_pchat_pool
timeout_s=4
agent_pid=
# shellcheck disable=SC2154
trap 'lab_stop; [ -z "$agent_pid" ] || kill "$agent_pid"; wait; rm -rf "$scratch"' EXIT

lab_start "$scratch/lab" || exit 1
cp "$lab/topology.yaml" "$scratch/without.yaml"

# vantages LINE...: the lab's topology with these vantage points, each the inside of a mapping; none: without any
vantages() {
  {
    sed '/^credentials:/,$d' "$scratch/without.yaml"
    [ $# -eq 0 ] || echo "    vantage_points:"
    [ $# -eq 0 ] || printf '      - {%s}\n' "$@"
    sed -n '/^credentials:/,$p' "$scratch/without.yaml"
    printf '  community: {community_file: %s}\n' "$scratch/community"
  } >"$lab/topology.yaml"
}

# by_winrm NAME HOST DOMAIN [KEYS]
by_winrm() {
  echo "name: $1, kind: winrm, failure_domain: $3, host: $2.litwareinc.com, address: 127.0.0.1," \
    "winrm: {port: $(host_port "$2" winrm), auth: basic, credential: winrm, ca: ca.pem}${4:+, $4}"
}
third=$(by_winrm oob1 oob1 third)

# program NAME: reads its text; the vantage point that it makes is $program
program() {
  # shellcheck disable=SC2016
  { printf '#!/bin/bash\nnow=$(date -u +%%FT%%TZ)\n'; cat; } >"$scratch/$1"
  chmod 0700 "$scratch/$1"
  program="name: $1, kind: command, failure_domain: third, command: $scratch/$1"
}

# leads NAME CONDITION: which condition comes first, or OK
leads() {
  is "$1" "$(jq -r '[.conditions[] | "\(.severity) \(.name)"] | first // "OK"' <<<"$out")" "$2"
}
# never NAME CONDITION
never() {
  if jq -e --arg name "$2" '[.conditions[].name] | index($name) | not' <<<"$out" >/dev/null; then ok "$1"; else not_ok "$1" "$conditions"; fi
}
# looked NAME: runs the check in time, and records the pass
looked() { timed "$1" --record "$scratch/pass.json"; }
# votes: what the pass has of its one vantage point, "sqlpri1=seen ... (detail)", or "sight: detail"
votes() {
  jq -r '[.hosts[] | select(.kind == "vantage")] | first | .vote |
    if .sight == "seen" then ([.rows[] | "\(.object)=\(.vote)"] | join(" ")) + " (\(.detail))"
    else "\(.sight): \(.detail)" end' "$scratch/pass.json" 2>&1
}
# says NAME PATTERN: the votes have it
says() {
  local got
  got=$(votes)
  if grep -qE -- "$2" <<<"$got"; then ok "$1"; else not_ok "$1" "$got" "wanted: $2"; fi
}
# no_loss NAME: not enough for a site loss; the site is merely out of sight
no_loss() {
  never "$1: no site loss" site_loss
  is "$1: the site is unseen" "$(jq '[.conditions[].name] | index("primary_site_unseen") != null' <<<"$out")" true
}

# ---- all is well ----

vantages "$third"
looked "a pool that is well, seen from elsewhere too"
leads "a vantage point changes nothing of a pool that is well" OK
says "it sees all of it" '^sqlpri1=seen sqlmir1=seen sqldr1=seen sqldr2=seen pc1=seen .* fe-red1=seen \(null\)$'
vantages "name: a, kind: sql, failure_domain: dub, instance: sqlpri1"
looked "the principal's opinion"
says "the principal sees its mirror" '^sqlpri1=unknown sqlmir1=seen sqldr1=unknown'
vantages "name: m, kind: sql, failure_domain: dub, instance: sqlmir1"
looked "the mirror's opinion"
says "the mirror hides its own from a login that is no sysadmin" '^sqlpri1=unknown sqlmir1=unknown sqldr1=unknown .*=unknown \(null\)$'
program probe <<'P'
echo "now $now"
while read -r name kind host port; do
  (timeout 1 bash -c "exec 3<>/dev/tcp/$host/$port" 2>/dev/null && echo "$name seen $now" || echo "$name not_seen $now") &
done
wait
P
probe=$program
vantages "$probe"
looked "a program that connects"
says "a program sees all of it" '^sqlpri1=seen sqlmir1=seen sqldr1=seen sqldr2=seen pc1=seen .* fe-red1=seen \(null\)$'
lab_do fault set port pc2 port=5041 how=closed
vantages "$third"
looked "a port that refuses"
says "a refusal is told from there" 'pc1=seen pc2=not_seen pc3=seen'
lab_do fault clear port pc2

# ---- out of sight from here alone ----

lab_do fault set link_cut "monitor->dub"
vantages
looked "the link to dub is cut"
no_loss "the link to dub is cut"
vantages "$third"
looked "a third place sees dub"
leads "a third place sees dub: it is our link" "UNKNOWN monitor_isolated"
is "that is UNKNOWN" "$rc" 3
vantages "$(by_winrm red-pc5 pc5 red)"
looked "the backup site sees dub"
leads "so does the backup site: it is our link" "UNKNOWN monitor_isolated"
lab_do fault clear link_cut "monitor->dub"

# ---- the site is lost ----

lab_do fault set site_down dub
lab_do clock advance 1m
vantages
looked "dub is down"
no_loss "nobody else was asked"
vantages "$(by_winrm red-pc5 pc5 red)"
looked "dub is down, red sees that"
says "red tells" 'sqlpri1=not_seen sqlmir1=not_seen sqldr1=seen'
no_loss "the backup site's word alone"
vantages "$(by_winrm near oob1 monitor)"
looked "dub is down, our own domain sees that"
no_loss "a word from our own failure domain"
vantages "$third"
looked "dub is down, a third place sees that"
leads "two failure domains" "CRITICAL site_loss"
is "that is CRITICAL" "$rc" 2
vantages "$probe"
looked "dub is down, a program finds that"
leads "a program that connects" "CRITICAL site_loss"
vantages "$third" "$(by_winrm red-pc5 pc5 red)"
looked "dub is down, everybody sees that"
leads "two failure domains and the backup site" "CRITICAL site_loss"

lab_do fault set winrm oob1 how=hung
vantages "$third"
looked "the third place hangs"
says "that it hangs is told" '^timed_out: '
no_loss "the third place hangs"
lab_do fault clear winrm oob1
lab_do fault set winrm oob1 how=unauthorized
looked "the third place lets nobody in"
says "that it lets nobody in is told" '^login_failed: '
no_loss "the third place lets nobody in"
lab_do fault clear winrm oob1
lab_do fault set link_cut "oob1->red"
looked "the third place sees nothing at all"
says "who sees nothing has no vote" 'sqlpri1=unknown .*it sees nothing of the pool'
no_loss "the third place sees nothing at all"
lab_do fault clear link_cut "oob1->red"
vantages "$(by_winrm oob1 oob1 third "reference: '127.0.0.1:$(host_port fe-red1 web)'")"
looked "its reference is seen"
leads "a reference that is seen" "CRITICAL site_loss"
vantages "$(by_winrm oob1 oob1 third "reference: 'nobody.invalid:53'")"
looked "its reference is not seen"
no_loss "a reference that is not seen"
vantages "name: b, kind: sql, failure_domain: third, instance: sqldr1"
looked "what sqldr1 knows"
no_loss "sqldr1 is no witness of dub"

# ---- programs ----

# shellcheck disable=SC2016
knows='case $name in sqldr*|pc[5-8]|fe-red1) echo "$name seen $at";; *) echo "$name not_seen $at";; esac'
program knows <<P
at=\$now
echo "now \$now"; while read -r name kind host port; do $knows; done
P
vantages "$program"
looked "a program that knows"
leads "a program in a third domain" "CRITICAL site_loss"
program relay <<P
at=\$(date -u -d '90 seconds ago' +%FT%TZ)
echo "now \$now"; while read -r name kind host port; do $knows; done
P
vantages "$program"
looked "a program that relays what is recent"
leads "what is recent counts" "CRITICAL site_loss"
program old <<P
at=\$(date -u -d '10 minutes ago' +%FT%TZ)
echo "now \$now"; while read -r name kind host port; do $knows; done
P
vantages "$program"
looked "a program that relays what is old"
no_loss "stale votes"
program stored <<P
at=2026-01-01T00:00:00Z
echo "now \$at"; while read -r name kind host port; do $knows; done
P
vantages "$program"
looked "a program that prints what was stored"
says "a stored answer is told" 'an answer that was stored, or a wrong clock'
no_loss "a stored answer"
program future <<P
at=\$(date -u -d '10 minutes' +%FT%TZ)
echo "now \$now"; while read -r name kind host port; do $knows; done
P
vantages "$program"
looked "a program with votes from the future"
no_loss "votes from the future"
program gloomy <<'P'
echo "now $now"; while read -r name kind host port; do echo "$name not_seen $now"; done
P
vantages "$program"
looked "a program that never sees anything"
says "who never sees anything has no vote" 'it sees nothing of the pool'
no_loss "a program that never sees anything"
program liar <<P
at=\$now
echo "now \$now"; echo "sqlpri9 seen \$now"; echo "pc9 seen \$now"
while read -r name kind host port; do [ "\$name" = pc1 ] || $knows; echo "\$name not_seen \$now"; done
P
vantages "$program"
looked "a program that contradicts itself"
no_loss "a program that contradicts itself"
program cheerful <<'P'
echo "now $now"; while read -r name kind host port; do echo "$name seen $now"; done
P
vantages "$program"
looked "a program that sees everything"
leads "one sighting is enough to stop" "UNKNOWN monitor_isolated"
program partial <<P
at=\$now
echo "now \$now"; while read -r name kind host port; do [ "\$name" = pc3 ] || $knows; done
P
vantages "$program"
looked "a program that leaves one out"
no_loss "an object that nobody told of"
program hangs <<'P'
sleep 600 & echo $! >"$(dirname "$0")/left"
wait
P
vantages "$program"
looked "a program that hangs"
says "that it hangs is told" '^timed_out: it was still running at the deadline'
no_loss "a program that hangs"
for _ in $(seq 100); do kill -0 "$(<"$scratch/left")" 2>/dev/null || break; sleep 0.02; done
if kill -0 "$(<"$scratch/left")" 2>/dev/null; then not_ok "its children end with it"; else ok "its children end with it"; fi
program talks <<'P'
yes "sqlpri1 not_seen $now"
P
vantages "$program"
looked "a program that talks for ever"
no_loss "a program that talks for ever"
program open_to_all <<'P'
echo "now $now"
P
chmod 0777 "$scratch/open_to_all"
vantages "$program"
looked "a program that anybody can change"
says "it is not run" '^not_asked: .*open_to_all can be written by others'
no_loss "a program that anybody can change"

# ---- a real SNMP agent ----

printf 'community-%s%s\n' "$RANDOM" "$RANDOM" >"$scratch/community"
chmod 0600 "$scratch/community"
cat >"$scratch/outlets" <<'P'
#!/bin/sh
# pass -g OID: outlet N of the power strip, 1 on, 2 off
echo "$2"
echo integer
cat "$(dirname "$0")/outlet.${2##*.}"
P
chmod 0700 "$scratch/outlets"
mkdir "$scratch/snmp"
udp_port=$(python3 -c 'import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$scratch/snmp/snmpd.conf" <<CONF
agentaddress udp:127.0.0.1:$udp_port
rocommunity $(<"$scratch/community") 127.0.0.1
pass .1.3.6.1.4.1.318.1.1.12.3.5.1.1.4 $scratch/outlets
CONF
env MIBS= SNMPCONFPATH="$scratch/snmp" SNMP_PERSISTENT_DIR="$scratch/snmp" snmpd -f -Lf "$scratch/snmpd.log" -I -smux >/dev/null 2>&1 &
agent_pid=$!
objects=
for i in sqlpri1 sqlmir1 pc1 pc2 pc3 pc4; do
  n=$((${n-0} + 1))
  echo 2 >"$scratch/outlet.$n"
  objects+="${objects:+, }{object: $i, oid: 1.3.6.1.4.1.318.1.1.12.3.5.1.1.4.$n, seen: 1, not_seen: 2}"
done
strip="name: strip, kind: snmp, failure_domain: power-dub, host: 127.0.0.1, snmp: {port: $udp_port, credential: community}, objects: [$objects]"
vantages "$strip"
for _ in $(seq 100); do grep -q 'NET-SNMP version' "$scratch/snmpd.log" 2>/dev/null && break; sleep 0.05; done
looked "all outlets of dub are off"
says "the power strip tells" 'sqlpri1=not_seen sqlmir1=not_seen sqldr1=unknown .*pc1=not_seen'
leads "a power strip in a domain of its own" "CRITICAL site_loss"
echo 1 >"$scratch/outlet.3"
looked "one outlet is on"
leads "an outlet that is on" "UNKNOWN monitor_isolated"
echo 7 >"$scratch/outlet.3"
looked "one outlet says what it never said"
no_loss "a value that is in no list"
rm "$scratch/outlet.3"
looked "one outlet is not there"
no_loss "an outlet that is not there"
kill -STOP "$agent_pid"
looked "the power strip hangs"
says "that it hangs is told" '^timed_out: '
no_loss "the power strip hangs"
kill -CONT "$agent_pid"

# ---- the way back ----

lab_do fault clear site_down dub
lab_do clock advance 3m
vantages "$third"
looked "dub is back"
never "dub is back: no site loss" site_loss
if lab_stop; then ok "the lab ends well"; else not_ok "the lab ends well" "$(cat "$scratch/lab.log")"; fi
exit "$status"
