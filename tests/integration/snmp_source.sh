#!/usr/bin/env bash
# snmp_source.sh BUILD [LEVEL]: our SNMP client against a real snmpd that lists Windows services (2c, 3 with authentication and
# privacy), against agents that mean harm, and with secrets in its hands.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/say.bash
. tests/integration/lib/say.bash
# A sanitizer's report is neither an answer nor an exit code that snmp_ask has.
export ASAN_OPTIONS=exitcode=66 UBSAN_OPTIONS=exitcode=66 TSAN_OPTIONS=halt_on_error=1
timeout_ms=1500 timeout_s=1.5
sanitized=false
[[ $build == *san ]] && sanitized=true timeout_ms=4000 timeout_s=4
pids=()
# shellcheck disable=SC2154
trap 'kill "${pids[@]}" 2>/dev/null; wait; rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- the agent ----

free_udp_port() { python3 -c 'import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

secret() { (umask 077 && printf '%s\n' "$2" >"$scratch/$1"); }
secret community "community-$RANDOM$RANDOM"
secret auth "authenticate-$RANDOM$RANDOM"
secret privacy "keep-private-$RANDOM$RANDOM"
secret wrong "nothing-right-$RANDOM$RANDOM"

mkdir -p "$scratch/etc" "$scratch/persist"
cat >"$scratch/windows_mib" <<SCRIPT
#!/bin/sh
exec python3 "$PWD/tests/integration/peers/windows_mib.py" "$scratch/rows.json"
SCRIPT
chmod +x "$scratch/windows_mib"

# rows JSON: what the agent lists from now on
rows() { printf '%s' "$1" >"$scratch/rows.new" && mv "$scratch/rows.new" "$scratch/rows.json"; }
chat='"Skype for Business Server Persistent Chat": 1'
channel='"1200": ["ChannelService.exe", "C:\\Chat\\", 1]'
others='"Print Spooler": 1, "Windows Update": 1'
processes='"4": ["System", "", 1], "2000": ["svchost.exe", "C:\\Windows\\System32\\", 1]'
well="{\"services\": {$others, $chat}, \"processes\": {$processes, $channel}}"
rows "$well"

agent_start() {
  agent_port=$(free_udp_port)
  cat >"$scratch/etc/snmpd.conf" <<CONF
agentaddress udp:127.0.0.1:$agent_port
rocommunity $(<"$scratch/community") 127.0.0.1
createUser watch256 SHA-256 "$(<"$scratch/auth")" AES "$(<"$scratch/privacy")"
createUser watch1 SHA "$(<"$scratch/auth")" AES "$(<"$scratch/privacy")"
createUser signer SHA-256 "$(<"$scratch/auth")"
rouser watch256 priv
rouser watch1 priv
rouser signer auth
dontLogTCPWrappersConnects yes
pass_persist -p 100 .1.3.6.1.4.1.77.1.2.3 $scratch/windows_mib
pass_persist -p 100 .1.3.6.1.2.1.25.4.2 $scratch/windows_mib
CONF
  env MIBS= SNMPCONFPATH="$scratch/etc:$scratch/persist" SNMP_PERSISTENT_DIR="$scratch/persist" \
    snmpd -f -Lf "$scratch/snmpd.log" -I -smux,-hrSWRunTable,-hrSWRunPerfTable >"$scratch/snmpd.out" 2>&1 &
  agent_pid=$!
  pids+=("$agent_pid")
  for _ in $(seq 100); do
    ask get community="$scratch/community" timeout_ms=200 >/dev/null && return
    kill -0 "$agent_pid" 2>/dev/null || break
  done
  return 1
}

# ---- asking ----

sys_up_time=1.3.6.1.2.1.1.3.0
by_community="community=$scratch/community"
by_user="user=watch256 auth=$scratch/auth privacy=$scratch/privacy"

# ask WHAT [KEY=VALUE...]: of the agent, or of port=NUMBER
ask() {
  local what=$1 port=$agent_port words=(oid="$sys_up_time" timeout_ms="$timeout_ms") word
  shift
  for word in "$@"; do
    if [[ $word == port=* ]]; then port=${word#port=}; else words+=("$word"); fi
  done
  "$build/tests/integration/snmp_ask" "$what" "${host-127.0.0.1}" "$port" "${words[@]}" 2>&1
}

now_ms() { date +%s%3N; }

# says NAME PATTERN WHAT "KEY=VALUE..."...: the answer has the pattern and comes by the deadline, beside a control that sleeps as long
says() {
  local name=$1 pattern=$2 got start control took bound
  shift 2
  # options are words
  # shellcheck disable=SC2068
  set -- $@
  start=$(now_ms)
  (exec >/dev/null 2>&1; sleep "$timeout_s"; now_ms >"$scratch/control") &
  control=$!
  got=$(ask "$@")
  took=$(($(now_ms) - start))
  if [ "$took" -lt "$timeout_ms" ]; then
    kill "$control" 2>/dev/null # it would only be waited for
    bound=$timeout_ms
  else
    wait "$control"
    bound=$(($(<"$scratch/control") - start + 250))
  fi
  if ! grep -qzP -- "$pattern" <<<"$got"; then
    not_ok "$name" "$got" "wanted: $pattern"
  elif ! $sanitized && [ "$took" -gt "$bound" ]; then
    not_ok "$name" "took $took ms, bound $bound ms"
  else
    ok "$name: $took ms"
  fi
}

# judged NAME CONDITION [KEY=VALUE...]: what check_pchat_service leads with, given the facts that SNMP brought
judged() {
  local name=$1 wanted=$2 got
  shift 2
  # shellcheck disable=SC2068
  ask services $@ >"$scratch/snapshot.json"
  got=$("$build/plugins/check_pchat_service" --replay "$scratch/snapshot.json" --format json 2>&1 |
    jq -r '[.conditions[] | "\(.name): \(.message)"] | first // "none"' 2>&1)
  if grep -qP -- "$wanted" <<<"$got"; then ok "$name"; else not_ok "$name" "$got" "wanted: $wanted"; fi
}

if ! agent_start; then
  not_ok "snmpd starts" "$(tail -n 20 "$scratch/snmpd.log")"
  exit 1
fi

# ---- a real agent ----

says "version 2c" '^\d+\n$' get "$by_community"
says "version 3, SHA-256 and AES" '^\d+\n$' get "$by_user"
says "version 3, SHA-1 and AES" '^\d+\n$' get "${by_user/watch256/watch1} digest=sha"
says "version 3, SHA-256 without privacy" '^\d+\n$' get "user=signer auth=$scratch/auth"
host=localhost says "by name" '^\d+\n$' get "$by_user"
says "eight ports at once, ten questions each" '^(\d+\n){80}$' get "$by_user" threads=8 repeat=10
says "a table" '(?s)Windows Update.*3 rows\n$' walk "$by_community" oid=1.3.6.1.4.1.77.1.2.3.1.1
says "an object as a vantage point sees it" '^seen .*, age 0' object "$by_user" oid=1.3.6.1.2.1.25.4.2.1.7.1200 seen=1,2
says "an object that is in another state" '^not_seen 1, age 0' object "$by_user" oid=1.3.6.1.2.1.25.4.2.1.7.1200 seen=2
says "an object that is not there" '^denied: .*noSuch' object "$by_community" oid=1.3.6.1.2.1.25.4.2.1.7.99 seen=1

says "a wrong community is a silence, and told as such" '^timed_out: .*does not tell a wrong community' get \
  "community=$scratch/wrong"
says "an unknown user" '^login_failed: the agent knows no user nobody' get "${by_user/watch256/nobody}"
says "a wrong authentication passphrase" '^login_failed: .*refuses the digest of user watch256' get \
  "user=watch256 auth=$scratch/wrong privacy=$scratch/privacy"
says "another digest" '^login_failed: .*refuses the digest' get "$by_user" digest=sha
says "a wrong privacy passphrase" '^timed_out: the agent is there, .*check the privacy passphrase' get \
  "user=watch256 auth=$scratch/auth privacy=$scratch/wrong"
says "privacy that the user does not have" '^login_failed: the agent has no such keys for user signer' get \
  "${by_user/watch256/signer}"
says "no privacy where the agent wants it" '^denied: .*authorizationError' get "user=watch256 auth=$scratch/auth"
says "users of one name do not share passphrases" '^login_failed: .*refuses the digest' get \
  "user=watch256 auth=$scratch/wrong privacy=$scratch/privacy threads=4 repeat=3"
port=$(free_udp_port)
says "nobody listens" '^refused: .*Connection refused' get "$by_community" port="$port"
host=no-such-host.invalid says "no such name" '^unresolved: ' get "$by_community"

# ---- services ----

judged "chat runs, by 2c" '^none' "$by_community"
judged "chat runs, by 3" '^none' "$by_user"
is "the facts" "$(jq -c '.hosts[0].service.rows' "$scratch/snapshot.json")" \
  '[{"name":null,"display_name":"Skype for Business Server Persistent Chat","state":"Running","start_mode":null,"path_name":"C:\\Chat\\ChannelService.exe","process_id":1200,"exit_code":null}]'
is "the way" "$(jq -r '.hosts[0].ways.snmp.sight' "$scratch/snapshot.json")" seen
holds "the host's clock" jq -e '.hosts[0].os.rows[0] | .now_utc != null and .last_boot_utc != null' "$scratch/snapshot.json"
rows "{\"services\": {$others}, \"processes\": {$processes}}"
judged "chat is not listed" '^service_stopped: pc1 has no service of ChannelService.exe; SNMP lists running' "$by_user"
rows "{\"services\": {$others, ${chat/: 1/: 4}}, \"processes\": {$processes, $channel}}"
judged "chat is paused" '^service_stopped: pc1: Skype for Business Server Persistent Chat is paused' "$by_user"
rows "{\"services\": {}, \"processes\": {$processes, $channel}}"
judged "processes alone" '^none' "$by_user"
rows "{\"services\": {$others, $chat}, \"processes\": {}}"
judged "services alone" '^none' "$by_user"
rows '{"services": {}, "processes": {}}'
judged "empty tables prove nothing" '^service_unproven: pc1: not known: service' "$by_user"
is "and say why" "$(jq -r '.hosts[0].service.detail' "$scratch/snapshot.json")" \
  "the agent lists neither services nor processes"
rows "{\"services\": {$others}, \"processes\": {$processes}}"
judged "a front end without its service is not known" '^service_unproven: pc1: not known: service' "$by_user" kind=front_end
judged "a wrong passphrase is no stopped service" '^service_unproven: .*login failed' "user=watch256 auth=$scratch/wrong privacy=$scratch/privacy"
rows "$well"

# The check itself, of a pool whose only host is that agent's; nothing else of the pool is there.
cat >"$scratch/topology.yaml" <<YAML
pools:
  - fqdn: lyncpc.litwareinc.com
    sites:
      - name: dub
        role: primary
        sql: [{name: sqlpri1, role: principal, host: 127.0.0.1, port: 1, tls: request, credential: sql}]
        chat_servers:
          - {name: pc1, fqdn: pc1.litwareinc.com, address: 127.0.0.1, ports: {sip: 1, wcf: 1}}
    snmp: {port: $agent_port, credential: agent}
credentials:
  sql: {sql_user: nobody, password_file: wrong}
  agent: {snmp_user: watch256, auth_file: auth, privacy_file: privacy}
YAML
"$build/plugins/check_pchat_service" --topology "$scratch/topology.yaml" --timeout 5 --record "$scratch/record.json" \
  >"$scratch/check.out" 2>&1
is "the check asks by SNMP" "$(jq -c '.hosts[0] | [.ways.snmp.sight, .service.rows[0].state]' "$scratch/record.json" 2>&1)" \
  '["seen","Running"]'
rows "{\"services\": {$others}, \"processes\": {$processes}}"
"$build/plugins/check_pchat_service" --topology "$scratch/topology.yaml" --timeout 5 >"$scratch/check.out" 2>&1
holds "and tells what is not listed" grep -q 'pc1 has no service of ChannelService.exe' "$scratch/check.out"
rows "$well"

# ---- the library keeps to itself ----

mkdir -p "$scratch/evil"
printf 'defVersion 1\nclientaddr 192.0.2.1\ndumpPacket yes\ndefCommunity x\nlogOption s 0\n' >"$scratch/evil/snmp.conf"
got=$(env -u HOME SNMPCONFPATH="$scratch/evil" SNMP_PERSISTENT_DIR="$scratch/state" MIBS=ALL MIBDIRS="$scratch" \
  "$build/tests/integration/snmp_ask" get 127.0.0.1 "$agent_port" oid="$sys_up_time" "$by_community" 2>&1)
holds "net-snmp's files and variables change nothing" grep -qxP '\d+' <<<"$got"
holds "no state is written" test ! -e "$scratch/state"

# ---- agents that mean harm ----

# hostile MODE: in $port
hostile() {
  : >"$scratch/port"
  tests/integration/peers/hostile_agent.py "$1" >"$scratch/port" 2>"$scratch/hostile.err" &
  pids+=($!)
  for _ in $(seq 250); do
    [ -s "$scratch/port" ] && break
    sleep 0.02
  done
  port=$(<"$scratch/port")
}

hostile good
says "the agent that means harm can be good" '^7\n' get "$by_community" port="$port"
while IFS='|' read -r mode what pattern; do
  hostile "$mode"
  options=$by_community
  [[ $mode == v3_* ]] && options=$by_user
  says "$mode ($what)" "$pattern" "$what" "$options" port="$port"
done <<'MODES'
silent|get|^timed_out: no answer in time
silent|walk|^timed_out: no answer in time
garbage|get|^protocol_error: \d+ datagrams came, none of them an answer
flood|get|^protocol_error: 1000 datagrams came, none of them an answer
cut|get|^protocol_error: \d+ datagrams came, none of them an answer
other_request|get|^timed_out: no answer in time
other_object|get|^protocol_error: the agent answers more, or else
nothing|walk|^protocol_error: the agent answers more, or else
same_row|walk|^protocol_error: the walk does not get on
going_back|walk|^protocol_error: the walk does not get on
going_before|walk|^protocol_error: the walk does not get on
endless|walk|^protocol_error: more than 100 rows
many_rows|walk|^protocol_error: the agent answers more, or else
too_big|walk|^protocol_error: the answer does not fit
failing|walk|^protocol_error: the agent failed
forbidding|walk|^denied: 
v3_always_late|get|^protocol_error: .*not in its time window
v3_forgetful|get|^protocol_error: .*does not know the engine ID
v3_other_engines|get|^protocol_error: .*engine ID
v3_no_engine|get|^protocol_error: .*without an engine ID
v3_long_engine|get|^protocol_error: 
v3_then_silent|get|^timed_out: the agent is there, but
v3_then_garbage|get|^protocol_error: \d+ datagrams came
MODES
hostile silent
judged "a silent agent is a host that is not seen" '^host_unseen: ' "$by_community" port="$port"
# Their words come from one buffer of the library.
hostile garbage
says "garbage to several threads at once" '(?m)^protocol_error: \d+ datagrams came' \
  get "$by_community" port="$port" timeout_ms=20 repeat=40 threads=8
hostile mutated
got=$(ask get "$by_community" port="$port" timeout_ms=50 repeat=40 threads=4)
rc=$?
if [ "$rc" -le 1 ]; then ok "changed bytes are survived"; else not_ok "changed bytes are survived" "exit $rc" "$got"; fi

# ---- secrets ----

absent() { # NAME FILE
  local name
  for name in community auth privacy; do
    if grep -qaFf "$scratch/$name" "$2"; then not_ok "$1: $name"; else ok "$1: $name"; fi
  done
}
for options in "$by_community" "$by_user" "user=watch256 auth=$scratch/wrong privacy=$scratch/privacy"; do
  ask services "$options" >>"$scratch/output"
  ask get "$options" >>"$scratch/output"
done
absent "output" "$scratch/output"
absent "record" "$scratch/record.json"

# While it waits it holds them all.
hostile v3_then_silent
"$build/tests/integration/snmp_ask" get 127.0.0.1 "$port" oid="$sys_up_time" timeout_ms=3000 user=watch256 auth="$scratch/auth" \
  privacy="$scratch/privacy" >/dev/null 2>&1 &
pid=$!
sleep 1
tr '\0' '\n' <"/proc/$pid/cmdline" >"$scratch/argv"
tr '\0' '\n' <"/proc/$pid/environ" >"$scratch/environment"
absent "argv" "$scratch/argv"
absent "environment" "$scratch/environment"
is "its /proc belongs to root" "$(stat -c %U "/proc/$pid/environ")" root
wait "$pid"

cat >"$scratch/core.py" <<'PY'
import os, resource, signal, subprocess, sys, time
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=os.environ["CORE_DIR"])
time.sleep(1)
os.kill(child.pid, signal.SIGSEGV)
_, status = os.waitpid(child.pid, 0)
print("core" if os.WCOREDUMP(status) else "none")
PY
export CORE_DIR=$scratch
is "a control process dumps core here" "$(python3 "$scratch/core.py" sleep 5)" core
is "snmp_ask dumps none" "$(python3 "$scratch/core.py" "$PWD/$build/tests/integration/snmp_ask" get 127.0.0.1 "$port" \
  oid="$sys_up_time" timeout_ms=5000 user=watch256 auth="$scratch/auth" privacy="$scratch/privacy")" none

holds "snmpd outlives it all" kill -0 "$agent_pid"
exit "$status"
