#!/usr/bin/env bash
# sent_as_planned.sh BUILD [LEVEL]: what `pchatctl plan --scripts` prints is what the servers receive, byte for byte, and each text
# that opens a copy was let pass by the guard: a mirror switch, then a force.  Failover and fence: failover.sh.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/runner.bash
. tests/integration/lib/runner.bash

lab_start "$scratch/lab" --speed 4 --received || exit 1
runner_set_up
runner_start

# carry_out NAME VERB [apply options]: plans by hand, keeps the plan in $scratch/VERB.plan, applies it
carry_out() {
  local name=$1 verb=$2 id rc=0
  shift 2
  ctl plan "$verb" --scripts >"$scratch/$verb.plan" 2>&1
  id=$(sed -n 's/^plan \([0-9a-f]*\) .*/\1/p' "$scratch/$verb.plan")
  ctl apply --plan "$id" "$@" >"$scratch/apply" 2>&1 || rc=$?
  if [ "$rc" -eq 0 ]; then ok "$name"; else not_ok "$name: exit $rc" "$(head -n 40 "$scratch/$verb.plan")" "$(tail -n 20 "$scratch/apply")"; fi
}

carry_out "the mirror is switched to" mirror-switch
is "it serves" "$(truth '.writable | join(" ")')" sqlmir1

lab_do act witness_off
lab_do fault set instance_down sqlmir1
fences off
carry_out "the other one is forced" mirror-force --accept-loss unknown
is "it serves" "$(truth '.writable | join(" ")')" sqlpri1
is "never two written copies" "$(truth .writer_overlap_s)" 0

runner_sent "$scratch/mirror-switch.plan" 1 "$scratch/mirror-force.plan" 2
runner_guarded
exit "$status"
