#!/usr/bin/env bash
# failover.sh BUILD [LEVEL]: from the loss of a site to chat that flows at the other, over the wire: the handler is called, the runner
# plans and waits, a person approves, mgc opens in the backup site; the old primary returns, is seen and fenced; and chat goes home.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/runner.bash
. tests/integration/lib/runner.bash

pool=lyncpc.litwareinc.com
handler=$build/plugins/eh_pchat_failover back_handler=$build/plugins/eh_pchat_failback

lab_start "$scratch/lab" --speed 1 --received || exit 1
runner_set_up
runner_mirrors
sed -i 's|^      automatic_fence: true|&\n      failback_after_s: 15\n      store_task: pchat-act\n      ship_every_min: 1|' "$lab/topology.yaml"
runner_start
is "nothing is open" "$(ctl status | sed -n 2p)" "watch     done: nothing is to be done"

# ---- the site is lost ----
lab_do clock advance 10m
fence_off_works
lab_do fault set site_down dub
lab_do act step_move_store fe-red1
holds "the handler is called" "$handler" --spool "$scratch/spool" --pool "$pool" --from icinga2 --state CRITICAL --state-type HARD \
  --attempt 1 --max-attempts 3 --downtime 0 --event 4711
wait_for "a plan waits for approval" '^plan ' 90
plan=$(ctl status | sed -n 's/^plan  *\([0-9a-f]*\).*/\1/p')
ctl plan "$plan" --scripts >"$scratch/plan"
holds "it is printed by its id, with its scripts" grep -qF 'RESTORE DATABASE [mgc] WITH RECOVERY' "$scratch/plan"
is "a word that is neither verb nor id is refused" "$(ctl plan failovr 2>&1)" '"failovr" is neither a verb nor the id of a plan'
holds "the plan is a failover" grep -q "failover of $pool  dub -> red" "$scratch/plan"
holds "nothing was changed by planning" test "$(truth '.instances.sqldr1.mutating_statements.pchat_runner // 0')" -eq 0

# ---- a person approves; the house does not, yet ----
the_house_says "change freeze until noon"
ctl apply --plan "$plan" --accept-loss unknown --override logins >"$scratch/apply" 2>&1
is "the house may still say no" "$?" 2
holds "and its words are told" grep -q 'resumable at before-commit: .*it is refused: change freeze until noon' "$scratch/apply"
is "what is left behind is switched off by then" "$(cd "$scratch/off" && echo *)" "pc1 pc2 pc3 pc4 sqlmir1 sqlpri1"
is "no copy was opened" "$(truth '.writable | join(" ")')" ""
the_house_says ""
ctl resume >"$scratch/apply" 2>&1
rc=$?
[ "$rc" -eq 0 ] || { tail -n 20 "$scratch/apply"; tail -n 20 "$scratch/runner.log"; ctl status; }
is "the failover is carried out" "$rc" 0
is "the house was asked with pool and verb" "$(sort -u "$scratch/asked")" "$pool failover"
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
watched || not_ok "a look after the fence" "$(ctl status 2>&1)"
run_runbook=$("$build/plugins/check_pchat_runbook" --runs "$scratch/state/runs.json" --spool "$scratch/spool")
is "check_pchat_runbook asks for the failback" "${run_runbook%%:*}" "PCHAT RUNBOOK WARNING - reprotection_due"
holds "what the fence has closed need not be off any more" test -z "$(ctl status | grep ^FENCE)"

# ---- a fence that is lost, until a person releases it ----
fences off
watched || not_ok "a look sees it off" "$(ctl status 2>&1)"
fences on
wait_for "that it is not any more is told" '^FENCE     lost: .*pc1' 60
ctl fence-word --release --reason "closed for good" pc1 pc2 pc3 pc4 sqlpri1 sqlmir1 >"$scratch/release" 2>&1
is "a person releases it" "$(cat "$scratch/release")" "your word is recorded"
wait_gone "and it is told no more" '^FENCE' 60
check=$build/plugins/check_pchat_pool
run_check
holds "check_pchat_pool sees the backup site serve" grep -q '^PCHAT POOL WARNING - dr_active' <<<"$out"

# ---- the primary site is back: the way home is planned, and left to people ----
sent_before=$(truth '[.instances[].mutating_statements.pchat_runner // 0] | add')
: >"$scratch/notified"
holds "the other handler is called" "$back_handler" --spool "$scratch/spool" --pool "$pool" --from icinga2 --state OK --state-type HARD
wait_for "it is looked out for" '^failback  is looked out for since' 30
wait_for "the site must stay well" '^watch     waits: dub is well since' 60
wait_for "then the way back is planned" '^plan      [0-9a-f]*  failback ' 90
home=$(ctl status | sed -n 's/^plan  *\([0-9a-f]*\).*/\1/p')
watched || not_ok "a look after the plan" "$(ctl status 2>&1)"
is "it is told once" "$(grep -c -- "-> pchatctl apply --plan $home" "$scratch/notified")" 1
lab_do fault set host_down pc1
wait_for "a relapse withdraws it" '^watch     refused: no failback while dub is not well: .*pc1' 60
wait_gone "with its plan" '^plan ' 30
lab_do fault clear host_down pc1
wait_for "and starts it over" '^watch     waits: dub is well since' 60
wait_for "until it is planned again" '^plan      [0-9a-f]*  failback ' 90
is "nothing of it was sent" "$(truth '[.instances[].mutating_statements.pchat_runner // 0] | add')" "$sent_before"

# ---- home again ----
missing=$(truth .instances.sqldr1.mgc.lost_if_survivor)
overlap=$(truth '"\(.writer_overlap_s) \(.writable_overlap_s)"')
lab_do clock speed 10
home=$(ctl status | sed -n 's/^plan  *\([0-9a-f]*\).*/\1/p')
ctl plan "$home" --scripts >"$scratch/home.plan" 2>&1
ctl apply --plan "$home" >"$scratch/apply" 2>&1
is "what the old copy alone holds must be told first" "$?" 4
holds "by whom" grep -q 'stranded messages - what sqlpri1 alone holds was not told .* -> pchatctl stranded' "$scratch/apply"
ctl stranded >"$scratch/stranded" 2>&1
is "it is told, and is what the lab counts" "$(sed -n '1s/^sqlpri1 holds what sqldr1 does not: \([0-9]*\) messages of 1 room .*/\1/p' "$scratch/stranded")" "$missing"
rows=$(sed -n 's/^rows  *//p' "$scratch/stranded")
is "each is in a file" "$(jq -r .message "$rows" | sort -u | wc -l)" "$missing"
is "that is the runner's alone" "$(stat -c %a "$rows")" 600
ctl resume >"$scratch/apply" 2>&1
is "and somebody must accept it" "$?" 4
holds "how many" grep -q "stranded messages - sqlpri1 alone holds $missing messages" "$scratch/apply"
ctl apply --plan "$home" --override stranded >"$scratch/apply" 2>&1
rc=$?
[ "$rc" -eq 0 ] || { cat "$scratch/stranded"; head -n 80 "$scratch/home.plan"; tail -n 40 "$scratch/apply"; ctl status; }
is "the failback is carried out" "$rc" 0
is "one copy is open, the primary site's" "$(truth '.writable | join(" ")')" sqlpri1
is "the pool state is normal" "$(truth .pool_state)" normal
is "no two copies were open on the way" "$(truth '"\(.writer_overlap_s) \(.writable_overlap_s)"')" "$overlap"
is "nothing of what was written since the failover is lost" "$(truth .instances.sqlpri1.mgc.lost_if_survivor)" "$missing"
before=$(truth .messages_written)
lab_do clock advance 5m
holds "messages flow in the primary site" test "$(truth .messages_written)" -gt "$before"
is "it is mirrored again" "$(truth '[.instances.sqlpri1, .instances.sqlmir1] | map(.mgc.mirroring | .role + " " + .state) | join(", ")')" \
  "principal SYNCHRONIZED, mirror SYNCHRONIZED"
is "logs are shipped to the backup site again" "$(truth .instances.sqldr1.mgc.state)" RESTORING
# A log backup, its copy and its restore have a time of their own each.
for _ in 1 2 3 4 5 6; do
  [ "$(truth .instances.sqldr1.mgc.newest_message)" -gt "$before" ] && break
  lab_do clock advance 5m
done
holds "and arrive" test "$(truth .instances.sqldr1.mgc.newest_message)" -gt "$before"
is "what the old copy held is kept" "$(asked sqlpri1 "SELECT COUNT(*) FROM msdb.dbo.backupset WHERE is_copy_only = 1 AND database_name = N'mgc'")" "[[1]]"
ctl plan failback >"$scratch/again.plan" 2>&1
holds "at home there is none" grep -q 'chat is served by the primary site, dub' "$scratch/again.plan"
wait_for "nothing is left to be done" '^watch     done: nothing is to be done' 90
wait_gone "nor to be looked out for" '^failback ' 30
run_runbook=$("$build/plugins/check_pchat_runbook" --runs "$scratch/state/runs.json" --spool "$scratch/spool")
is "check_pchat_runbook is content" "${run_runbook%% -*}" "PCHAT RUNBOOK OK"

# ---- what was sent ----
runner_sent "$scratch/plan" 1 - 1 - 2 - 3
runner_guarded
exit "$status"
