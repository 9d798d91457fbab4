# Sourced after lab.bash, vantage.bash and runner.bash: labs whose primary site is lost, runners that end at a point of theirs, what
# must be true whatever happens, and cases side by side.  Needs CAP_SYS_PTRACE and mounts of its own: crash_namespace.
# shellcheck shell=bash disable=SC2154,SC2034 # of lab.bash and runner.bash; for the tests

pool=lyncpc.litwareinc.com
stop_at=$build/tests/integration/stop_at
lost=(sqlpri1 sqlmir1 sqlwit1 fs2 pc1 pc2 pc3 pc4 fe-dub1) # fs1, with the share, has power of its own

# ---- a lab that has lost its primary site ----

# crash_topology: who acts, and two of red's four chat servers are to serve; at the lost site's addresses nobody listens, so that no look waits for them
crash_topology() {
  runner_scripts
  sed -i -e '1,/^      - name: red/s/127\.0\.0\.1/127.0.0.2/' \
    -e '/^      - name: red/,$s/^        front_ends:/        activate: [pc5, pc6]\n&/' \
    -e "s|^    share:|    settings: {ping_gap_s: 1}\n    acting:\n      credential: admin\n      log_folder: 'D:\\\\pchatlogs'\n      copy_folder: 'E:\\\\LogCopy'\n      approval_valid_s: 86400\n      fence_off: $scratch/fence-off\n      fence_status: $scratch/fence-status\n      notify: $scratch/notify\n      people:\n        - {name: dba, uid: $(id -u), approves: true}\n&|" \
    "$lab/topology.yaml"
}

# crash_lab: copies and restores are behind, chat servers are stopped: every step has something to do
crash_lab() {
  local object
  lab_start "$scratch/lab" --speed 0 --ledger --chat ping_interval_s=2 || return
  state=$scratch/state
  mkdir -p "$scratch/spool" "$state"
  fences off
  crash_topology
  lab_do fault set restore_job sqldr1 how=stopped
  lab_do clock advance 12m
  lab_do fault set copy_job sqldr1 how=stopped
  lab_do clock advance 7m
  unshipped=$(truth .shipping.exposure_share_kept.unshipped_messages)
  for object in "${lost[@]}"; do lab_do fault set host_down "$object"; done
  for object in pc5 pc6; do lab_do act stop_service "$object"; done
  lab_do act step_move_store fe-red1
  lab_do fault clear copy_job sqldr1
  lab_do clock speed 1
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
has_ended() { jq -e '.pools[0] | .failed_over and .open_run == 0' "$state/runs.json" >/dev/null 2>&1; }

# crash_plan: $plan, of a runner that nobody disturbs
crash_plan() {
  crash_runner
  until_true 30 answers || not_ok "the runner answers" "$(tail -n 5 "$scratch/runner.log")"
  ctl plan >"$scratch/plan" 2>&1
  runner_stop
  plan=$(sed -n 's/^plan \([0-9a-f]*\) .*/\1/p' "$scratch/plan")
  [ -n "$plan" ] || { not_ok "a plan is made" "$(<"$scratch/plan")" "$(tail -n 5 "$scratch/runner.log")"; return 1; }
}
crash_apply() { ctl apply --plan "$plan" --accept-loss 30 --override logins; }

# ---- what must be true ----

# journal SQL: of a copy, as whoever opens it would roll back what a killed runner has left half written
journal() {
  rm -rf "$scratch/journal"
  mkdir "$scratch/journal"
  cp "$state"/journal.db* "$scratch/journal/"
  /usr/bin/python3 -c 'import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(*row)' "$scratch/journal/journal.db" "$1"
}
last_entry() { journal "SELECT kind FROM entry WHERE run > 0 ORDER BY entry DESC LIMIT 1"; }
asked() { # INSTANCE SQL
  /usr/bin/python3 tests/integration/peers/pytds_query.py localhost "$(jq ".$1" "$lab/ports.json")" "$lab/ca.pem" sa \
    "$lab/credentials/sa.password" "$2" 2>&1
}

# one_writer NAME: at every instant until now
one_writer() {
  is "$1: never two writers, and one writable copy at most" \
    "$(truth '"\(.writer_overlap_s) s, \(if (.writable | length) <= 1 then "at most one" else (.writable | join(" ")) end)"')" \
    "0 s, at most one"
}

# sent: statements and cmdlets that change something, of all runners
sent() {
  truth '[(.instances[] | .mutating_statements.pchat_admin // 0), (.changing_cmdlets[] | add // 0)] | add'
}

# ending: what is left of a failover, without times: the same whatever happened on the way
ending() {
  labctl state | jq -S '{writable, copies: (.instances | map_values(.mgc | if . then {state, writable, doubled} else . end)),
    store: (.chat.store | {pool_state, active_servers}),
    servers: (.chat.servers | map_values({active, running, copy, replica_pool_state})), sites: .chat.serving_sites}'
  asked sqldr1 "SELECT run, verb, state, serving_site FROM pchat_ops.dbo.run ORDER BY run"
  asked sqldr1 "SELECT COUNT(*) FROM msdb.dbo.log_shipping_secondary_databases"
  asked sqldr1 "SELECT name, enabled FROM msdb.dbo.sysjobs ORDER BY name"
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
    "$(truth ".instances.sqldr1.mgc.lost_if_survivor <= $unshipped")" true
  ending >"$endings/$1"
}
journal_open() { journal "SELECT COUNT(*) FROM run WHERE state = 'open'"; }
journal_knows() { [ "$(journal_open)" = 0 ]; }
servers_agree() { [ "$(truth '[.chat.servers[] | select(.active) | .copy == "sqldr1"] | all')" = true ]; }

# ---- cases side by side ----

at_once=${AT_ONCE-4}
case_count=0
endings=$scratch/endings
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
  [[ -z ${ONLY-} || $1 == *"$ONLY"* ]] || return 0
  case_count=$((case_count + 1))
  while [ "$(jobs -rp | wc -l)" -ge "$at_once" ]; do wait -n; done
  alone "$@" >"$scratch/$(printf %03d "$case_count").said" 2>&1 &
}

# show: what was said, in its order, and whether all ended as the first case did
show() {
  local ending
  wait
  cat "$scratch"/*.said
  for ending in "$endings"/*; do
    is "${ending##*/}: all is as after a run that nobody disturbed" "$(diff "$endings/undisturbed" "$ending")" ""
  done
  ! grep -q '^not ok' "$scratch"/*.said
}

# crash_namespace SCRIPT [ARGUMENT...]: starts it again, where it may trace and mount; what it mounts ends with it
crash_namespace() {
  local as_root=()
  [ -z "${CRASH_NAMESPACE-}" ] || return 0
  [ "$(id -u)" -eq 0 ] || as_root=(--user --map-root-user)
  CRASH_NAMESPACE=1 exec unshare --mount "${as_root[@]+"${as_root[@]}"}" "$@"
}
