# Sourced after lab.bash, vantage.bash and runner.bash: labs whose primary site is lost, runners that end at a point of theirs, what
# must be true whatever happens, and cases side by side.  Needs CAP_SYS_PTRACE and mounts of its own: crash_namespace.
# shellcheck shell=bash disable=SC2154,SC2034 # of lab.bash and runner.bash; for the tests

pool=lyncpc.litwareinc.com
stop_at=$build/tests/integration/stop_at
lost=(sqlpri1 sqlmir1 sqlwit1 fs2 pc1 pc2 pc3 pc4 fe-dub1) # fs1, with the share, has power of its own

# What a case is about: a lab, how it is applied, and what must be true of it.  lab_NAME sets the lab up, steps_NAME are its steps.
scenario=failover
declare -A verb_of=([failover]=failover [rescue]=failover [tail]=failover [force]=failover [switch]=mirror-switch
  [mirror]=mirror-force [witness]=mirror-force [fence]=fence [unfence]=unfence)
# Until the fence is off, the principal may go on being written to, for all that can be told.
declare -A loss_of=([rescue]=unknown [tail]=unknown [force]=unknown [mirror]=unknown [witness]=unknown)
# Whose copy serves in the end, and the instances that answer by then.
declare -A server_of=([failover]=sqldr1 [rescue]=sqldr1 [tail]=sqldr1 [force]=sqldr1 [switch]=sqlmir1
  [mirror]=sqlmir1 [witness]=sqlmir1 [fence]=sqldr1 [unfence]=sqlpri1)
declare -A seen_of=([failover]=sqldr1 [rescue]="sqldr1 sqldr2" [tail]="sqldr1 sqldr2" [force]="sqldr1 sqldr2" [switch]="sqlpri1 sqlmir1 sqldr1"
  [mirror]="sqlmir1 sqldr1" [witness]="sqlmir1 sqldr1" [fence]="sqlpri1 sqlmir1 sqldr1" [unfence]="sqlpri1 sqlmir1 sqldr1")
declare -A ending_of=([rescue]=tail [witness]=mirror) # another scenario's
# How many ledgers learn of it before a copy is made writable: as many as instances are sent T-SQL to, the ledger of record included.
declare -A ledgers_of=([failover]=1 [rescue]=2 [tail]=1 [force]=2 [switch]=3 [mirror]=2 [witness]=2 [fence]=3 [unfence]=3)

# ---- labs ----

# crash_topology: who acts, and two of red's four chat servers are to serve; at the lost site's addresses nobody listens, so that no look waits for them
crash_topology() {
  runner_scripts
  sed -i -e '1,/^      - name: red/s/127\.0\.0\.1/127.0.0.2/' \
    -e '/^      - name: red/,$s/^        front_ends:/        activate: [pc5, pc6]\n&/' \
    -e "s|^    share:|    settings: {ping_gap_s: 1}\n    acting:\n      credential: admin\n      log_folder: 'D:\\\\pchatlogs'\n      copy_folder: 'E:\\\\LogCopy'\n      approval_valid_s: 86400\n      fence_off: $scratch/fence-off\n      fence_status: $scratch/fence-status\n      notify: $scratch/notify\n      people:\n        - {name: dba, uid: $(id -u), approves: true}\n&|" \
    "$lab/topology.yaml"
}
# The site's programs switch off what they are called for, and are asked before a copy opens; the backup site's copy is to be mirrored.
crash_programs() {
  fences on
  fence_off_works
  echo "case \$1 in sql*) '$(realpath "$build")'/tests/lab/pchat-labctl --dir '$lab' fault set instance_down \$1 ;; esac" >>"$scratch/fence-off"
  the_house_says ""
  sed -i -e "s|^      fence_off:|      mirror_share: '\\\\\\\\fs3.litwareinc.com\\\\mirror'\n      before_commit: $scratch/before-commit\n&|" "$lab/topology.yaml"
}
# address FROM TO [INSTANCE]: where it is, or they all are
address() {
  local range=1,\$
  [ $# -eq 2 ] || range="/^          - name: $3\$/,/^ *host:/"
  sed -i "${range}s/127\\.0\\.0\\.$1/127.0.0.$2/" "$lab/topology.yaml"
}
answer_again() { address 2 1 "$@"; }
falls_away() { address 1 2 "$@"; }

crash_lab() {
  lab_start "$scratch/lab" --speed 0 --ledger --chat ping_interval_s=2 || return
  state=$scratch/state
  mkdir -p "$scratch/spool" "$state"
  fences off
  crash_topology
  "lab_$scenario"
  lab_do clock speed 1
}

# site_is_lost [OBJECT...]: but for these; copies and restores are behind, chat servers are stopped: every step has something to do
site_is_lost() {
  local object
  lab_do fault set restore_job sqldr1 how=stopped
  lab_do clock advance 12m
  lab_do fault set copy_job sqldr1 how=stopped
  lab_do clock advance 7m
  unshipped=$(truth .shipping.exposure_share_kept.unshipped_messages)
  for object in "${lost[@]}"; do [[ " $* " == *" $object "* ]] || lab_do fault set host_down "$object"; done
  for object in pc5 pc6; do lab_do act stop_service "$object"; done
  lab_do act step_move_store fe-red1
  lab_do fault clear copy_job sqldr1
}
lab_failover() { site_is_lost; }
# The principal's copy cannot be opened, its log can be read.
lab_tail() {
  crash_programs
  lab_do act witness_off
  site_is_lost sqlpri1
  lab_do fault set database_closed sqlpri1 state=suspect
  lab_do clock advance 1m
  answer_again sqlpri1
  unshipped=0
}
lab_rescue() { lab_tail; }
# The mirror alone is left, and has all that the principal had.  While it is open no log backup of its own comes between.
lab_force() {
  crash_programs
  mirror_ships_nothing
  lab_do act witness_off
  site_is_lost sqlmir1
  lab_do clock advance 1m
  answer_again sqlmir1
  unshipped=0
}
# The mirror's log backups were switched off by hand.
mirror_ships_nothing() {
  asked sqlmir1 "EXEC msdb.dbo.sp_update_job @job_name = N'LSBackup_mgc', @enabled = 0 SELECT 1" >/dev/null
}
lab_switch() {
  crash_programs
  answer_again
  mirror_ships_nothing
  unshipped=0
}
lab_mirror() {
  crash_programs
  mirror_ships_nothing
  answer_again
  lab_do act witness_off
  goes_down sqlpri1
  unshipped=0
}
goes_down() {
  lab_do fault set host_down "$1"
  lab_do clock advance 1m
  falls_away "$1"
}
# Without its witness the mirror can be neither forced nor told so; once the witness is back it takes over by itself.
lab_witness() {
  crash_programs
  mirror_ships_nothing
  answer_again
  goes_down sqlwit1
  goes_down sqlpri1
  unshipped=0
}
lab_fence() {
  crash_programs
  answer_again
  lab_do fault set site_down dub
  lab_do clock advance 1m
  lab_do act failover_by_hand
  lab_do clock advance 1m
  lab_do act old_primary_returned
  lab_do act step_wait_for_replicas
  lab_do clock advance 1m
  unshipped=$(truth .instances.sqldr1.mgc.lost_if_survivor)
}
# A fence that was a mistake, as nothing was failed over.
lab_unfence() {
  local server
  crash_programs
  answer_again
  lab_do act step_fence_primary
  asked sqlpri1 "EXEC msdb.dbo.sp_update_job @job_name = N'LSBackup_mgc', @enabled = 0 SELECT 1" >/dev/null
  mirror_ships_nothing
  for server in pc1 pc2 pc3 pc4; do lab_do fault set service "$server" how=disabled; done
  unshipped=0
}

# ---- runners ----

# crash_runner [stop_at's options and points]: a runner on $state that ends there; without any, one that nobody disturbs
crash_runner() {
  local under=()
  [ $# -eq 0 ] || under=("$stop_at" "$@" --)
  "${under[@]+"${under[@]}"}" "$build/plugins/pchat-runner" --topology "$lab/topology.yaml" --spool "$scratch/spool" \
    --state "$state" --socket "$scratch/runner.sock" --watch-period 2 --idle 0 >>"$scratch/runner.log" 2>&1 &
  runner_pid=$!
}

# crash_hold POINT...: the same, and at the last point it stands still until crash_go
crash_hold() {
  rm -f "$scratch/reached" "$scratch/go"
  crash_runner --do "echo \$PROGRAM >'$scratch/reached.new'; mv '$scratch/reached.new' '$scratch/reached'; until [ -e '$scratch/go' ]; do sleep 0.05; done" "$@"
}
is_reached() { [ -e "$scratch/reached" ]; }
crash_go() { touch "$scratch/go"; }
# crash_kill: who stands still there ends there
crash_kill() {
  kill -KILL "$(<"$scratch/reached")"
  crash_go
  wait "$runner_pid" 2>/dev/null
  runner_pid=
}

# elsewhere COMMAND...: with another runner, of another host: its own state directory and socket
elsewhere() {
  local rc runner_pid=${elsewhere_pid-} state=$scratch/elsewhere/state
  local scratch=$scratch/elsewhere
  mkdir -p "$state" "$scratch/spool"
  "$@"
  rc=$?
  elsewhere_pid=$runner_pid
  return $rc
}

# until SECONDS COMMAND...: true as soon as it holds
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.1
  done
}
answers() { [ -S "$scratch/runner.sock" ] && ctl status >/dev/null 2>&1; }
is_gone() { ! kill -0 "$runner_pid" 2>/dev/null; }
is_open_here() { jq -e '.pools[0].open_run > 0' "$state/runs.json" >/dev/null 2>&1; }
ledger_says() { asked sqldr1 "SELECT state FROM pchat_ops.dbo.run WHERE run = 1"; }
is_finished() { [ "$(ledger_says)" = '[["finished"]]' ]; }
knows_of_none() { jq -e --arg verb "${verb_of[$scenario]}" '.pools[0] | .open_run == 0 and (.failed_over or $verb != "failover")' "$state/runs.json" >/dev/null 2>&1; }
has_ended() { knows_of_none && is_finished; }

# crash_plan: $plan, of a runner that nobody disturbs
crash_plan() {
  crash_runner
  until_true 30 answers || not_ok "the runner answers" "$(tail -n 5 "$scratch/runner.log")"
  ctl plan "${verb_of[$scenario]}" >"$scratch/plan" 2>&1
  runner_stop
  plan=$(sed -n 's/^plan \([0-9a-f]*\) .*/\1/p' "$scratch/plan")
  [ -n "$plan" ] || { not_ok "a plan is made" "$(<"$scratch/plan")" "$(tail -n 5 "$scratch/runner.log")"; return 1; }
}
crash_apply() { ctl apply --plan "$plan" --accept-loss "${loss_of[$scenario]-30}" --override logins; }

# ---- what must be true ----

# journal SQL: of a copy, as whoever opens it would roll back what a killed runner has left half written
journal() {
  rm -rf "$scratch/journal"
  mkdir "$scratch/journal"
  cp "$state"/journal.db* "$scratch/journal/"
  /usr/bin/python3 -c 'import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(*row)' "$scratch/journal/journal.db" "$1"
}
ends_with() { grep -qxE "$1" <(last_entry) || { echo "last entry: $(last_entry 2>&1)"; return 1; }; }
last_entry() { journal "SELECT kind FROM entry WHERE run > 0 ORDER BY entry DESC LIMIT 1"; }

# one_writer NAME: at every instant until now; a copy that came back may be open until it is fenced, with nobody who writes to it
one_writer() {
  local most=1
  is_fenced || most=2
  is "$1: never two writers, and one writable copy at most" \
    "$(truth '"\(.writer_overlap_s) s, \(if (.writable | length) <= '"$most"' then "no more" else (.writable | join(" ")) end)"')" \
    "0 s, no more"
}
is_fenced() { [ "$scenario" != fence ] || [ "$(truth .instances.sqlpri1.mgc.writable)" = false ]; }

# sent: statements and cmdlets that change something, of all runners
sent() {
  truth '[(.instances[] | .mutating_statements.pchat_admin // 0), (.changing_cmdlets[] | add // 0)] | add'
}

# ending: what is left of a run, without times: the same whatever happened on the way
ending() {
  local instance others=
  # A witness that is back lets the compliance database's mirror take over as well, when it likes.
  [ "${ending_of[$scenario]-$scenario}" != mirror ] || others="WHERE name <> N'mgccomp'"
  labctl state | jq -S '{writable, copies: (.instances | map_values(.mgc | if . then {state, writable, doubled,
      mirroring: (.mirroring | if . then {role, state} else . end)} else . end)),
    store: (.chat.store | {pool_state, active_servers}),
    servers: (.chat.servers | map_values({active, running, copy, replica_pool_state})), sites: .chat.serving_sites}'
  asked sqldr1 "SELECT run, verb, state, serving_site FROM pchat_ops.dbo.run ORDER BY run"
  asked sqldr1 "SELECT COUNT(*) FROM msdb.dbo.log_shipping_secondary_databases"
  for instance in ${seen_of[$scenario]}; do
    asked "$instance" "SELECT name, enabled FROM msdb.dbo.sysjobs ORDER BY name"
    asked "$instance" "SELECT name, state_desc, is_read_only FROM sys.databases $others ORDER BY name"
  done
}

# crash_end NAME: the run goes on by itself and ends; how is kept, to be compared
crash_end() {
  lab_do clock speed 30
  [ -n "$runner_pid" ] || crash_runner
  if until_true 240 has_ended; then ok "$1: the run goes on by itself, and ends"; else
    not_ok "$1: the run goes on by itself, and ends" "$(ctl status 2>&1)" "$(tail -n 5 "$scratch/runner.log")"
  fi
  until_true 30 servers_agree
  until_true 30 journal_knows
  is "$1: nothing is open in the journal" "$(journal_open)" 0
  one_writer "$1"
  is "$1: nothing is lost but what was not shipped" \
    "$(truth ".instances.${server_of[$scenario]}.mgc.lost_if_survivor <= $unshipped")" true
  [ "$scenario" != unfence ] || they_can_start
  mkdir -p "$endings/${ending_of[$scenario]-$scenario}"
  ending >"$endings/${ending_of[$scenario]-$scenario}/$1"
}
# A service that is disabled is refused.
they_can_start() {
  local server
  for server in pc1 pc2 pc3 pc4; do lab_do act start_service "$server"; done
  until_true 60 they_serve
}
they_serve() { [ "$(truth '[.chat.servers[] | select(.site == "dub") | .running and .copy == "sqlpri1"] | all')" = true ]; }
journal_open() { journal "SELECT COUNT(*) FROM run WHERE state = 'open'"; }
journal_knows() { [ "$(journal_open)" = 0 ]; }
servers_agree() { [ "$(truth "[.chat.servers[] | select(.active and .running) | .copy == \"${server_of[$scenario]}\"] | all")" = true ]; }

# ---- cases side by side ----

at_once=${AT_ONCE-6}
case_count=0
endings=$scratch/endings
died_in=$scratch/died # lines `VERB|begin of the progress`
mkdir "$endings"

# alone NAME FUNCTION [ARGUMENT...]: in a process of its own, with its own scratch folder and lab
alone() {
  local name=$1 start=$SECONDS scratch elsewhere_pid=
  shift
  scratch=$(mktemp -d)
  "$@" "$name"
  crash_go
  elsewhere runner_stop
  runner_stop
  umount "$scratch/state" 2>/dev/null
  finish
  echo "-- $name: $((SECONDS - start)) s"
}

# crash_case NAME FUNCTION [ARGUMENT...]
crash_case() {
  [[ $1 =~ ${ONLY-} ]] || return 0
  case_count=$((case_count + 1))
  while [ "$(jobs -rp | wc -l)" -ge "$at_once" ]; do wait -n; done
  alone "$@" >"$scratch/$(printf %03d "$case_count").said" 2>&1 &
}

# show: what was said, in its order, and whether all ended as the case of their scenario did that nobody disturbed
show() {
  local scenario ending
  wait
  cat "$scratch"/*.said
  for scenario in "$endings"/*/; do
    for ending in "$scenario"*; do
      [ -e "$scenario$(basename "$scenario")-undisturbed" ] || continue # ONLY
      is "${ending##*/}: all is as after a run that nobody disturbed" "$(diff "$scenario"*-undisturbed "$ending")" ""
    done
  done
  ! grep -q '^not ok' "$scratch"/*.said && [ "$status" -eq 0 ]
}

# steps_printed VERB: a line `TITLE|SCRIPTS` for each step there is, whatever some lab makes of it
steps_printed() {
  "$build/plugins/pchatctl" runbook --print "$1" 2>/dev/null |
    awk '/^==== step / { if (title) print title "|" scripts; title = $0; sub(/^==== step [0-9]+ +/, "", title); sub(/  .*/, "", title)
        scripts = 0 }
      /^---- [a-z-]+\/[0-9]/ && !/undo/ { scripts++ }
      END { print title "|" scripts }'
}
# died VERB TITLE: in how many ways; the lines may break off in the midst of a title
died() { sort -u "$died_in" | awk -F'|' -v verb="$1" -v title="$2" '{ sub(/  .*/, "", $2) } $1 == verb && index(title, $2) == 1 { n++ } END { print n + 0 }'; }
# all_died: a step in which nobody ended, in no case, is told; one of several scripts needs as many deaths as it has
all_died() {
  local verb title scripts
  for verb in failover mirror-switch mirror-force fence unfence; do
    while IFS='|' read -r title scripts; do
      holds "$verb: somebody has died in: $title" test "$(died "$verb" "$title")" -ge "$((scripts ? scripts : 1))"
    done < <(steps_printed "$verb")
  done
}

# crash_namespace SCRIPT [ARGUMENT...]: starts it again, where it may trace and mount; what it mounts ends with it
crash_namespace() {
  local as_root=()
  [ -z "${CRASH_NAMESPACE-}" ] || return
  [ "$(id -u)" -eq 0 ] || as_root=(--user --map-root-user)
  CRASH_NAMESPACE=1 exec unshare --mount "${as_root[@]+"${as_root[@]}"}" "$@"
}
