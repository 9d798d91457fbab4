#!/usr/bin/env bash
# pool_situations.sh BUILD [LEVEL]: every row of the pool's state table, and pairs of faults of which the more dangerous one must
# lead, each as faults and documented steps in a lab of its own → the leading condition with its severity, the exact set of all
# conditions, the exit code, and a next action.
#
# A row: situation NAME EXIT 'what is done, one labctl call per ;' 'SEVERITY leading_condition' 'SEVERITY condition object' ...
# Rows run several at a time; what they print is shown in their order.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
only=${ONLY-}
at_once=4
row=0

# judge NAME EXIT STEPS LEAD CONDITION...: in a process of its own, with its own lab
judge() {
  local name=$1 exit_code=$2 steps=$3 lead=$4
  shift 4
  lab_start "$scratch/lab" || return
  lab_steps "$steps"
  lab_do clock advance 30s # away from the minutes at which jobs run
  run_conditions --timeout 4
  is "$name: leads" "$(jq -r '[.conditions[] | "\(.severity) \(.name)"] | first // "OK"' <<<"$out")" "$lead"
  is "$name: conditions" "$conditions" "$(printf '%s\n' "$@" | sort | sed '/^$/d')"
  is "$name: exit code" "$rc" "$exit_code"
  is "$name: each condition has a next action" "$(jq '[.conditions[] | select((.action // "") == "")] | length' <<<"$out")" 0
  lab_stop || not_ok "$name: the lab ends cleanly" "$(cat "$scratch/lab.log")"
}

# situation NAME EXIT STEPS LEAD CONDITION...
situation() {
  [ -z "$only" ] || [[ $1 == *"$only"* ]] || return 0
  row=$((row + 1))
  while [ "$(jobs -rp | wc -l)" -ge "$at_once" ]; do wait -n; done
  (
    said=$scratch/$(printf %03d "$row").said
    scratch=$(mktemp -d)
    status=0
    check=$build/plugins/check_pchat_pool
    judge "$@" >"$said" 2>&1
  ) &
}

show() {
  wait
  cat "$scratch"/*.said
  ! grep -q '^not ok' "$scratch"/*.said
}

lost="fault set site_down dub;"
recovered="$lost act step_remove_log_shipping; act step_copy_logs; act step_apply_logs; act step_recover;"
failed_over="$recovered act step_move_store fe-red1; act step_set_failed_over; act step_activate_backup; clock advance 2m;"
rebuilt="$failed_over fault clear site_down dub; act step_rebuild_primary; act step_clear_active_list; clock advance 2m;"
restored="$rebuilt act step_unmirror_backup; act step_back_up_backup; act step_restore_primary;"

situation "1 normal" 0 '' 'OK'
situation "2 normal_on_mirror" 1 'act step_mirror_failover; clock advance 1m' 'WARNING normal_on_mirror'
situation "3 on_mirror_no_dr" 2 'fault set ls_mirror_missing; act mirror_failover; clock advance 70m' 'CRITICAL on_mirror_no_dr'
situation "4 no_site_ha" 1 'fault set mirror_suspended; clock advance 1m' 'WARNING no_site_ha'
situation "5 dr_lagging" 1 'fault set restore_job; clock advance 31m' 'WARNING dr_lagging'
situation "5 dr_lagging, very" 2 'fault set copy_job; clock advance 50m' 'CRITICAL dr_lagging'
situation "6 dr_unavailable" 1 'fault set instance_down sqldr1; clock advance 1m' 'WARNING dr_unavailable'
situation "7 two_online_copies" 2 'act recover_secondary; clock advance 1m' 'CRITICAL two_online_copies'
situation "8 split_brain" 2 'fault set both_copies_written; clock advance 1m' 'CRITICAL split_brain'
situation "9 degraded" 1 'fault set service pc2; clock advance 1m' 'WARNING degraded'
situation "10 no_running_server" 2 'fault set service pc1; fault set service pc2; fault set service pc3; fault set service pc4; clock advance 1m' 'CRITICAL no_running_server'
situation "11 service_not_listening" 2 'fault set port pc1; fault set port pc2; fault set port pc3; fault set port pc4; clock advance 1m' 'CRITICAL service_not_listening'
situation "12 servers_not_connected" 2 'fault set pool_state_mismatch dub; clock advance 5m' 'CRITICAL servers_not_connected'
situation "13 no_active_server" 2 'fault set active_list how=empty; clock advance 5m' 'CRITICAL no_active_server'
situation "14 active_list_invalid" 2 'fault set active_list how=five; clock advance 1m' 'CRITICAL active_list_invalid'
situation "14 active_list_invalid, foreign" 1 'fault set active_list how=wrong; clock advance 1m' 'WARNING active_list_invalid'
situation "15 active_far_from_db" 1 'fault set active_list how=far; clock advance 1m' 'WARNING active_far_from_db'
situation "16 database_down" 2 'fault set instance_down sqlpri1; fault set instance_down sqlmir1; clock advance 1m' 'CRITICAL database_down'
situation "17 site_loss" 2 "$lost clock advance 1m; vantage third dub" 'CRITICAL site_loss'
situation "17 one failure domain is not enough" 3 "$lost clock advance 1m" 'UNKNOWN primary_site_unseen'
situation "18 failover_step1_3" 2 "$lost act step_remove_log_shipping; clock advance 1m" 'CRITICAL failover_step1_3'
situation "19 failover_step4_done" 2 "$recovered clock advance 1m" 'CRITICAL failover_step4_done'
situation "20 state_ahead_of_database" 2 "$lost act step_move_store fe-red1; act step_set_failed_over; clock advance 1m" 'CRITICAL state_ahead_of_database'
situation "21 failover_step7_pending" 2 "$recovered act step_move_store fe-red1; act step_set_failed_over; clock advance 2m" 'CRITICAL failover_step7_pending'
situation "22 dr_active_no_ha" 1 "$failed_over" 'WARNING dr_active_no_ha'
situation "23 dr_active" 1 "$failed_over act step_mirror_backup; clock advance 1m" 'WARNING dr_active'
situation "24 old_primary_returned" 2 "$failed_over act old_primary_returned; clock advance 3m" 'CRITICAL old_primary_returned'
situation "24 old_primary_returned, the mirror alone" 2 "$failed_over act old_primary_returned who=mirror; clock advance 3m" 'CRITICAL old_primary_returned'
situation "24 fenced" 1 "$failed_over act old_primary_returned; clock advance 3m; act step_fence_primary; clock advance 1m" 'WARNING dr_active_no_ha'
situation "25 dr_active_protected" 1 'act step_clear_active_list; act step_wait_for_replicas; act step_unmirror_primary; act step_tail_log; act step_copy_logs; act step_apply_logs; act step_recover; act step_ship_from_backup; act step_set_failed_over; act step_activate_backup; clock advance 6m' 'WARNING dr_active_protected'
situation "26 failback_step1" 2 "$rebuilt" 'CRITICAL failback_step1'
situation "27 failback_step4_done" 2 "$restored clock advance 1m" 'CRITICAL failback_step4_done'
situation "28 failback_order_hazard" 2 "$restored act step_activate_primary; clock advance 2m" 'CRITICAL failback_order_hazard'
situation "29 failback_ls_pending" 2 "$restored act step_set_normal; act step_activate_primary; clock advance 2m" 'CRITICAL failback_ls_pending'
situation "30 state_mismatch" 2 'fault set replica_stale pc1; fault set replica_stale pc2; fault set replica_stale pc3; fault set replica_stale pc4; act recover_secondary; act step_set_failed_over; clock advance 2m' 'CRITICAL state_mismatch'
situation "31 replica_stale" 1 'fault set replica_stale pc6; clock advance 1m' 'WARNING replica_stale'
situation "32 cms_unreachable" 1 'fault set store_unreachable; clock advance 1m' 'WARNING cms_unreachable'
situation "32 store_two_masters" 2 'fault set store_two_masters; clock advance 1m' 'CRITICAL store_two_masters'
situation "33 next_hop_down" 2 'fault set next_hop_down; clock advance 1m' 'CRITICAL next_hop_down'
situation "34 compliance_stalled" 1 'fault set compliance_adapter; clock advance 40m' 'WARNING compliance_stalled'
situation "35 file_store_down" 1 'fault set file_store_down; clock advance 1m' 'WARNING file_store_down'
situation "36 certificate" 1 'fault set certificate pc1 use=sip how=expiring days=20; clock advance 1m' 'WARNING certificate'
situation "36 certificate, ended" 2 'fault set certificate pc1 use=sip how=expired; clock advance 1m' 'CRITICAL certificate'
situation "37 monitor_isolated, seen elsewhere" 3 'fault set link_cut from=monitor to=dub; vantage third; clock advance 1m' 'UNKNOWN monitor_isolated'
situation "37 monitor_isolated, nothing seen" 3 'fault set link_cut from=monitor to=dub; fault set link_cut from=monitor to=red; clock advance 1m' 'UNKNOWN monitor_isolated'
situation "38 inconsistent" 3 "$failed_over act old_primary_returned; clock advance 3m; fault set database_closed sqldr1; clock advance 1m" 'UNKNOWN inconsistent'
situation "38 pool_unproven" 3 "fault set winrm pc1 how=unauthorized; fault set winrm pc2 how=unauthorized; fault set winrm pc3 how=unauthorized; fault set winrm pc4 how=unauthorized; clock advance 1m" 'UNKNOWN pool_unproven'

show
