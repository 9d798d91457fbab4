#!/usr/bin/env bash
# failover.sh BUILD [LEVEL]: from the loss of a site to chat that flows at the other, over the wire: the handler is called, the runner
# plans and waits, a person approves, mgc opens in the backup site; the old primary returns, is seen and fenced.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/runner.bash
. tests/integration/lib/runner.bash

pool=lyncpc.litwareinc.com
handler=$build/plugins/eh_pchat_failover

lab_start "$scratch/lab" --speed 1 || exit 1
runner_set_up
runner_start
is "nothing is open" "$(ctl status | sed -n 2p)" "watch     done: nothing is to be done"

# ---- the site is lost ----
lab_do clock advance 10m
fences off
lab_do fault set site_down dub
lab_do act step_move_store fe-red1
holds "the handler is called" "$handler" --spool "$scratch/spool" --pool "$pool" --from icinga2 --state CRITICAL --state-type HARD \
  --attempt 1 --max-attempts 3 --downtime 0 --event 4711
wait_for "a plan waits for approval" '^plan ' 90
plan=$(ctl status | sed -n 's/^plan  *\([0-9a-f]*\).*/\1/p')
ctl plan --scripts >"$scratch/plan"
holds "the plan is a failover" grep -q "failover of $pool  dub -> red" "$scratch/plan"
holds "nothing was changed by planning" test "$(truth '.instances.sqldr1.mutating_statements.pchat_runner // 0')" -eq 0

# ---- a person approves ----
ctl apply --plan "$plan" --accept-loss unknown --override logins >"$scratch/apply" 2>&1
rc=$?
[ "$rc" -eq 0 ] || { tail -n 20 "$scratch/apply"; tail -n 20 "$scratch/runner.log"; ctl status; }
is "the failover is carried out" "$rc" 0
is "one copy is open" "$(truth '.writable | join(" ")')" sqldr1
is "never two written copies" "$(truth .writer_overlap_s)" 0
before=$(truth .messages_written)
lab_do clock advance 1m
holds "messages flow in the backup site" test "$(truth .messages_written)" -gt "$before"

# ---- the old primary returns, as somebody lifted the fence ----
fences on
lab_do act old_primary_returned
for _ in $(seq 240); do
  [ "$(truth '.writable | join(" ")')" = "sqldr1" ] && [ "$(truth '.instances.sqlpri1.mgc.state')" = ONLINE ] && break
  sleep 0.5
done
is "the runner has fenced it by itself" "$(truth '.writable | join(" ")')" sqldr1
is "its copy is there to be compared" "$(truth '.instances.sqlpri1.mgc.state')" ONLINE
echo "two written copies, while the fence was lifted: $(truth .writer_overlap_s) s"
wait_for "nothing is left to be done" '^watch     (done|refused: nothing to plan)' 90
"$handler" --spool "$scratch/spool" --pool "$pool" --from icinga2 --state WARNING --state-type HARD --attempt 3 --max-attempts 3
wait_for "the episode is closed" '^watch' 30
for _ in $(seq 60); do ctl status | grep -q '^episode' || break; sleep 0.5; done
run_runbook=$("$build/plugins/check_pchat_runbook" --runs "$scratch/state/runs.json" --spool "$scratch/spool")
holds "check_pchat_runbook asks for the failback" grep -q '^PCHAT RUNBOOK WARNING - reprotection_due' <(echo "$run_runbook")
check=$build/plugins/check_pchat_pool
run_check
holds "check_pchat_pool sees the backup site serve" grep -q '^PCHAT POOL WARNING - dr_active' <<<"$out"
