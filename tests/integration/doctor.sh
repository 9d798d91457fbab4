#!/usr/bin/env bash
# doctor.sh BUILD [LEVEL]: pchatctl doctor against the lab: well, it finds nothing; with each fault it names the first layer that
# fails, by one diagnosis of its own.  It keeps its deadline, says no secret, and what it advises heals.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
ctl=$build/plugins/pchatctl
timeout_s=4
export TSAN_OPTIONS=${TSAN_OPTIONS-}:atexit_sleep_ms=0 # which the deadline does not reckon with
declare -A seen # diagnoses that a test has produced
helper=
# shellcheck disable=SC2317
finish_all() {
  [ -z "$helper" ] || kill "$helper" 2>/dev/null
  finish
}
trap finish_all EXIT

# doctor [options] [NAME...]: the record in $out, exit code in $rc; $topology is asked
doctor() {
  out=$("$ctl" --topology "$topology" doctor --timeout "$timeout_s" --format json "$@" 2>"$scratch/complaint")
  rc=$?
}

# found WAY: "layer diagnosis" of the first endpoint of that way that fails
found() {
  jq -r --arg way "$1" '[.endpoints[] | select(.way == $way and .state == "fail")][0].steps
    | map(select(.diagnosis))[0] | "\(.layer) \(.diagnosis)"' <<<"$out" 2>&1
}

# names NAME WAY WANT ENDPOINT: the doctor finds WANT ("layer diagnosis") at that door, and nothing after it
names() {
  local got
  doctor "$4"
  got=$(found "$2")
  if [ "$rc" -eq 1 ] && [ "$got" = "$3" ]; then
    ok "$1: $3"
    seen[${3#* }]=1
  else
    not_ok "$1" "exit $rc" "got:  $got" "want: $3" "$out"
  fi
  if ! jq -e '[.endpoints[] | select(.state == "fail") | .steps | (map(.diagnosis != null) | index(true)) as $first
      | .[$first:][] | .diagnosis] | all' <<<"$out" >"$scratch/jq.out" 2>&1; then
    not_ok "$1: nothing good is said after the first failure" "$out"
  fi
}

# suffers NAME WAY WANT FAULT TARGET [K=V...]: the same under a fault of the lab
suffers() {
  local name=$1 way=$2 want=$3 fault=$4 target=$5
  shift 5
  lab_do fault set "$fault" "$target" "$@"
  names "$name" "$way" "$want" "$target"
  lab_do fault clear "$fault" "$target"
}

# altered SED: $topology is a copy of the lab's with that done to it
altered() {
  topology=$lab/altered.yaml
  sed -E "$1" "$lab/topology.yaml" >"$topology"
}
as_is() { topology=$lab/topology.yaml; }

# as_sa INSTANCE SQL
as_sa() {
  /usr/bin/python3 tests/integration/peers/pytds_query.py localhost "$(jq ".$1" "$lab/ports.json")" "$lab/ca.pem" sa \
    "$lab/credentials/sa.password" "$2" >"$scratch/sa.out" 2>&1 || not_ok "$1: $2" "$(cat "$scratch/sa.out")"
}
host_port() { jq -r --arg name "$1" --arg kind "$2" '.[$name].ports[$kind]' "$lab/hosts.json"; }

# --- usage
refused() { # NAME PATTERN ARGS...
  local name=$1 pattern=$2 said
  shift 2
  said=$("$ctl" "$@" 2>&1)
  if [ $? -eq 3 ] && grep -qE -- "$pattern" <<<"$said"; then ok "$name"; else not_ok "$name" "$said"; fi
}
refused "no subcommand" "no subcommand"
refused "a mistyped subcommand" "did you mean doctor" doctr
refused "a topology that is not there" "$scratch/none.yaml" --topology "$scratch/none.yaml" doctor
refused "a bad timeout" "timeout.*10x" doctor --timeout 10x
refused "a record that is not there" "none.json" doctor --replay "$scratch/none.json"
echo '{"schema": 1}' >"$scratch/other.json"
refused "a record of something else" "not a record of doctor" doctor --replay "$scratch/other.json"
holds "--help" grep -q "doctor  *for every endpoint" <("$ctl" --help)
holds "doctor --help" grep -q -- "--timeout" <("$ctl" doctor --help)

lab_start "$scratch/lab" --now || exit 1
as_is
refused "a name that is nowhere" 'did you mean sqldr1' --topology "$topology" doctor sqldr11

# --- all well
doctor
is "the healthy lab: exit code" "$rc" 0
is "the healthy lab: nothing fails" "$(jq -r '.endpoints[] | select(.state != "ok") | .name' <<<"$out")" ""
is "every kind of endpoint is examined" "$(jq -r '[.endpoints[].way] | unique | join(" ")' <<<"$out")" "sip sql tcp web winrm"
is "a SQL Server's layers" "$(jq -r '.endpoints[] | select(.name == "sqlpri1") | [.steps[].layer] | join(" ")' <<<"$out")" \
  "name tcp prelogin tls login database right query clock"
is "a management host's layers" \
  "$(jq -r '.endpoints[] | select(.name == "fe-dub1" and .way == "winrm") | [.steps[].layer] | join(" ")' <<<"$out")" \
  "name tcp tls http login right script store clock"
echo "$out" >"$scratch/record.json"
is "a record shows what was shown" "$("$ctl" doctor --replay "$scratch/record.json" --format json)" "$out"
holds "for people" grep -q '^DOCTOR OK' <("$ctl" doctor --replay "$scratch/record.json")
doctor sqldr1 pc1
is "named endpoints alone" "$(jq -r '[.endpoints[].name] | unique | join(" ")' <<<"$out")" "pc1 sqldr1"

# --- SQL Server
suffers "SQL Server stopped" sql "tcp port_refused" instance_down sqlmir1
suffers "packets vanish" sql "tcp port_filtered" blackholed sqlmir1
suffers "SQL Server hangs" sql "prelogin sql_silent" instance_hung sqlmir1
suffers "cut at once" sql "prelogin connection_cut" cut_after sqlmir1 bytes=0
suffers "cut in the handshake" sql "tls tls_failed" cut_after sqlmir1 bytes=64
suffers "cut among the answers" sql "query session_cut" cut_after sqlmir1 bytes=3000
suffers "an expired certificate" sql "tls certificate_expired" certificate_expired sqlmir1
suffers "a certificate for another" sql "tls certificate_wrong_name" certificate_wrong_name sqlmir1
suffers "a changed password" sql "login login_failed" wrong_password sqldr1 login=pchat_monitor
suffers "locked tables" sql "query tables_locked" msdb_locked sqldr1
suffers "a clock that is off" sql "clock clock_off" clock_skew sqldr1 seconds=400
suffers "a right on a table" sql "right right_on_object" right_revoked sqldr1 login=pchat_monitor permission=SELECT \
  database=msdb object=dbo.backupset
suffers "a right on the chat database" sql "right right_on_object" right_revoked sqlpri1 login=pchat_monitor permission=SELECT \
  database=mgc object=dbo.tblActivePeers
suffers "a right on the server" sql "right right_on_server" right_revoked sqldr1 login=pchat_monitor \
  "permission=VIEW ANY DEFINITION"
as_sa sqldr1 "USE msdb; DROP USER [pchat_monitor];"
names "no user in msdb" sql "right user_missing" sqldr1
cured=false
for _ in $(seq 30); do
  cure=$(jq -r '[.endpoints[0].steps[] | select(.layer == "right" and .diagnosis) | .remedy | sub(" \\(or run .*"; "")] | join(" ")' <<<"$out")
  if [ -z "$cure" ]; then
    cured=true
    break
  fi
  as_sa sqldr1 "$cure"
  doctor sqldr1
done
is "its statements, run as they stand, bring the rights back" "$cured $rc" "true 0"
suffers "a database that is SUSPECT" sql "database database_not_open" database_closed sqldr1 state=suspect
altered 's/database: mgc$/database: mgcc/'
names "a database of another name" sql "database database_absent" sqlpri1
altered '/name: sqlmir1/,/port:/s/host: .*/host: sqlmir1.invalid/'
names "an unknown name" sql "name name_unknown" sqlmir1
# A network of its own, with nothing but its loopback: no way to others, and a resolver that is down, or that never answers.
cat >"$scratch/silent.py" <<'PY'
import fcntl, os, socket, struct, sys
request = struct.pack("16sh", b"lo", 1)  # IFF_UP
probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(probe, 0x8914, request)      # SIOCSIFFLAGS
if sys.argv[1] == "silent":
    probe.bind(("127.0.0.53", 53))
    os.set_inheritable(probe.fileno(), True)
os.execv(sys.argv[2], sys.argv[2:])
PY
printf 'nameserver 127.0.0.53\noptions timeout:30 attempts:3\n' >"$scratch/resolv.conf"
real_ctl=$ctl ctl=$scratch/alone
alone() { # down|silent: $ctl runs there
  cat >"$scratch/alone" <<WRAPPER
#!/bin/sh
exec unshare --mount --net sh -c 'mount --bind "$scratch/resolv.conf" "$(readlink -f /etc/resolv.conf)" &&
  exec python3 "$scratch/silent.py" $1 "$(readlink -f "$real_ctl")" "\$@"' sh "\$@"
WRAPPER
  chmod +x "$scratch/alone"
}
altered '/name: sqlmir1/,/port:/s/host: .*/host: sqlmir1.hanging.example/'
alone down
names "a resolver that is down" sql "name resolver_silent" sqlmir1
alone silent
names "a resolver that never answers" sql "name resolver_silent" sqlmir1
altered '/name: sqlmir1/,/port:/s/host: .*/host: 192.0.2.1/'
names "no way there" sql "tcp host_unreachable" sqlmir1
ctl=$real_ctl
altered "/name: sqlmir1/,/port:/s/port: .*/port: $(host_port pc1 winrm)/"
names "the port of something else" sql "prelogin connection_cut" sqlmir1
cp "$lab/credentials/monitor.pem" "$lab/other.pem"
altered '/name: sqlmir1/,/ca:/s/ca: .*/ca: other.pem/'
names "an authority that is not trusted" sql "tls certificate_untrusted" sqlmir1
echo "no certificate" >"$lab/broken.pem"
altered '/name: sqlmir1/,/ca:/s/ca: .*/ca: broken.pem/'
names "a ca file that is none" sql "tls ca_unusable" sqlmir1
# shellcheck disable=SC2016
altered '/^credentials:/,$s/^  monitor:/  monitor: {kerberos: true}\n  unused:/'
export KRB5CCNAME=FILE:$scratch/no-ticket
names "no ticket" sql "login no_ticket" sqlmir1

# Servers that mean harm.
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$scratch/key.pem" -out "$lab/hostile.pem" -days 30 -subj /CN=localhost \
  -addext subjectAltName=IP:127.0.0.1,DNS:localhost 2>/dev/null
python3 tests/integration/peers/hostile_tds.py "$lab/hostile.pem" "$scratch/key.pem" >"$scratch/hostile.json" 2>"$scratch/hostile.log" &
helper=$!
for _ in $(seq 500); do [ -s "$scratch/hostile.json" ] && break; sleep 0.02; done
while read -r mode want; do
  altered "/name: sqlmir1/,/ca:/{s/port: .*/port: $(jq --arg mode "$mode" '.[$mode]' "$scratch/hostile.json")/;s/ca: .*/ca: hostile.pem/}"
  names "$mode" sql "$want" sqlmir1
done <<'MODES'
random_bytes prelogin not_sql_server
dripping_tls tls tls_silent
closes_after_login login login_cut
silent_after_login login login_silent
retyped_columns login driver_crashed
MODES
kill "$helper"
helper=
as_is

# --- WinRM
suffers "a listener that is closed" winrm "tcp port_refused" port pc2 port=5986 how=closed
suffers "an untrusted certificate" winrm "tls certificate_untrusted" certificate pc2 use=winrm how=untrusted
suffers "WinRM: an expired certificate" winrm "tls certificate_expired" certificate pc2 use=winrm how=expired
suffers "a host that hangs" winrm "http winrm_silent" winrm pc2 how=hung
suffers "a 500 without words" winrm "http winrm_error" winrm pc2 how=no_body
suffers "the service behind HTTP.sys is stopped" winrm "http winrm_stopped" winrm pc2 how=unavailable
suffers "a login that is not let in" winrm "login winrm_login_refused" winrm pc2 how=unauthorized
suffers "access denied" winrm "right winrm_access_denied" winrm pc2 how=access_denied
suffers "an exhausted quota" winrm "script winrm_quota" winrm pc2 how=quota
suffers "a lost shell" winrm "script shell_lost" winrm pc2 how=lost_shell
suffers "modules that load slowly" winrm "script script_slow" winrm pc2 import_ms=60000
suffers "WinRM: a clock that is off" winrm "clock clock_off" clock_skew pc2 seconds=-900
suffers "a store that is down" winrm "store store_unreachable" store_unreachable fe-red1
names "the second hop, where no host reads the store" winrm "store second_hop_denied" fe-red1
altered "s/port: $(host_port fe-dub1 winrm)\\b/port: $(host_port fe-dub1 web)/"
names "the port of a web site" winrm "http winrm_elsewhere" fe-dub1
altered "s/port: $(host_port pc2 winrm)\\b/port: $(host_port pc2 wcf)/"
names "the port of something without TLS" winrm "tls tls_silent" pc2
altered "s|(port: $(host_port pc2 winrm), auth: basic, credential: winrm), ca: ca.pem|\\1, pinned_key: 'sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='|"
names "a key that is not the pinned one" winrm "http pinned_key_differs" pc2
altered "s/(port: $(host_port pc2 winrm)), auth: basic, credential: winrm/\\1, auth: negotiate/"
names "WinRM: no ticket" winrm "login no_ticket" pc2
altered "s/(name: )pc2(, fqdn: )pc2/\\1pc2\\2fs1/;s/port: $(host_port pc2 winrm)\\b/port: $(host_port fs1 winrm)/"
names "a host without the product" winrm "script tools_missing" pc2
as_is

# --- SIP, web, ports
suffers "SIP: a closed port" sip "tcp port_refused" port pc2 port=5041 how=closed
suffers "a filtered port" tcp "tcp port_filtered" port pc2 port=8011 how=filtered
suffers "SIP: a certificate for another" sip "tls certificate_wrong_name" certificate pc2 use=sip how=wrong_name
suffers "no SIP" sip "sip not_sip" sip pc2 how=garbage
suffers "silence" sip "sip sip_silent" sip pc2 how=silent
suffers "a cut after TLS" sip "sip sip_cut" sip pc2 how=closed
for code in 408 480 500; do suffers "SIP $code" sip "sip sip_degraded" sip pc2 code=$code; done
suffers "SIP 503" sip "sip sip_overloaded" sip pc2 code=503
suffers "SIP 504" sip "sip sip_next_hop" sip pc2 code=504
altered '/client_(certificate|key):/d'
names "mutual TLS, and nothing to show" sip "tls client_certificate_missing" pc2
cat "$scratch/key.pem" "$lab/hostile.pem" >"$lab/stranger.pem"
chmod 600 "$lab/stranger.pem"
altered 's/client_(certificate|key): .*/client_\1: stranger.pem/'
names "mutual TLS, and the wrong thing to show" sip "tls client_certificate_refused" pc2
as_is
suffers "room management is not there" web "web web_not_installed" web fe-dub1 code=404 path=rm
suffers "file transfer fails" web "web web_failing" web fe-dub1 code=500 path=files
suffers "a stopped application pool" web "web web_stopped" web fe-dub1 code=503
suffers "a web site that hangs" web "web web_silent" web fe-dub1 how=hung
suffers "a web site that cuts" web "web web_cut" web fe-dub1 how=closed
suffers "web: an expired certificate" web "tls certificate_expired" certificate fe-dub1 use=web how=expired

if [ "${#seen[@]}" -ge 30 ]; then
  ok "distinct diagnoses: ${#seen[@]}"
else
  not_ok "distinct diagnoses: ${#seen[@]}, expected at least 30" "${!seen[*]}"
fi

# --- what it costs, and what it says
for name in sqlpri1 sqlmir1 sqlwit1 sqldr1 sqldr2; do lab_do fault set instance_hung "$name"; done
for name in pc1 pc2 pc3 pc4; do lab_do fault set winrm "$name" how=hung; done
start=$(date +%s%3N)
(sleep "$timeout_s"; date +%s%3N >"$scratch/control") &
control=$!
doctor
end=$(date +%s%3N)
wait "$control"
bound=$(($(<"$scratch/control") - start + 250))
if [[ $build == *san ]] || [ $((end - start)) -le "$bound" ]; then
  ok "nine endpoints hang: ended in $((end - start)) ms"
else
  not_ok "nine endpoints hang: took $((end - start)) ms, bound $bound ms"
fi
is "the others are told all the same" \
  "$(jq -r '[.endpoints[] | select(.state == "fail") | .name] | length' <<<"$out") $(jq -r '.endpoints | length > 30' <<<"$out")" "9 true"
"$ctl" --topology "$topology" doctor --timeout "$timeout_s" >"$scratch/text" 2>&1
for name in sqlpri1 sqlmir1 sqlwit1 sqldr1 sqldr2; do lab_do fault clear instance_hung "$name"; done
for name in pc1 pc2 pc3 pc4; do lab_do fault clear winrm "$name"; done
holds "for people: the worst is said first" grep -qE '^DOCTOR FAIL - 9 of [0-9]+ endpoints: ' "$scratch/text"
lab_do fault set wrong_password sqlpri1
echo "$out" >>"$scratch/text"
doctor
echo "$out" >>"$scratch/text"
for file in "$lab"/credentials/*.password; do
  if grep -qF -- "$(head -n 1 "$file")" "$scratch/text"; then not_ok "it says a password"; else ok "it does not say ${file##*/}"; fi
done
exit $status
