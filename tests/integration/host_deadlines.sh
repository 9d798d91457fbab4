#!/usr/bin/env bash
# host_deadlines.sh BUILD [LEVEL]: whatever of a Windows host hangs - WinRM, SIP, web, a port, SNMP, a name, a site, all of it -, both
# checks answer by --timeout, report what they still saw, and name what they did not.
#
# A row: situation NAME 'what is done, one labctl call or command per ;' 'hosts that the service check names' 'hosts that are seen still'
# Rows run several at a time, each with its own lab; what they print is shown in their order.
# Each row has a scratch folder of its own.
# shellcheck disable=SC2030,SC2031
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/timed.bash
. tests/integration/lib/timed.bash
# shellcheck source=tests/integration/lib/hosts.bash
. tests/integration/lib/hosts.bash
only=${ONLY-}
at_once=3
timeout_s=3 # of six checks at once on two processors
$sanitized && { at_once=1; timeout_s=5; }
row=0
helper=
chat_servers="pc1 pc2 pc3 pc4 pc5 pc6 pc7 pc8"
front_ends="fe-dub1 fe-red1"
everyone="$chat_servers $front_ends"

# judge NAME STEPS NAMED SEEN
judge() {
  local name=$1 steps=$2 named=$3 seen=$4
  lab_start "$scratch/lab" || return
  settle ping_gap_s: 0
  lab_steps "$steps"
  timed_both "$name"
  is "$name: the service check's exit code" "$rc_service" "$([ -n "$named" ] && echo 3 || echo 0)"
  # hosts are words
  # shellcheck disable=SC2086
  [ -z "$named" ] || names "$name" $named
  # shellcheck disable=SC2086
  [ -z "$seen" ] || sees_rest "$name" $seen
}

# situation NAME STEPS NAMED SEEN [COMMAND]: the command judges more
situation() {
  [ -z "$only" ] || [[ $1 == *"$only"* ]] || return 0
  row=$((row + 1))
  while [ "$(jobs -rp | wc -l)" -ge "$at_once" ]; do wait -n; done
  (
    said=$scratch/$(printf %03d "$row").said
    scratch=$(mktemp -d)
    # shellcheck disable=SC2034
    status=0
    # shellcheck disable=SC2317
    end_all() {
      [ -z "$helper" ] || kill "$helper"
      finish
    }
    trap end_all EXIT
    {
      judge "$1" "$2" "$3" "$4"
      ${5-:} "$1"
    } >"$said" 2>&1
  ) &
}

# each FAULT HOSTS PARAM...: the steps that set it on each of them
each() {
  local fault=$1 hosts=$2 host
  shift 2
  for host in $hosts; do printf 'fault set %s %s %s; ' "$fault" "$host" "$*"; done
}

# ---- what steps call, beside labctl ----

labctl() {
  case $1 in
    here) "${@:2}" ;;
    *) "$build/tests/lab/pchat-labctl" --dir "$lab" "$@" ;;
  esac
}
# addresses NAME HOSTS: those hosts are looked for by that name
addresses() {
  local host
  for host in $2; do
    sed -i -E "/\{name: $host,/,/winrm:/ s/address: 127.0.0.1/address: $host.$1/" "$lab/topology.yaml"
  done
}
# silent_udp ADDRESS PORT: bound, and read by nobody; port 0 is any, and goes to $udp_port
silent_udp() {
  python3 -c '
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((sys.argv[1], int(sys.argv[2]))); print(s.getsockname()[1], flush=True); time.sleep(60)
' "$1" "$2" >"$scratch/silent" 2>&1 &
  helper=$!
  for _ in $(seq 250); do [ -s "$scratch/silent" ] && break; sleep 0.02; done
  udp_port=$(<"$scratch/silent")
}
silent_snmp() {
  silent_udp 127.0.0.1 0
  echo "community-$RANDOM" >"$scratch/community"
  chmod 600 "$scratch/community"
  by_snmp "$1" "$udp_port"
}
# hanging_resolver ADDRESS: from now on the checks run in a mount namespace of their own, where names are asked for at that address
hanging_resolver() {
  silent_udp "$1" 53
  printf 'nameserver %s\noptions timeout:30 attempts:3\n' "$1" >"$scratch/resolv.conf"
  cat >"$scratch/inside" <<WRAPPER
#!/bin/sh
mount --bind "$scratch/resolv.conf" "$(readlink -f /etc/resolv.conf)" && exec "\$@"
WRAPPER
  chmod +x "$scratch/inside"
  wrapped=(unshare --mount "$scratch/inside")
}

# ---- what is judged besides ----

# fact WHICH HOST GROUP WANT
fact() {
  jq -r --arg host "$2" --arg group "$3" '[.hosts[] | select(.name == $host)][0][$group].sight' "$scratch/$1.json" 2>&1
}
replica_alone() {
  is "$1: the replica is not seen" "$(fact pool pc1 replica)" timed_out
  is "$1: the services are" "$(fact service pc1 service)" seen
}
# The time-outs of many are one: what is near still comes whole.
red_is_whole() {
  local host got
  got=$(for host in pc5 pc6 pc7 pc8; do fact service "$host" replica; fact service "$host" sip; done | sort -u)
  is "$1: red is seen whole" "$got" seen
}
no_crash() { holds "$1: no thread was denied" bash -c '! grep -q "no thread" "$@"' grep "$scratch/pool.json" "$scratch/service.json"; }

situation "healthy" '' '' "$everyone fs2"
situation "WinRM hung" 'fault set winrm pc1 how=hung' pc1 "$everyone fs2"
situation "WinRM slow" 'fault set winrm pc1 ms=700' pc1 "$everyone fs2"
situation "WinRM blackholed" 'fault set port pc1 port=5986 how=filtered' pc1 "$everyone fs2"
situation "WinRM hung everywhere" "$(each winrm "$everyone" how=hung)" "$everyone" "$everyone fs2" no_crash
situation "WinRM slow everywhere" "$(each winrm "$everyone" ms=700)" "$everyone" "$everyone fs2"
situation "WinRM blackholed everywhere" "$(each port "$everyone" port=5986 how=filtered)" "$everyone" "$everyone fs2"
situation "a module that loads slowly" 'fault set winrm pc1 import_ms=60000' '' "$everyone fs2" replica_alone
situation "modules that load slowly everywhere" "$(each winrm "$everyone" import_ms=60000)" '' "$everyone fs2" replica_alone
situation "SIP silent" 'fault set sip pc2 how=silent' pc2 "$everyone fs2"
situation "SIP slow" 'fault set sip pc2 ms=60000' pc2 "$everyone fs2"
situation "SIP garbage" 'fault set sip pc2 how=garbage' pc2 "$everyone fs2"
situation "SIP half closed" 'fault set sip pc2 how=half_closed' pc2 "$everyone fs2"
situation "SIP blackholed" 'fault set port pc2 port=5041 how=filtered' pc2 "$everyone fs2"
situation "SIP silent everywhere" "$(each sip "$everyone" how=silent)" "$everyone" "$everyone fs2"
situation "web sites hung" 'fault set web fe-dub1 how=hung' fe-dub1 "$everyone fs2"
situation "one web site hung" 'fault set web fe-dub1 how=hung site=external' fe-dub1 "$everyone fs2"
situation "web sites slow" 'fault set web fe-red1 ms=60000' fe-red1 "$everyone fs2"
situation "a port between servers filtered" 'fault set port pc3 port=8011 how=filtered' pc3 "$everyone fs2"
situation "file shares filtered" 'fault set port fs2 port=445 how=filtered' fs2 "$everyone"
situation "a host down" 'fault set host_down pc4' pc4 "pc1 pc2 pc3 pc5 pc6 pc7 pc8 $front_ends fs2"
situation "a site down" 'fault set site_down dub' "pc1 pc2 pc3 pc4 fe-dub1 fs2" "pc5 pc6 pc7 pc8 fe-red1" red_is_whole
situation "a name that does not exist" 'here addresses invalid pc1' pc1 "pc2 $front_ends fs2"
situation "no name exists" "here addresses invalid '$everyone'" "$everyone" fs2
situation "a resolver that hangs" 'here addresses hanging.example pc1; here hanging_resolver 127.0.0.54' pc1 "pc2 $front_ends fs2"
situation "a resolver that hangs for every host" "here addresses hanging.example '$everyone'; here hanging_resolver 127.0.0.55" \
  "$everyone" fs2 no_crash
situation "an SNMP agent silent" 'here silent_snmp pc8' pc8 "$everyone fs2"
situation "everything hung at once" "$(each instance_hung 'sqlpri1 sqlmir1 sqlwit1 sqldr1' ) \
  $(each winrm "$everyone" how=hung) $(each sip "$everyone" how=silent) $(each web "$front_ends" how=hung)" "$everyone" "$everyone fs2" no_crash

wait
cat "$scratch"/*.said
! grep -q '^not ok' "$scratch"/*.said
