#!/usr/bin/env bash
# automatic.sh BUILD [LEVEL]: without a person.  doctor --act tries every way to write, and names what fails; a site is lost, and
# the pool fails over by itself, by what doctor --act has proven.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/runner.bash
. tests/integration/lib/runner.bash

pool=lyncpc.litwareinc.com
handler=$build/plugins/eh_pchat_failover

lab_start "$scratch/lab" --speed 1 --received || exit 1
runner_set_up
sed -i 's|^      automatic_fence: true|      automatic_fence: true\n      automatic_failover: true\n      loss_limit_s: 3600\n      store_task: pchat-act|' "$lab/topology.yaml"
fence_off_works
runner_start

prove() { ctl doctor --act >"$scratch/proof" 2>&1; }
mutating() { truth '[.instances[].mutating_statements.pchat_runner // 0] | add'; }

# ---- what fails is named ----
before=$(mutating)
lab_do fault set winrm pc5 how=unauthorized
printf '#!/bin/sh\nexit 1\n' >"$scratch/fence-status.broken"
chmod 700 "$scratch/fence-status.broken"
mv "$scratch/fence-status" "$scratch/fence-status.kept"
mv "$scratch/fence-status.broken" "$scratch/fence-status"
prove
is "what fails makes it fail" "$?" 1
cp "$scratch/proof" /dev/stdout
holds "a chat server that lets nobody in is named" grep -q '^FAILS   pc5  .*failover/10-start.ps1' "$scratch/proof"
holds "a fence that says nothing is named" grep -q '^FAILS   sqlpri1  .*fence_status .*exit code 1' "$scratch/proof"
holds "what works is told besides" grep -q '^ok      sqldr1  .*pool lock' "$scratch/proof"
mv "$scratch/fence-status.kept" "$scratch/fence-status"
lab_do fault clear winrm pc5

# ---- all is well ----
prove
is "with all well it is done" "$?" 0
holds "and says so" grep -qE '^all [0-9]+ ways to write are proven$' "$scratch/proof"
cat "$scratch/proof"
is "no line of it fails" "$(grep -c ^FAILS "$scratch/proof")" 0
is "nothing was changed but the ledgers" "$(truth '[.pool_state, (.writable | join(" "))] | join(" ")')" "normal sqlpri1"
echo "statements of ours that changed something, ledgers included: $(($(mutating) - before))"

# ---- the site is lost, and nobody is there ----
lab_do clock advance 10m
lab_do fault set site_down dub
lab_do act step_move_store fe-red1
holds "the handler is called" "$handler" --spool "$scratch/spool" --pool "$pool" --from icinga2 --state CRITICAL --state-type HARD
for _ in $(seq 600); do
  ctl status >"$scratch/status" 2>/dev/null
  grep -q '^serves    the other site' "$scratch/status" && break
  sleep 0.5
done
holds "the pool fails over by itself" grep -q '^serves    the other site' "$scratch/status"
is "one copy is open" "$(truth '.writable | join(" ")')" sqldr1
is "never two written copies" "$(truth .writer_overlap_s)" 0
is "what was left behind was switched off" "$(cd "$scratch/off" && echo *)" "pc1 pc2 pc3 pc4 sqlmir1 sqlpri1"
ctl journal export >"$scratch/journal" 2>&1
runner_guarded
finish
