#!/usr/bin/env bash
# drill.sh BUILD [LEVEL]: the backups are proven by restoring them, over the wire: what is proven, what is refused, and that nothing
# is left of a drill that dies.
# shellcheck disable=SC2317 # some functions are called by their names
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/runner.bash
. tests/integration/lib/runner.bash

share='\\fs1.litwareinc.com\pchatls'

# drill_where FULL FOLDER: in the topology
drill_where() {
  sed -i '/^    drill:/d' "$lab/topology.yaml"
  full="$1" folder="$2" perl -pi -e 's/^    share:/    drill: {instance: sqldr2, full_backup: '"'"'$ENV{full}'"'"', folder: '"'"'$ENV{folder}'"'"'}\n    share:/' "$lab/topology.yaml"
}
# drill NAME RC [options]: its words in $scratch/said
drill() {
  local name=$1 expected=$2 rc
  shift 2
  ctl drill "$@" >"$scratch/said" 2>&1
  rc=$?
  [ "$rc" = "$expected" ] || cat "$scratch/said"
  is "$name: exit code" "$rc" "$expected"
}
says() { holds "$1" grep -qE -- "$2" "$scratch/said" || sed 's/^/    /' "$scratch/said"; }
side_databases() { asked "${1-sqldr2}" "SELECT COUNT(*) FROM sys.databases WHERE name LIKE 'pchat[_]drill%'"; }
nothing_left() { is "$1: nothing is left" "$(side_databases sqldr2) $(side_databases sqldr1)" "[[0]] [[0]]"; }
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.1
  done
}
has_side() { [ "$(side_databases)" != "[[0]]" ]; }
has_none() { [ "$(side_databases)" = "[[0]]" ]; }

# drill_under_way NAME PATTERN [options]: until it has said so; what it says goes on into $scratch/said
drill_under_way() {
  local name=$1 pattern=$2
  shift 2
  ctl drill "$@" >"$scratch/said" 2>&1 &
  drill_pid=$!
  until_true 30 grep -qE -- "$pattern" "$scratch/said" || not_ok "$name" "$(cat "$scratch/said")"
}
drill_ends() {
  wait "$drill_pid"
  drill_rc=$?
}
restart_runner() {
  runner_stop
  runner_start
}
# elsewhere: a runner of another host, with its own journal and socket
elsewhere_start() {
  mkdir -p "$scratch/elsewhere/spool" "$scratch/elsewhere/state"
  "$build/plugins/pchat-runner" --topology "$lab/topology.yaml" --spool "$scratch/elsewhere/spool" --state "$scratch/elsewhere/state" \
    --socket "$scratch/elsewhere.sock" --watch-period 5 --idle 0 >>"$scratch/runner.log" 2>&1 &
  elsewhere_pid=$!
  until_true 20 test -S "$scratch/elsewhere.sock"
}
note_of() { asked sqldr1 "SELECT TOP 1 note_text FROM pchat_ops.dbo.note WHERE kind = '$1' AND object = 'sqldr2' ORDER BY note DESC" | jq -r '.[0][0]'; }
full_now() { lab_do act full_backup sqlpri1 "dir=$share"; }

lab_start "$scratch/lab" --speed 1 --received || exit 1
runner_set_up
sed -i 's/^    share:/    settings: {ping_gap_s: 1}\n&/' "$lab/topology.yaml"
drill_where "$share" 'D:\Drill'
lab_do clock advance 5m
full_now
lab_do clock advance 11m
runner_start

# ---- proven ----
drill "the newest full backup and the logs after it" 0
says "it says so" '^PROVEN: mgc can be restored$'
says "the full backup, how long and how fast" '^full +mgc_full_[0-9]+\.bak  of 2026-.* by the clock of SQLPRI1  [0-9.]+ MB in [0-9.]+ s, [0-9.]+ MB/s$'
says "the logs after it" '^logs +[23] of [23], mgc_[0-9]+\.trn … mgc_[0-9]+\.trn '
says "how old the newest message is, and that of the principal" '^newest +message of 2026-.*Z, .* older than the principal'
says "rows" '^rows +tblChat [1-9][0-9]*, tblNode 1, tblPrincipal 1$'
nothing_left "proven"
is "the ledger knows when, on the clock of the instance" \
  "$(note_of drill_proven | jq -r '[.copy_only, .checkdb, (.logs > 1), (.at | test("^2026-.*Z$")), .why] | map(tostring) | join(" ")')" \
  "false false true true null"
run=$(jq -rn --arg said "$(grep -o 'pchat_drill_[0-9]*' "$scratch/said" | head -1)" '$said | ltrimstr("pchat_drill_")')
"$build/plugins/pchatctl" runs --journal "$scratch/state/journal.db" >"$scratch/runs"
holds "runs lists it" grep -qE "^run $run .* proven +drill .*person, dba" "$scratch/runs"
"$build/plugins/pchatctl" explain "$run" --journal "$scratch/state/journal.db" >"$scratch/explained" 2>&1
holds "explain tells it" grep -q 'roll forward' "$scratch/explained" || head -5 "$scratch/explained"
drill "with a backup of its own, and its pages read" 0 --copy-only --dbcc
says "the backup is named" '^left .*\\mgc_drill_[0-9]+\.bak: files of backups are never deleted$'
says "no page is damaged" '^checkdb   no error in'
nothing_left "copy only"

# ---- refused ----
drill "the principal" 1 --instance sqlpri1
says "it says why" '^refused: sqlpri1 is the principal: what serves chat is not drilled on$'
drill "the mirror" 1 --instance sqlmir1
says "it says why" '^refused: sqlmir1 is the mirror: '
drill "no instance" 1 --instance sqlnone
says "it says why" '^refused: "sqlnone" is no SQL instance of '
drill "not as somebody else" 3 --by sombody

# ---- backups that do not fit together, or cannot be read ----
lab_do fault set copy_job sqldr1 how=stopped
lab_do clock advance 16m
lab_do fault set file_truncated where=share
drill "a log backup is cut short" 1
says "it says which" '^NOT PROVEN: the log backups after mgc_full_.*\.trn cannot be read \(3241 '
lab_do fault clear file_truncated
lab_do fault set file_corrupted where=share
drill "a log backup is damaged" 2
says "it says which" '^NOT PROVEN: roll forward on sqldr2: mgc_[0-9]+\.trn: Msg 3189: '
nothing_left "damaged"
lab_do fault clear file_corrupted
lab_do fault set file_deleted_early
drill "a log backup is gone" 1
says "it says between which" '^NOT PROVEN: .*: nothing leads from LSN [0-9]+ \(end of mgc_.*\) to LSN [0-9]+ \(begin of mgc_[0-9]+\.trn\)'
lab_do fault clear file_deleted_early
is "the ledger has both, the newest of each" "$(note_of drill_failed | jq -r .why | cut -c1-25) $(note_of drill_proven | jq .copy_only)" \
  "the log backups after mgc true"
full_now
lab_do fault set pages_damaged sqlpri1
drill "damaged pages fail a backup with CHECKSUM" 1 --copy-only
says "it says so" '^NOT PROVEN: back up on sqlpri1: .*Msg 3043: '
full_now
drill "the site's own backup took them along" 2 --dbcc
says "and DBCC CHECKDB finds them" '^NOT PROVEN: check on sqldr2: pchat_drill_[0-9]+: Msg 8928: '
nothing_left "damaged pages"
lab_do fault clear pages_damaged
full_now

# ---- a folder that is not there ----
drill_where "$share" 'Q:\Drill'
restart_runner
drill "the folder is missing" 2
says "it says so" '^NOT PROVEN: restore on sqldr2: .*Msg 5133: Directory lookup for the file "Q:'
drill_where "$share\\mgc_full_*.bak" 'D:\Drill'
restart_runner

# ---- two at once, and nobody waits for them ----
# Slow statements end when the lab's clock says so.
lab_do fault set media_slow sqldr2 seconds=120
elsewhere_start
drill_under_way "a drill under way" '^restore '
is "another one by the same runner" "$(ctl drill)" "refused: a drill of this pool is under way"
is "another one by another runner" "$("$build/plugins/pchatctl" --topology "$lab/topology.yaml" drill --socket "$scratch/elsewhere.sock" 2>&1)" \
  "refused: another drill is under way on sqldr2"
kill "$elsewhere_pid"
holds "a plan is made meanwhile" grep -q 'nothing to plan' <(ctl plan 2>&1)
holds "the pool lock is nobody's meanwhile" test "$(asked sqldr1 "SELECT COUNT(*) FROM sys.dm_tran_locks WHERE resource_type = N'APPLICATION'")" = "[[0]]"
while kill -0 "$drill_pid" 2>/dev/null; do
  lab_do clock advance 2m
  sleep 0.3
done
drill_ends
is "the first one is proven" "$drill_rc" 0
says "of the site's own, whatever drills have taken" '^full +mgc_full_'
nothing_left "two at once"

# ---- drills that die ----
# killed WHO NAME PATTERN [options]: at the line of progress that matches
killed() {
  local who=$1 name=$2 pattern=$3 worker
  shift 3
  drill_under_way "$name" "$pattern" "$@"
  [ "$who" = worker ] || kill -KILL "$runner_pid" # its workers end with it
  for worker in $(pgrep -P "$runner_pid"); do kill -KILL "$worker"; done
  drill_ends
  [ "$who" = worker ] || has_side || not_ok "$name: there is a side database"
  if [ "$who" = runner ]; then
    wait "$runner_pid" 2>/dev/null
    runner_start
  fi
  until_true 20 has_none
  nothing_left "$name"
}
killed runner "killed while it restores" '^restore '
lab_do clock advance 6m
restored() { until_true 20 grep -q '^restore ' "$scratch/said" && until_true 20 has_side && lab_do clock advance 2m; }
restored &
restored_pid=$!
killed worker "its worker is killed between two logs" '^roll forward '
wait "$restored_pid"
lab_do fault clear media_slow
lab_do fault set recovery_slow sqldr2 seconds=120
killed runner "killed while it recovers" '^recover '
lab_do fault clear recovery_slow
"$build/plugins/pchatctl" runs --journal "$scratch/state/journal.db" >"$scratch/runs"
is "the journal knows that they died" "$(grep -c ' died  *drill ' "$scratch/runs") $(grep -c ' open  *drill ' "$scratch/runs")" "3 0"

lab_do fault set media_slow sqldr2 seconds=120
drill_under_way "a session that is ended" '^restore '
for session in $(asked sqldr2 "SELECT request_session_id FROM sys.dm_tran_locks WHERE resource_type = N'APPLICATION'" | tr -dc '0-9 '); do
  asked sqldr2 "KILL $session SELECT 1" >/dev/null
done
drill_ends
is "a session that is ended: exit code" "$drill_rc" 2
nothing_left "a session that is ended"
lab_do fault clear media_slow

# ---- what is no drill's stays ----
file=$(asked sqldr2 "EXEC xp_dirtree N'$share', 1, 1" | jq -r '[.[][0] | select(startswith("mgc_full"))] | max')
for name in pchat_drill_2x pchat_drill_ pchat_drill_7; do
  folder='D:\Drill'
  [ "$name" != pchat_drill_7 ] || folder='D:\Data'
  asked sqldr2 "RESTORE DATABASE [$name] FROM DISK = N'$share\\$file' WITH MOVE N'mgc' TO N'$folder\\$name.mdf', MOVE N'mgc_log' TO N'$folder\\$name.ldf', NORECOVERY SELECT 1" >/dev/null
done
asked sqldr2 "RESTORE DATABASE [pchat_drill_8] FROM DISK = N'$share\\$file' WITH MOVE N'mgc' TO N'D:\\Drill\\8.mdf', MOVE N'mgc_log' TO N'D:\\Drill\\8.ldf', NORECOVERY SELECT 1" >/dev/null
is "they are there" "$(side_databases)" "[[4]]"
drill "beside them" 0
is "only the one that is a drill's is gone" \
  "$(asked sqldr2 "SELECT name FROM sys.databases WHERE name LIKE 'pchat[_]drill%' ORDER BY name" | jq -r 'map(.[0]) | join(" ")')" \
  "pchat_drill_ pchat_drill_2x pchat_drill_7"

# ---- a table-top exercise ----
"$check" --topology "$lab/topology.yaml" --record "$scratch/snapshot.json" >/dev/null 2>&1
"$build/plugins/pchatctl" --topology "$lab/topology.yaml" drill --replay "$scratch/snapshot.json" >"$scratch/said" 2>&1
is "nothing to be done: exit code" "$?" 1
says "the verb table's word" 'nothing to plan'
lab_do fault set site_down dub
"$build/plugins/check_pchat_pool" --topology "$lab/topology.yaml" --record "$scratch/snapshot.json" >/dev/null 2>&1
"$build/plugins/pchatctl" --topology "$lab/topology.yaml" drill --replay "$scratch/snapshot.json" >"$scratch/said" 2>&1
says "of a site that is lost: a failover is planned" 'failover of lyncpc.litwareinc.com'
says "with its gates" '^gates '

# ---- what was sent ----
runner_received drill 2
runner_guarded
exit "$status"
