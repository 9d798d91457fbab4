#!/usr/bin/env bash
# snmp_live.sh BUILD [LEVEL]: lab, pchat-observer, pchat-agentx and snmpd, all of them real: GETs while everything that is looked at
# hangs, what a core of the subagent holds, and topologies that are mutated.  LEVEL full: 60 passes that hang.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1 level=${2-}
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/snmp.bash
. tests/integration/lib/snmp.bash
# shellcheck source=tests/integration/lib/observer.bash
. tests/integration/lib/observer.bash
hanging=15 interval_s=1 timeout_s=2
[ "$level" = full ] && hanging=60
# What stands still takes no signal.
go_on() { kill -CONT "$@" 2>/dev/null; }
trap 'go_on "$lab_pid" "$observer_pid"; kill "${pids[@]}" 2>/dev/null; lab_stop; observer_finish' EXIT

# ---- who takes part: the subagent as a user of its own, in the group of the observer's socket ----

lab_start "$scratch/lab" || exit 1
observed "$interval_s" "$timeout_s"
observer_start && follow || exit 1
feed_socket=$observer_socket
pool=lyncpc.litwareinc.com readers=65533
if [ "$(id -u)" -eq 0 ]; then
  agentx_as=(setpriv --reuid=65534 --regid=65534 --groups="$readers")
  cp "$agentx" "$scratch/pchat-agentx"
  agentx=$scratch/pchat-agentx
  # Modes of the files alone keep him out.
  chmod 711 "$scratch" "$lab" "$lab/credentials"
  chown 65534 "$scratch/state"
  chgrp "$readers" "$observer_socket"
  echo "agentXPerms 0660 0711 root $readers" >>"$scratch/etc/snmpd.conf"
fi
snmpd_start
agentx_start "unix:$scratch/agentx.sock"
holds "the lab's pool is in SNMP" within 15 answers PCHAT-MIB::pchatInstanceAge.1.1

# ---- endpoints that hang ----

# gets_begin, gets_end NAME: GETs of ages meanwhile, measured in $scratch/NAME.json
gets_begin() {
  mkfifo "$scratch/stop"
  node tests/integration/peers/snmp_gets.js "$port" public 20 "$base".1.{2.1.28.1,4.1.16.1.1} <"$scratch/stop" >"$scratch/gets.json" &
  gets_pid=$!
  exec {gets_fd}>"$scratch/stop"
}
gets_end() {
  exec {gets_fd}>&-
  wait "$gets_pid"
  rm "$scratch/stop"
  mv "$scratch/gets.json" "$scratch/$1.json"
}
# of NAME JQ: of that measurement; $well is that of the time before
of() { jq -r --slurpfile well "$scratch/well.json" '$well[0] as $well | '"$2" "$scratch/$1.json"; }
# How far single GETs lie apart in good times is the slack of a median, and a millisecond; what snmpd's own answers take more than then
# is the machine's doing.
# $well and the rest are jq's
# shellcheck disable=SC2016
as_fast() {
  is "$2: GETs as fast as before" "$(of "$1" '.errors == [] and .median <= $well.p90 * ([1, .own / $well.own] | max) + 1000')" true
  of "$1" '"# \(.gets) GETs: median \(.median) us (before \($well.median), p90 \($well.p90)); snmpd alone \(.own) (before \($well.own))"'
}
resident() { awk '/^VmRSS/ {print $2}' "/proc/$1/status"; }
# passes_later N: they are waited for at leisure, since to ask costs more than a pass that hangs
passes_later() {
  local until=$((SECONDS + 20 + $1 * 3 * timeout_s)) wanted
  wanted=$(told ".pool.pass + $1")
  until told_is ".pool.pass >= $wanted"; do
    [ "$SECONDS" -lt "$until" ] || return 1
    sleep 1
  done
}
# shellcheck disable=SC2317
sight_is() { [ "$(snmpget -Oqv "${v2c[@]}" PCHAT-MIB::pchatInstanceSight.1.1)" = "$1" ]; }

gets_begin
holds "passes while all is well" passes_later 5
gets_end well
is "all of them answered" "$(of well '.errors | length')" 0
kill -STOP "$lab_pid"
holds "what is looked at in vain is told" within 30 sight_is timedOut
passes_later 2
warm=$(rss) warm_agentx=$(resident "$agentx_pid")
gets_begin
holds "$hanging passes while the lab hangs" passes_later "$hanging"
gets_end hung
as_fast hung "endpoints hang"
# A look that takes its whole timeout is as old when it is told, and grows older until the next one is.
is "ages grow, of pool and rows alike" \
  "$(of hung "[.values[] | .least >= $timeout_s - 1 and .greatest >= 2 * $timeout_s - 1] | all")" true
holds "the observer's memory is flat (from $warm kB to $(rss))" test "$(rss)" -le $((warm + 512))
holds "and the subagent's (from $warm_agentx kB to $(resident "$agentx_pid"))" test "$(resident "$agentx_pid")" -le $((warm_agentx + 512))

# The observer itself may hang.
mapfile -t stood < <(passes; echo "$observer_pid")
kill -STOP "${stood[@]}"
gets_begin
# shellcheck disable=SC2317
is_old() { [ "$(snmpget -OqvU "${v2c[@]}" PCHAT-MIB::pchatPoolAge.1)" -ge $((4 * timeout_s)) ]; }
holds "ages grow without end" within 60 is_old
gets_end stood
as_fast stood "the observer hangs"
go_on "${stood[@]}" "$lab_pid"
holds "all is well again" within 30 sight_is seen

# ---- topologies ----

# The lab's pool is seldom looked at: what is to be shown are files.
sed -i "s/interval_s: $interval_s/interval_s: 600/" "$lab/observed.yaml"
warm=$(rss) warm_agentx=$(resident "$agentx_pid")
tests/integration/lib/topology_storm.py 100 6 "$lab/observed.yaml" "$observer_socket" "$observer_pid" "$scratch/observer.log" \
  "$port" "$base" || status=1
holds "the observer lives" kill -0 "$observer_pid"
holds "its memory is flat (from $warm kB to $(rss))" test "$(rss)" -le $((warm + 1024))
holds "the subagent lives" kill -0 "$agentx_pid"
holds "its memory is flat (from $warm_agentx kB to $(resident "$agentx_pid"))" test "$(resident "$agentx_pid")" -le $((warm_agentx + 1024))

# ---- secrets ----

# holds_passwords CORE: the files in the lab's folder of credentials whose password is in it
holds_passwords() {
  local file
  for file in "$lab"/credentials/*.password; do
    head -n 1 "$file" >"$scratch/password"
    grep -qaFf "$scratch/password" "$1" && echo "${file##*/}"
  done
}
# core PID: of a process that goes on, in $scratch/core.PID
core() { gcore -o "$scratch/core" "$1" >"$scratch/gcore.log" 2>&1 || not_ok "a core of $1" "$(tail -n 5 "$scratch/gcore.log")"; }

core "$agentx_pid"
holds "a core of the subagent has what it serves" grep -qaF "$pool" "$scratch/core.$agentx_pid"
is "and no password" "$(holds_passwords "$scratch/core.$agentx_pid")" ""
is "its command line and environment neither" "$(holds_passwords <(cat "/proc/$agentx_pid/"{cmdline,environ}))" ""
if [ "$(id -u)" -eq 0 ]; then
  core "$observer_pid"
  holds "a core of the observer, though nobody but root makes one, has its topology" grep -qaF "$pool" "$scratch/core.$observer_pid"
  is "and no password: they are in pages that are not dumped" "$(holds_passwords "$scratch/core.$observer_pid")" ""
  mkfifo "$scratch/wait"
  # shellcheck disable=SC2016
  sh -c 'read -r kept <"$1"; echo kept; read -r forever <"$2"' sh "$lab/credentials/monitor.password" "$scratch/wait" >"$scratch/kept" &
  pids+=($!)
  within 10 test -s "$scratch/kept"
  core $!
  is "of a process that keeps one it is found" "$(holds_passwords "$scratch/core.$!")" monitor.password
  kill $!

  is "the subagent is that user, in that group alone" "$(awk '/^(Uid|Gid|Groups):/ {print $2}' "/proc/$agentx_pid/status" | paste -sd' ')" \
    "65534 65534 $readers"
  # shellcheck disable=SC2016
  opened() { "${agentx_as[@]}" sh -c 'for file; do head -c 1 "$file" >/dev/null 2>&1 && echo "$file"; done' sh "$@"; }
  is "he opens what is his" "$(opened "$scratch/state/indexes")" "$scratch/state/indexes"
  is "and no credential" "$(opened "$lab"/credentials/*)" ""
  # As they are installed: of the group of those who watch, to which he does not belong.
  chgrp "$((readers - 1))" "$lab"/credentials/*
  chmod 640 "$lab"/credentials/*
  is "nor those of group pchat-monitor" "$(opened "$lab"/credentials/*)" ""
fi

agentx_stop TERM
is "TERM ends it well" "$?" 0
exit $status
