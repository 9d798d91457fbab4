#!/usr/bin/env bash
# situations.sh BUILD [LEVEL]: what can happen to a deployment, each as faults in a lab of its own → the exact conditions with
# severity and object, and the exit code.  Where the check measures exposure or backlog, the lab's ground truth is compared.
#
# A row: situation NAME EXIT 'what is done, one labctl call per ;' 'SEVERITY condition object' ...
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
only=${ONLY-}

# within NAME GOT WANT TOLERANCE_S
within() {
  if awk -v a="$2" -v b="$3" -v t="$4" 'BEGIN { exit !(a - b <= t && b - a <= t) }'; then
    ok "$1"
  else
    not_ok "$1" "measured $2, truth $3"
  fi
}

compare_with_truth() { # NAME
  local name=$1 state got
  state=$(labctl state)
  got=$(metric exposure_s)
  [ "$got" = null ] || within "$name: exposure" "$got" "$(jq .shipping.exposure_share_lost.newest_log_age_s <<<"$state")" 3
  got=$(metric backlog_s)
  [ "$got" = null ] || within "$name: backlog" "$got" "$(jq .shipping.backlog.s <<<"$state")" 3
  got=$(metric backlog_files)
  [ "$got" = null ] || is "$name: backlog files" "$got" "$(jq .shipping.backlog.files <<<"$state")"
}

situation() {
  local name=$1 exit_code=$2 steps=$3 step
  shift 3
  [ -z "$only" ] || [[ $name == *"$only"* ]] || return 0
  lab_start "$scratch/lab" || return
  while IFS= read -r -d ';' step; do
    read -ra words <<<"$step"
    [ ${#words[@]} -eq 0 ] || lab_do "${words[@]}"
  done <<<"$steps;"
  run_conditions --timeout 10
  is "$name: conditions" "$conditions" "$(printf '%s\n' "$@" | sort | sed '/^$/d')"
  is "$name: exit code" "$rc" "$exit_code"
  compare_with_truth "$name"
  lab_stop || not_ok "$name: the lab ends cleanly" "$(cat "$scratch/lab.log")"
}

situation "Healthy" 0 ''

# The log-shipping chain, stage by stage.
situation "Backup job stopped" 2 'fault set backup_job sqlpri1; clock advance 70m' \
  'CRITICAL log_backup_late sqlpri1' 'CRITICAL exposure_high sqldr1'
situation "Backup job failing" 2 'fault set backup_job sqlpri1 how=failing; clock advance 70m' \
  'CRITICAL log_backup_late sqlpri1' 'CRITICAL exposure_high sqldr1' 'CRITICAL log_backup_failing sqlpri1'
situation "Backup job disabled" 2 'fault set backup_job sqlpri1 how=disabled; clock advance 70m' \
  'CRITICAL log_backup_late sqlpri1' 'CRITICAL exposure_high sqldr1' 'WARNING log_job_disabled sqlpri1'
situation "Copy stopped" 2 'fault set copy_job; clock advance 50m' \
  'WARNING log_copy_late sqldr1' 'CRITICAL exposure_high sqldr1'
situation "Restore stopped" 2 'fault set restore_job; clock advance 50m' \
  'CRITICAL log_restore_late sqldr1' 'CRITICAL backlog_high sqldr1'

exit $status
