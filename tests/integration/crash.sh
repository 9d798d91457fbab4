#!/usr/bin/env bash
# crash.sh BUILD [LEVEL]: runs of each verb over the wire whose runner dies, stands still, loses its journal, its sessions or its place, at
# points that its system calls tell; each must end as the one that nobody disturbs.
# shellcheck disable=SC2317 # cases are called by their names
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
level=${2-default}
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/runner.bash
. tests/integration/lib/runner.bash
# shellcheck source=tests/integration/lib/vantage.bash
. tests/integration/lib/vantage.bash
# shellcheck source=tests/integration/lib/crash.bash
. tests/integration/lib/crash.bash
crash_namespace tests/integration/crash.sh "$@"

undisturbed() {
  crash_lab
  crash_plan || return
  crash_runner
  until_true 30 answers
  lab_do clock speed 30
  holds "$1: applied" crash_apply
  crash_end "$1"
}

# ---- every step, a death in each ----

# Step, what its first line of progress begins with, how it is sent - ! where it is refused and sent again -[, what is waited for
# instead of that line].
# shellcheck disable=SC2034 # by their names, these and those below
steps_failover=(
  "export|export log shipping  sqldr1  jobs|sql"
  "quiesce|stop LSCopy and LSRestore|sql"
  "copy|copy the log backups|sql"
  "apply|restore the log backups  sqldr1  mgc_202611230510|sql"
  "remove|end log shipping|sql"
  "recover|bring the chat database online|guarded"
  "state|set the pool state|ps"
  "active|activate the standby|ps"
  "start|start the chat services  pc5|ps"
  "replicas|wait for the servers' replicas  pc6|wait"
  "pings|wait for the servers to write  pc6|wait"
  "backup|back the standby|sql"
  "log-backups|let the standby back up its log|sql"
  "prove|prove that|wait"
  "end|prove that|end"
)
# shellcheck disable=SC2034
steps_rescue=(
  "rescue|rescue the tail of the log|sql"
  "secondary|export log shipping  sqldr1  log_shipping_secondary  |sql"
  "databases|export log shipping  sqldr1  log_shipping_secondary_databases|sql"
  "monitor|export log shipping  sqldr1  log_shipping_monitor_secondary|sql"
  "schedules|export log shipping  sqldr1  schedules|sql"
  "fence-off|switch off what is left behind  pc2|program"
)
# Whoever goes on once the tail is there restores it with the other log backups: nobody may die before in this one.
# shellcheck disable=SC2034
steps_tail=(
  "tail|restore the rescued tail|sql"
  "fence-source|switch off what the tail was rescued from|program"
  "before-commit|ask the site's own program|program"
  "recover|bring the chat database online|guarded"
  "restart|restart chat services that know and do not write  pc6|ps|falls_silent"
  "mirror|mirror the standby|ps!"
)
# shellcheck disable=SC2034
steps_force=(
  "force|rescue the tail of the mirror's log, by force  sqlmir1  force|guarded"
  "off|rescue the tail of the mirror's log, by force  sqlmir1  partner off|sql"
  "end|rescue the tail of the mirror's log, by force  sqlmir1  tail|sql"
  "recover|bring the chat database online|guarded"
)
# shellcheck disable=SC2034
steps_switch=(
  "before-commit|ask the site's own program|program"
  "switch|let principal and mirror change roles|guarded"
  "shipping|let the new principal ship|sql"
  "connected|wait for the chat servers to come back|wait"
)
# shellcheck disable=SC2034
steps_mirror=(
  "export|export the mirroring session|sql"
  "fence-off|switch off what is left behind|program"
  "before-commit|ask the site's own program|program"
  "force|make the mirror principal, by force|guarded"
  "shipping|let the new principal ship|sql"
  "connected|wait for the chat servers to come back|wait"
)
# shellcheck disable=SC2034
steps_witness=("witness|leave the lost witness out|sql!")
# shellcheck disable=SC2034
steps_fence=(
  "jobs|stop LSBackup of the returned copy  sqlmir1|sql"
  "partner|end the mirroring of the returned copy|sql"
  "read-only|make the returned copy read-only|sql"
  "services|stop and disable the returned site's chat services  pc2|ps"
)
# shellcheck disable=SC2034
steps_unfence=(
  "before-commit|ask the site's own program|program"
  "read-write|make the fenced copy writable|guarded"
  "jobs|let LSBackup run again  sqlpri1|sql"
  "services|enable the site's chat services  pc2|ps"
)

# falls_silent: the points at which a server that has written does so no more; until somebody has died in its restart
falls_silent() {
  local ctl="$build/tests/lab/pchat-labctl --dir '$lab'"
  printf '%s\n' "write~restart chat services that know and do not write  pc5" \
    "run~{ $ctl fault set link_cut from=pc6 to=sqldr1; $ctl clock advance 5m; sleep 11; } >/dev/null" \
    "write~restart chat services that know and do not write  pc6"
}
# What it waits for comes only when that is over.
falls_silent_cure() { echo "run~$build/tests/lab/pchat-labctl --dir '$lab' fault clear link_cut >/dev/null"; }
# heals STEP: what made it needed is over once somebody has died in it
heals() {
  case $1 in
    restart) labctl fault clear link_cut >/dev/null 2>&1 ;; # unless it had to be before
    witness) lab_do fault clear host_down sqlwit1 ;;
  esac
}

# Where in a step: the points of stop_at after that line, and what the journal's last entry may be then.  It gets gates, look, intent,
# of what is guarded look and guard (and each ledger a note), then act, verify, outcome; of what is waited for intent and act, or only verify and outcome.
declare -A points=(
  [before-program]="send.entry|.*" [intent-program]="commit*3|intent" [sent-program]="commit*3 start|intent"
  [answered-program]="commit*3 start disk.entry|intent" [torn-program]="commit*3 start disk*4|intent" [acted-program]="commit*4|act"
  [seen-program]="commit*5 disk.entry|verify"
  [any-end]="commit*2 send disk.entry|outcome" # the ledger has the end, the journal not
  [before-sql]="send.entry|.*" [before-guarded]="send.entry|.*" [before-ps]="send.entry|.*" [before-wait]="commit.entry|.*"
  [intent-sql]="commit*3|intent" [intent-guarded]="commit*3|intent" [intent-ps]="commit*3|intent" [intent-wait]="commit|intent|verify"
  [guard-guarded]="commit*5|guard"
  [sent-sql]="commit*3 send|intent" [sent-guarded]="commit*5 send*LEDGERS+1|guard" [sent-ps]="commit*3 send*8|intent" [sent-wait]="commit|intent|verify"
  [answered-sql]="commit*3 send disk.entry|intent" [answered-guarded]="commit*5 send*LEDGERS+1 disk.entry|guard"
  [answered-ps]="commit*3 send disk.entry|intent" [answered-wait]="commit*2|act|outcome"
  [torn-sql]="commit*3 send disk*4|intent" [torn-guarded]="commit*5 send*LEDGERS+1 disk*4|guard" [torn-ps]="commit*3 send disk*4|intent"
  [torn-wait]="commit disk*4|intent|verify"
  [acted-sql]="commit*4|act" [acted-guarded]="commit*6|act" [acted-ps]="commit*4|act" [acted-wait]="commit*2|act|outcome"
  [seen-sql]="commit*5 disk.entry|verify" [seen-guarded]="commit*7 disk.entry|verify"
  [seen-ps]="commit*4 cure commit disk.entry|verify"
  [seen-wait]="commit*2.entry|intent|verify"
)

# What lies between a death and the next runner: nothing, another host, a journal that is cut off.
same() { :; }
fresh() {
  state=$scratch/host$2
  mkdir "$state"
}
cut() {
  local bytes
  bytes=$(stat -c %s "$state/journal.db")
  bytes=$((bytes * ($2 % 9 + 1) / 10))
  [ $(($2 % 2)) -eq 0 ] || bytes=$((bytes < 4096 ? 4096 : bytes / 4096 * 4096)) # whole pages; an empty one is none
  truncate -s "$bytes" "$state/journal.db"
  crash_runner
  until_true 30 is_gone || kill "$runner_pid"
  wait "$runner_pid"
  is "$1: its journal is cut off: no runner starts" "$?" 3
  runner_pid=
  holds "$1: and the way out is said" grep -q 'journal.db: damaged, cut off.*move it away' <(tail -n 1 "$scratch/runner.log")
  mv "$state/journal.db" "$state/journal.db.$2"
}

# points_of PLACE ROW: $points_at, where it ends, and $wanted, what the journal's last entry is then
points_of() {
  local step line how begin at point
  IFS='|' read -r step line how begin <<<"$2"
  at=${points[$1-${how%!}]-${points[any-${how%!}]}}
  wanted=${at#*|}
  [ "$1-$how" = "seen-${how%!}" ] || [ "$1" != seen ] || wanted=gates
  at=${at%%|*}
  at=${at//LEDGERS+1/$((${ledgers_of[$scenario]} + 1))}
  mapfile -t points_at < <("${begin:-echo}" "write~$line"; for point in $at; do
    if [ "$point" != cure ]; then echo "$point"; elif [ -n "$begin" ]; then "${begin}_cure"; fi
  done)
}

# gauntlet PLACE BETWEEN NAME: one run, whose runner dies at that place of every step
gauntlet() {
  local place=$1 between=$2 name=$3 row step line points_at wanted died=0
  local -n rows=steps_$scenario
  crash_lab
  crash_plan || return
  for row in "${rows[@]}"; do
    step=${row%%|*}
    [ "$step" != state ] || lab_do clock speed 10 # nothing that happens later depends on when
    points_of "$place" "$row"
    crash_runner "${points_at[@]}"
    [ "$died" -gt 0 ] || { until_true 30 answers; crash_apply; } >"$scratch/apply" 2>&1
    if until_true 120 is_gone; then
      holds "$name: $step: it dies there" ends_with "$wanted"
      line=${row#*|}
      echo "${verb_of[$scenario]}|${line%%|*}" >>"$died_in"
    else
      not_ok "$name: $step: it dies there" "$(ctl status 2>&1)" "last entry: $(last_entry)" "$(tail -n 5 "$scratch/apply")"
      kill "$runner_pid"
    fi
    wait "$runner_pid" 2>/dev/null
    runner_pid=
    heals "$step"
    one_writer "$name: $step"
    "$between" "$name: $step" $((++died))
  done
  crash_end "$name"
}

# ---- a session, a connection, the disk ----

# begin_held NAME STEP PLACE [labctl's words]: a run that stands still at that place of that step, in such a lab
begin_held() {
  local row points_at wanted
  local -n rows=steps_$scenario
  crash_lab || return
  crash_plan || return
  for row in "${rows[@]}"; do
    [ "${row%%|*}" != "$2" ] || break
  done
  points_of "$3" "$row"
  crash_hold "${points_at[@]}"
  until_true 30 answers
  [ $# -eq 3 ] || lab_do "${@:4}"
  crash_apply >"$scratch/apply" 2>&1 &
  applying=$!
  until_true 120 is_reached || not_ok "$1: it stands still at $2, $3" "$(<"$scratch/apply")"
}

kill_sessions() {
  local session
  for session in $(asked sqldr1 "SELECT request_session_id FROM sys.dm_tran_locks WHERE resource_type = N'APPLICATION'" | tr -dc '0-9 '); do
    asked sqldr1 "KILL $session SELECT 1" >/dev/null
  done
}

# worker_dies NAME: only the process that is at it; the runner goes on with the run at its next look
worker_dies() {
  begin_held "$1" quiesce intent || return
  kill -KILL "$(pgrep -P "$(<"$scratch/reached")")"
  crash_go
  wait "$applying"
  holds "$1: who waits is told" grep -q 'the runner ended without an answer; what it has begun can be resumed' "$scratch/apply"
  crash_end "$1"
}

# asked_to_stop NAME: in the last step, where a failure would be forgiven
asked_to_stop() {
  begin_held "$1" services intent || return
  kill -TERM "$(<"$scratch/reached")"
  crash_go
  wait "$applying"
  wait "$runner_pid"
  runner_pid=
  is "$1: the run stays open" "$(ledger_says)" '[["open"]]'
  crash_end "$1"
}

# tells PATTERN FILE: the words are shown where it does not
tells() { grep -qE -- "$1" "$2" || { cat "$2"; return 1; }; }

# lost_session STEP NAME
lost_session() {
  begin_held "$2" "$1" intent || return
  kill_sessions
  crash_go
  wait "$applying"
  is "$2: the run stops, resumable" "$?" 2
  holds "$2: and says why" tells 'resumable at .*(session .*(is gone|ended)|the pool lock .*is lost)' "$scratch/apply"
  crash_end "$2"
}

# cut_winrm NAME: the answer to the command never comes; the command has arrived
cut_winrm() {
  begin_held "$1" state sent || return
  lab_do fault set winrm fe-red1 cut=yes
  crash_go
  sleep 3
  lab_do fault clear winrm fe-red1
  crash_end "$1"
}

# fill: nothing more is written to the runner's directory
fill() { head -c 20000000 /dev/zero >"$state/filler" 2>/dev/null; }
small_disk() {
  mkdir -p "$scratch/state"
  mount -t tmpfs -o size=8m none "$scratch/state"
}

full_before() {
  small_disk
  begin_held "$1" quiesce intent || return
  fill
  crash_go
  wait "$applying"
  is "$1: the run stops before the point of no return" "$?" 2
  holds "$1: and says why" grep -q 'the journal cannot be written: .*nothing more is done before the point of no return' "$scratch/apply"
  is "$1: nothing more is sent" "$(sleep 3; truth .writable)" "[]"
  rm -f "$state/filler"
  crash_end "$1"
}

full_after() {
  small_disk
  begin_held "$1" recover acted || return
  fill
  lab_do clock speed 30
  crash_go
  wait "$applying"
  is "$1: the run goes on by the ledger, and ends" "$?" 0
  holds "$1: and alarms" grep -q 'the journal cannot be written' "$scratch/apply"
  is "$1: the ledger has it" "$(ledger_says)" '[["finished"]]'
  rm -f "$state/filler"
  crash_end "$1"
}

full_resumed() {
  small_disk
  begin_held "$1" recover acted || return
  crash_kill
  fill
  lab_do clock speed 30
  crash_runner
  if until_true 120 is_finished; then ok "$1: who goes on does so by the ledger"; else
    not_ok "$1: who goes on does so by the ledger" "$(ctl status)" "$(tail -n 5 "$scratch/runner.log")"
  fi
  rm -f "$state/filler"
  crash_end "$1"
}

# ---- two runners ----

# stopped STEP PLACE NAME: the runner stands still, another takes its run over and ends it; then the first goes on
stopped() {
  local before
  begin_held "$3" "$1" "$2" || return
  kill -STOP "$(<"$scratch/reached")"
  elsewhere crash_runner
  elsewhere until_true 30 answers
  elsewhere ctl takeover >"$scratch/holder" 2>&1
  is "$3: taking over asks first" "$?" 4
  holds "$3: and tells of the holder" grep -qE 'run 1 is held by .*session [0-9]+ .*pchat-runner.* -> pchatctl takeover --yes' "$scratch/holder"
  lab_do clock speed 30
  elsewhere ctl takeover --yes >"$scratch/taken" 2>&1
  is "$3: the other takes over, and ends it" "$?" 0
  before=$(sent)
  kill -CONT "$(<"$scratch/reached")"
  crash_go
  wait "$applying"
  is "$3: the first stops" "$?" 2
  sleep 3
  is "$3: and has sent nothing more" "$(sent)" "$before"
  crash_end "$3"
  elsewhere runner_stop
}

# late_cmdlet NAME: what a dead runner has sent takes effect while another goes on
late_cmdlet() {
  begin_held "$1" state sent fault set cmdlet_slow fe-red1 seconds=20 outlives=shell || return
  crash_kill
  lab_do fault clear cmdlet_slow fe-red1
  state=$scratch/another
  mkdir "$state"
  crash_end "$1"
}

# has_way_out FILE...: the words are shown where it has none
has_way_out() { grep -qE -- '-> ' "$@" || { cat "$@"; return 1; }; }

# two_verbs NAME: another verb is asked for elsewhere, in the midst of a run
two_verbs() {
  local verb before
  begin_held "$1" apply intent || return
  before=$(sent)
  elsewhere crash_runner
  elsewhere until_true 30 answers
  for verb in mirror-force mirror-switch fence failover; do
    elsewhere ctl plan "$verb" >"$scratch/other.plan" 2>&1
    elsewhere ctl apply --plan "$(sed -n 's/^plan \([0-9a-f]*\) .*/\1/p' "$scratch/other.plan")" --accept-loss unknown \
      >"$scratch/other" 2>&1 && not_ok "$1: $verb is refused" "$(<"$scratch/other")"
    holds "$1: $verb is refused, with a way out" has_way_out "$scratch/other" "$scratch/other.plan"
  done
  is "$1: nothing was sent for them" "$(sent)" "$before"
  elsewhere runner_stop
  lab_do clock speed 30
  crash_go
  wait "$applying"
  is "$1: the run ends" "$?" 0
  crash_end "$1"
}

# ---- who calls ----

# begin_daemon COMMAND...: $daemon, in a session of its own, and where the kernel lets us in a cgroup too, $group; end_daemon ends it
# and all that it has started, whatever session that is in, as systemd does
begin_daemon() {
  local root
  root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
  group=$root/pchat-crash-$BASHPID
  if [ -z "$root" ] || ! mkdir "$group" 2>/dev/null || [ ! -e "$group/cgroup.kill" ]; then
    rmdir "$group" 2>/dev/null
    group=
  fi
  # The shell expands its own arguments.
  # shellcheck disable=SC2016
  setsid sh -c '[ -z "$0" ] || echo $$ >"$0/cgroup.procs"; "$@"; sleep 60' "$group" "$@" &
  daemon=$!
  # What is killed before it has joined its cgroup is not.
  [ -z "$group" ] || until_true 10 has_joined
}
has_joined() { grep -qx 'populated 1' "$group/cgroup.events"; }
end_daemon() {
  [ -z "$group" ] || { echo 1 >"$group/cgroup.kill" && until_true 10 is_left && rmdir "$group"; } ||
    not_ok "the daemon's cgroup ends" "$(cat "$group/cgroup.events" "$group/cgroup.procs" 2>&1)"
  [ -n "$group" ] || kill -KILL -- "-$daemon"
}
is_left() { grep -qx 'populated 0' "$group/cgroup.events"; }

# daemon_dies NAME: the daemon that has called the handler is ended with all that it has started, and starts again, in mid-run
daemon_dies() {
  local handler=("$build/plugins/eh_pchat_failover" --spool "$scratch/spool" --pool "$pool" --from icinga2 --state CRITICAL
    --state-type HARD --attempt 1 --max-attempts 3 --downtime 0) daemon group
  begin_held "$1" apply intent || return
  for _ in 1 2; do
    begin_daemon "${handler[@]}"
    until_true 10 is_spooled || until_true 10 has_episode
    end_daemon
  done
  echo "-- $1: ended as a ${group:+cgroup}${group:-session}" | sed 's|cgroup/.*|cgroup|'
  crash_go
  crash_end "$1"
  holds "$1: the episode has arrived" has_episode
}
is_spooled() { [ -n "$(ls -A "$scratch/spool")" ]; }
has_episode() { ctl status 2>/dev/null | grep -q '^episode '; }

# gate_opens NAME: one call while the fence is not off; ten minutes later it is, and nobody calls again
gate_opens() {
  lab_start "$scratch/lab" --speed 1 --ledger || return
  state=$scratch/state
  mkdir "$scratch/spool" "$state"
  fences on
  crash_topology
  sed -i -e 's/127\.0\.0\.2/127.0.0.1/; /approval_valid_s/d; s/^      fence_off:/      loss_limit_s: 3600\n&/' "$lab/topology.yaml"
  vantage oob third not_seen "${lost[@]}"
  lab_do clock advance 10m
  lab_do fault set site_down dub
  lab_do act step_move_store fe-red1
  lab_do act step_remove_log_shipping # by hand; each look waits for silent hosts, so there are few
  crash_runner
  until_true 30 answers
  "$build/plugins/eh_pchat_failover" --spool "$scratch/spool" --pool "$pool" --from zabbix --state PROBLEM
  until_true 90 has_plan
  holds "$1: a plan waits" has_plan
  ctl apply --plan "$(ctl status | sed -n 's/^plan *\([0-9a-f]*\) .*/\1/p')" --override logins >"$scratch/apply" 2>&1 &
  until_true 120 is_held_up
  holds "$1: what is left behind is not off, and that is told" is_held_up
  lab_do clock advance 10m
  is "$1: nothing is open" "$(truth '.writable | length')" 0
  fences off
  until_true 200 is_open
  is "$1: the gate opens, and the run goes on by itself" "$(truth '.writable | join(" ")')" sqldr1
  one_writer "$1"
}
has_plan() { ctl status 2>/dev/null | grep -q '^plan '; }
is_held_up() { grep -qs 'fence status on' "$scratch/apply" || ctl status 2>/dev/null | grep -q '^watch  *waits: .*fence'; }
is_open() { [ "$(truth '.writable | join(" ")')" = sqldr1 ]; }

# episode_taken NAME: the runner dies while it takes an episode out of the spool
episode_taken() {
  local at
  crash_lab || return
  crash_plan || return
  for at in "disk.entry" "commit~journal.db-journal" "commit.entry~.taken" "commit~.taken"; do
    cp "$state/journal.db" "$scratch/journal.db"
    "$build/plugins/eh_pchat_failover" --spool "$scratch/spool" --pool "$pool" --from zabbix --state PROBLEM
    crash_runner --of-program "$at"
    until_true 60 is_gone || kill "$runner_pid"
    wait "$runner_pid" 2>/dev/null
    is "$1: it dies at $at" "$?" 137
    crash_runner
    until_true 30 answers
    if until_true 20 has_episode; then ok "$1: the episode is there"; else not_ok "$1: the episode is there" "$(ctl status)"; fi
    runner_stop
    cp "$scratch/journal.db" "$state/journal.db"
  done
}

scenarios=(failover tail rescue force fence unfence mirror witness switch)
# nobody_dies SCENARIO, deaths SCENARIO PLACE BETWEEN
nobody_dies() { scenario=$1 crash_case "$1-undisturbed" undisturbed; }
deaths() { scenario=$1 crash_case "$1-dies-$2-$3" gauntlet "$2" "$3"; }

# The longest first.
for name in "${scenarios[@]}"; do [ -n "${ending_of[$name]-}" ] || nobody_dies "$name"; done
if [ "$level" = full ]; then
  for name in "${scenarios[@]}"; do
    for place in before intent sent answered torn acted seen; do
      for between in same fresh cut; do deaths "$name" "$place" "$between"; done
    done
  done
else # each place once
  deaths failover intent fresh
  deaths failover answered cut
  deaths tail sent fresh
  deaths rescue intent cut
  deaths force acted same
  deaths mirror torn same
  deaths witness sent same
  deaths fence seen cut
  deaths unfence before fresh
  deaths switch answered cut
fi
crash_case gate-opens gate_opens
crash_case two-verbs two_verbs
crash_case stopped-recover stopped recover guard
crash_case stopped-active stopped active intent
crash_case winrm-cut cut_winrm
crash_case late-cmdlet late_cmdlet
crash_case full-before full_before
crash_case full-after full_after
crash_case full-resumed full_resumed
crash_case session-apply lost_session apply
crash_case session-recover lost_session recover
crash_case worker-dies worker_dies
scenario=fence crash_case asked-to-stop asked_to_stop
crash_case daemon-dies daemon_dies
crash_case episode-taken episode_taken
show || status=1
[ -n "${ONLY-}" ] || all_died
exit $status
