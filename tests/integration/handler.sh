#!/usr/bin/env bash
# handler.sh BUILD [LEVEL]: what eh_pchat_failover and eh_pchat_failback take from each monitoring system and what it refuses, and a storm of calls:
# 1,000, with LEVEL full 10,000.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/say.bash
. tests/integration/lib/say.bash
trap 'rm -rf "$scratch"' EXIT
handler=$build/plugins/eh_pchat_failover
spool=$scratch/spool
mkdir "$spool"

# refuses NAME PATTERN ARGS...: exit 3, one line that matches, and nothing in the spool
refuses() {
  local name=$1 pattern=$2 said rc
  shift 2
  said=$("$handler" --spool "$spool" "$@" 2>&1)
  rc=$?
  if [ "$rc" -eq 3 ] && [ "$(wc -l <<<"$said")" -eq 1 ] && grep -qE -- "$pattern" <<<"$said" && [ -z "$(ls -A "$spool")" ]; then
    ok "refused: $name"
  else
    not_ok "refused: $name" "exit $rc" "$said" "wanted: $pattern" "$(ls -A "$spool")"
  fi
}

# records NAME FILE LINES ARGS...: exit 0, nothing said, FILE alone in the spool, with all of LINES
records() {
  local name=$1 file=$2 lines=$3 said rc line
  shift 3
  said=$("$handler" --spool "$spool" "$@" 2>&1)
  rc=$?
  if [ "$rc" -ne 0 ] || [ -n "$said" ] || [ "$(ls -A "$spool")" != "$file" ]; then
    not_ok "recorded: $name" "exit $rc" "$said" "$(ls -A "$spool")"
  else
    said=""
    while IFS= read -r line; do grep -qxF -- "$line" "$spool/$file" || said+="no line \"$line\" "; done < <(tr , '\n' <<<"$lines")
    if [ -z "$said" ]; then ok "recorded: $name"; else not_ok "recorded: $name" "$said" "$(<"$spool/$file")"; fi
  fi
  rm -f "$spool"/*
}

nagios=(--pool lyncpc.litwareinc.com --from nagios --attempt 3 --max-attempts 3 --downtime 0 --event 4711)
icinga=(--pool lyncpc.litwareinc.com --from icinga2 --attempt 1 --max-attempts 3 --downtime 0)
zabbix=(--pool lyncpc.litwareinc.com --from zabbix)

records "a service of Nagios" lyncpc.litwareinc.com.CRITICAL.HARD.episode \
  "from nagios,state CRITICAL,type HARD,attempt 3,max_attempts 3,downtime 0,event 4711" "${nagios[@]}" --state CRITICAL --state-type HARD
records "a host of Nagios" lyncpc.litwareinc.com.UNKNOWN.SOFT.episode "state UNKNOWN,type SOFT" \
  "${nagios[@]}" --state UNREACHABLE --state-type SOFT
records "Icinga 2, where a hard state is attempt 1" lyncpc.litwareinc.com.CRITICAL.HARD.episode \
  "from icinga2,type HARD,attempt 1,event " "${icinga[@]}" --state CRITICAL --state-type HARD
records "a last attempt that is soft" lyncpc.litwareinc.com.CRITICAL.SOFT.episode "type SOFT,attempt 3" \
  "${nagios[@]}" --state CRITICAL --state-type SOFT
records "a recovery" lyncpc.litwareinc.com.OK.HARD.episode "state OK" "${icinga[@]}" --state OK --state-type HARD
records "a problem of Zabbix" lyncpc.litwareinc.com.CRITICAL.HARD.episode "from zabbix,type HARD,attempt -1,downtime -1,event 815" \
  "${zabbix[@]}" --state PROBLEM --event 815
records "a value of Zabbix" lyncpc.litwareinc.com.CRITICAL.HARD.episode "state CRITICAL" "${zabbix[@]}" --state 1
records "the end of a problem of Zabbix" lyncpc.litwareinc.com.OK.HARD.episode "state OK" "${zabbix[@]}" --state RESOLVED
records "Zabbix that says SOFT" lyncpc.litwareinc.com.CRITICAL.SOFT.episode "type SOFT" "${zabbix[@]}" --state PROBLEM --state-type SOFT
records "a pool in capitals" lyncpc.litwareinc.com.OK.HARD.episode "pool lyncpc.litwareinc.com" \
  --pool LYNCPC.litwareinc.com --from icinga2 --state OK --state-type HARD
records "an event that a shell would run" lyncpc.litwareinc.com.OK.HARD.episode "event \$(id);'\"" \
  "${icinga[@]}" --state OK --state-type HARD --event "\$(id);'\""

refuses "no pool" "^eh_pchat_failover: --pool: missing" --from nagios --state OK --state-type HARD
refuses "a pool that is a path" "--pool: .*DNS name" --pool ../../etc/x --from nagios --state OK --state-type HARD
refuses "an empty pool" "--pool: empty" --pool "" --from nagios --state OK --state-type HARD
refuses "nobody" "--from: missing; expected nagios, icinga2 or zabbix" --pool a.example --state OK --state-type HARD
refuses "somebody else" "--from: \"cron\"" --pool a.example --from cron --state OK --state-type HARD
refuses "no state" "--state: missing; expected a state of nagios: OK, WARNING" "${nagios[@]}" --state-type HARD
refuses "a state of another system" "--state: \"PROBLEM\".*nagios: OK, WARNING" "${nagios[@]}" --state PROBLEM --state-type HARD
refuses "a number, which is ambiguous" "--state: \"1\"" "${nagios[@]}" --state 1 --state-type HARD
refuses "no state type" "--state-type: missing; expected HARD or SOFT" "${nagios[@]}" --state CRITICAL
refuses "a state type in small letters" "--state-type: \"hard\"" "${nagios[@]}" --state CRITICAL --state-type hard
refuses "an empty state type" "--state-type: empty" "${zabbix[@]}" --state PROBLEM --state-type ""
refuses "an attempt that is none" "--attempt: \"3x\" is not a number" --attempt 3x "${zabbix[@]}" --state 1
refuses "a negative downtime" "--downtime: -1 is out of range" --downtime=-1 "${zabbix[@]}" --state 1
refuses "an event with a newline" "--event: .*printable" "${zabbix[@]}" --state 1 --event $'a\nstate OK'
refuses "a macro of Nagios" "--state: \"\\\$SERVICESTATE\\\$\" is a macro that was not filled in" \
  "${nagios[@]}" --state "\$SERVICESTATE\$" --state-type HARD
refuses "a macro where a number stands" "--attempt: \"\\\$service.check_attempt\\\$\" is a macro" \
  --attempt="\$service.check_attempt\$" "${zabbix[@]}" --state 1
refuses "a macro of Zabbix" "--event: \"{EVENT.ID}\" is a macro" "${zabbix[@]}" --state 1 --event "{EVENT.ID}"
refuses "a macro that Zabbix does not know" "--event: \"\*UNKNOWN\*\" is a macro" "${zabbix[@]}" --state 1 --event "*UNKNOWN*"
refuses "plugin output" "\"PCHAT POOL CRITICAL\": unexpected" "${zabbix[@]}" --state 1 "PCHAT POOL CRITICAL"
refuses "an unknown option" "--output" "${zabbix[@]}" --state 1 --output x
refuses "no spool" "$scratch/nowhere: No such file" "${zabbix[@]}" --state 1 --spool "$scratch/nowhere"

# The one source of both: what differs is what is written.
handler=$build/plugins/eh_pchat_failback
records "a primary site that is back" lyncpc.litwareinc.com.OK.HARD.failback.episode \
  "kind failback,from nagios,state OK,type HARD,event 4711" "${nagios[@]}" --state OK --state-type HARD
refuses "a macro, by the other" "^eh_pchat_failback: --event: \"{EVENT.ID}\" is a macro" "${zabbix[@]}" --state 1 --event "{EVENT.ID}"
holds "its --help says who begins a failback" grep -q "carries that plan out: a person does" <("$handler" --help)
handler=$build/plugins/eh_pchat_failover

"$handler" --help >"$scratch/help"
is "--help exits 0" "$?" 0
for option in pool from state state-type attempt max-attempts downtime event spool help version; do
  holds "--help knows --$option" grep -q -- "--$option" "$scratch/help"
done
"$handler" --spool "$spool" "${zabbix[@]}" --state 1 <&- >&- 2>&-
is "recorded, with nobody to tell" "$?" 0
holds "and nothing but the episode in it" grep -qx end "$spool/lyncpc.litwareinc.com.CRITICAL.HARD.episode"
rm -f "$spool"/*

# As the daemon's user, who is in the spool's group and has a close umask.
if [ "$(id -u)" -eq 0 ]; then
  chmod 755 "$scratch"
  cp "$handler" "$scratch/handler"
  chgrp games "$spool"
  chmod 2770 "$spool"
  (umask 077; setpriv --reuid=nobody --regid=nogroup --groups=games \
    "$scratch/handler" --spool "$spool" "${zabbix[@]}" --state 1)
  is "the file is the group's" "$(stat -c '%U %G %a' "$spool"/*.episode)" "nobody games 640"
  setpriv --reuid=nobody --regid=nogroup --clear-groups "$scratch/handler" --spool "$spool" "${zabbix[@]}" --state 1 \
    2>"$scratch/said"
  is "who is not in the group is refused" "$? $(<"$scratch/said")" "3 eh_pchat_failover: $spool: Permission denied"
  rm -f "$spool"/*
  # The inner shell expands its own arguments.
  # shellcheck disable=SC2016
  full=$(unshare --mount sh -c 'mount -t tmpfs -o size=4k none "$1" && exec 2>&1 && head -c 4096 /dev/zero >"$1/x"
    "$2" --spool "$1" --pool a.example --from zabbix --state 1; echo "exit $?"; ls -A "$1"' sh "$spool" "$handler")
  is "a full disk is said, and no half file is left" "$full" \
    "$(printf 'eh_pchat_failover: %s/a.example.CRITICAL.HARD.episode: No space left on device\nexit 3\nx' "$spool")"
fi

# Starting a program takes what it takes: ten thousand of them are for --full.
calls=1000
[ "${2-}" != full ] || calls=10000
tests/integration/handler_storm.py "$handler" "$spool" "$calls" "$build" || status=1
exit $status
