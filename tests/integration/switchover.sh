#!/usr/bin/env bash
# switchover.sh BUILD [LEVEL]: the pool moves to the backup site while both sites live, and back again, over the wire: nobody's
# message is lost, logs are shipped the other way, and what is planned is what the servers receive.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/runner.bash
. tests/integration/lib/runner.bash

lab_start "$scratch/lab" --speed 1 --received || exit 1
runner_set_up
runner_mirrors
sed -i 's|^      automatic_fence: true|      automatic_fence: true\n      store_task: pchat-act\n      ship_every_min: 5|; s|^    share:|    settings: {ping_gap_s: 1}\n&|' "$lab/topology.yaml"
runner_start
lab_do clock speed 10

# move NAME TO FROM STATE MIRROR: the pool serves from TO afterwards, with its mirror; FROM follows
move() {
  local name=$1 to=$2 from=$3 state=$4 mirror=$5 id rc=0 before
  ctl plan switchover --scripts >"$scratch/$name.plan" 2>&1
  id=$(sed -n 's/^plan \([0-9a-f]*\) .*/\1/p' "$scratch/$name.plan")
  ctl apply --plan "$id" >"$scratch/apply" 2>&1 || rc=$?
  if [ "$rc" -eq 0 ]; then ok "$name"; else not_ok "$name: exit $rc" "$(head -n 60 "$scratch/$name.plan")" "$(tail -n 40 "$scratch/apply")"; fi
  is "$name: one copy is open" "$(truth '.writable | join(" ")')" "$to"
  is "$name: the pool state says so" "$(truth .pool_state)" "$state"
  is "$name: never two writable copies" "$(truth '"\(.writer_overlap_s) \(.writable_overlap_s)"')" "0 0"
  is "$name: nothing is lost" "$(truth ".instances.$to.mgc.lost_if_survivor")" 0
  before=$(truth .messages_written)
  lab_do clock advance 25m
  holds "$name: messages flow" test "$(truth .messages_written)" -gt "$before"
  is "$name: it has its mirror" "$(truth "[.instances.$to, .instances.$mirror] | map(.mgc.mirroring | .role + \" \" + .state) | join(\", \")")" \
    "principal SYNCHRONIZED, mirror SYNCHRONIZED"
  is "$name: logs are shipped the other way" "$(truth ".instances.$from.mgc.state")" RESTORING
  holds "$name: and arrive" test "$(truth ".instances.$from.mgc.newest_message")" -gt "$before"
}
move there sqldr1 sqlpri1 failed_over sqldr2
move back sqlpri1 sqldr1 normal sqlmir1
# A log backup may come in between, and the plan is made anew: then it is not the one that was printed.
runner_sent - 1 - 2
runner_guarded
exit "$status"
