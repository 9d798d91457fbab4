#!/usr/bin/env bash
# pool_situations.sh BUILD [LEVEL]: every row of the pool's state table, and pairs of faults of which the more dangerous one must
# lead, each as faults and documented steps in a lab of its own → the leading condition with its severity, the exact set of all
# conditions, the exit code, and a next action.
#
# A row: situation NAME EXIT 'what is done, one labctl call per ;' 'SEVERITY leading_condition' 'SEVERITY condition object' ...
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/vantage.bash
. tests/integration/lib/vantage.bash
# shellcheck source=tests/integration/lib/at_once.bash
. tests/integration/lib/at_once.bash
judged_by=check_pchat_pool

lost="fault set site_down dub;"
recovered="$lost act step_remove_log_shipping; act step_copy_logs; act step_apply_logs; act step_recover;"
failed_over="$recovered act step_move_store fe-red1; act step_set_failed_over; act step_activate_backup; clock advance 2m;"
rebuilt="$failed_over fault clear site_down dub; act step_rebuild_primary; act step_clear_active_list; clock advance 2m;"
dub="sqlpri1 sqlmir1 pc1 pc2 pc3 pc4" # all that stands for the site
restored="$rebuilt act step_unmirror_backup; act step_back_up_backup; act step_restore_primary;"

situation "1 normal" 0 '' 'OK'
situation "2 normal_on_mirror" 1 'act step_mirror_failover; clock advance 1m' 'WARNING normal_on_mirror' \
  'WARNING normal_on_mirror lyncpc.litwareinc.com'
situation "3 on_mirror_no_dr" 2 'fault set ls_mirror_missing; act mirror_failover; clock advance 70m' 'CRITICAL on_mirror_no_dr' \
  'CRITICAL on_mirror_no_dr lyncpc.litwareinc.com'
situation "4 no_site_ha" 1 'fault set mirror_suspended; clock advance 1m' 'WARNING no_site_ha' \
  'WARNING no_site_ha lyncpc.litwareinc.com'
situation "5 dr_lagging" 1 'fault set restore_job; clock advance 31m' 'WARNING dr_lagging' \
  'WARNING dr_lagging lyncpc.litwareinc.com'
situation "5 dr_lagging, very" 2 'fault set copy_job; clock advance 50m' 'CRITICAL dr_lagging' \
  'CRITICAL dr_lagging lyncpc.litwareinc.com'
situation "6 dr_unavailable" 1 'fault set instance_down sqldr1; clock advance 1m' 'WARNING dr_unavailable' \
  'UNKNOWN instance_unseen sqldr1' \
  'WARNING dr_unavailable lyncpc.litwareinc.com'
situation "7 two_online_copies" 2 'act recover_secondary; clock advance 1m' 'CRITICAL two_online_copies' \
  'CRITICAL two_online_copies lyncpc.litwareinc.com'
situation "8 split_brain" 2 'fault set both_copies_written; clock advance 1m' 'CRITICAL split_brain' \
  'CRITICAL replica_stale lyncpc.litwareinc.com' \
  'CRITICAL split_brain lyncpc.litwareinc.com'
situation "9 degraded" 1 'fault set service pc2; clock advance 1m' 'WARNING degraded' \
  'WARNING degraded lyncpc.litwareinc.com'
situation "10 no_running_server" 2 'fault set service pc1; fault set service pc2; fault set service pc3; fault set service pc4; clock advance 1m' 'CRITICAL no_running_server' \
  'CRITICAL no_running_server lyncpc.litwareinc.com' \
  'WARNING compliance_stalled lyncpc.litwareinc.com'
situation "11 service_not_listening" 2 'fault set port pc1; fault set port pc2; fault set port pc3; fault set port pc4; clock advance 1m' 'CRITICAL service_not_listening' \
  'CRITICAL service_not_listening lyncpc.litwareinc.com'
situation "12 servers_not_connected" 2 'fault set pool_state_mismatch dub; clock advance 5m' 'CRITICAL servers_not_connected' \
  'CRITICAL servers_not_connected lyncpc.litwareinc.com' \
  'WARNING replica_stale lyncpc.litwareinc.com'
situation "13 no_active_server" 2 'fault set active_list how=empty; clock advance 5m' 'CRITICAL no_active_server' \
  'CRITICAL no_active_server lyncpc.litwareinc.com' \
  'WARNING compliance_stalled lyncpc.litwareinc.com'
situation "14 active_list_invalid" 2 'fault set active_list how=five; clock advance 1m' 'CRITICAL active_list_invalid' \
  'CRITICAL active_list_invalid lyncpc.litwareinc.com'
situation "14 active_list_invalid, foreign" 1 'fault set active_list how=wrong; clock advance 1m' 'WARNING active_list_invalid' \
  'WARNING active_list_invalid lyncpc.litwareinc.com'
situation "15 active_far_from_db" 1 'fault set active_list how=far; clock advance 1m' 'WARNING active_far_from_db' \
  'WARNING active_far_from_db lyncpc.litwareinc.com' \
  'WARNING compliance_stalled lyncpc.litwareinc.com'
situation "16 database_down" 2 'fault set instance_down sqlpri1; fault set instance_down sqlmir1; clock advance 1m' 'CRITICAL database_down' \
  'CRITICAL database_down lyncpc.litwareinc.com' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1'
situation "17 site_loss" 2 "$lost clock advance 1m; vantage oob third not_seen $dub" 'CRITICAL site_loss' \
  'CRITICAL site_loss lyncpc.litwareinc.com' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING cms_unreachable lyncpc.litwareinc.com'
situation "17 one failure domain is not enough" 1 "$lost clock advance 1m" 'WARNING primary_site_unseen' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING cms_unreachable lyncpc.litwareinc.com' \
  'WARNING primary_site_unseen lyncpc.litwareinc.com'
situation "17 the backup site's own opinion is not enough" 1 "$lost clock advance 1m; vantage here red not_seen $dub" 'WARNING primary_site_unseen' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING cms_unreachable lyncpc.litwareinc.com' \
  'WARNING primary_site_unseen lyncpc.litwareinc.com'
situation "17 our own uplink is not enough" 1 "$lost clock advance 1m; vantage here monitor not_seen $dub" 'WARNING primary_site_unseen' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING cms_unreachable lyncpc.litwareinc.com' \
  'WARNING primary_site_unseen lyncpc.litwareinc.com'
situation "17 who does not know is not enough" 1 "$lost clock advance 1m; vantage oob third unknown $dub" 'WARNING primary_site_unseen' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING cms_unreachable lyncpc.litwareinc.com' \
  'WARNING primary_site_unseen lyncpc.litwareinc.com'
situation "17 one object that nobody looked at" 1 "$lost clock advance 1m; vantage oob third not_seen $dub !pc4" 'WARNING primary_site_unseen' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING cms_unreachable lyncpc.litwareinc.com' \
  'WARNING primary_site_unseen lyncpc.litwareinc.com'
situation "18 failover_step1_3" 2 "$lost act step_remove_log_shipping; clock advance 1m" 'CRITICAL failover_step1_3' \
  'CRITICAL failover_step1_3 lyncpc.litwareinc.com' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING cms_unreachable lyncpc.litwareinc.com'
situation "19 failover_step4_done" 2 "$recovered clock advance 1m" 'CRITICAL failover_step4_done' \
  'CRITICAL failover_step4_done lyncpc.litwareinc.com' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING active_far_from_db lyncpc.litwareinc.com' \
  'WARNING cms_unreachable lyncpc.litwareinc.com'
situation "20 state_ahead_of_database" 2 "$lost act step_move_store fe-red1; act step_set_failed_over; clock advance 1m" 'CRITICAL state_ahead_of_database' \
  'CRITICAL state_ahead_of_database lyncpc.litwareinc.com' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1'
situation "21 failover_step7_pending" 2 "$recovered act step_move_store fe-red1; act step_set_failed_over; clock advance 2m" 'CRITICAL failover_step7_pending' \
  'CRITICAL failover_step7_pending lyncpc.litwareinc.com' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING active_far_from_db lyncpc.litwareinc.com'
situation "22 dr_active_no_ha" 1 "$failed_over" 'WARNING dr_active_no_ha' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING dr_active_no_ha lyncpc.litwareinc.com'
situation "23 dr_active" 1 "$failed_over act step_mirror_backup; clock advance 1m" 'WARNING dr_active' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING dr_active lyncpc.litwareinc.com'
situation "24 old_primary_returned" 2 "$failed_over act old_primary_returned; clock advance 3m" 'CRITICAL old_primary_returned' \
  'CRITICAL old_primary_returned lyncpc.litwareinc.com'
situation "24 old_primary_returned, the mirror alone" 2 "$failed_over act old_primary_returned who=mirror; clock advance 3m" 'CRITICAL old_primary_returned' \
  'CRITICAL old_primary_returned lyncpc.litwareinc.com' \
  'UNKNOWN instance_unseen sqlpri1'
situation "24 fenced" 1 "$failed_over act old_primary_returned; clock advance 3m; act step_fence_primary; clock advance 1m" 'WARNING dr_active_no_ha' \
  'WARNING dr_active_no_ha lyncpc.litwareinc.com'
situation "25 dr_active_protected" 1 'act step_clear_active_list; act step_wait_for_replicas; act step_unmirror_primary; act step_tail_log; act step_copy_logs; act step_apply_logs; act step_recover; act step_ship_from_backup; act step_set_failed_over; act step_activate_backup; clock advance 6m' 'WARNING dr_active_protected' \
  'WARNING dr_active_protected lyncpc.litwareinc.com'
situation "26 failback_step1" 2 "$rebuilt" 'CRITICAL failback_step1' \
  'CRITICAL failback_step1 lyncpc.litwareinc.com' \
  'WARNING compliance_stalled lyncpc.litwareinc.com'
situation "27 failback_step4_done" 2 "$restored clock advance 1m" 'CRITICAL failback_step4_done' \
  'CRITICAL failback_step4_done lyncpc.litwareinc.com' \
  'WARNING compliance_stalled lyncpc.litwareinc.com'
situation "28 failback_order_hazard" 2 "$restored act step_activate_primary; clock advance 2m" 'CRITICAL failback_order_hazard' \
  'CRITICAL failback_order_hazard lyncpc.litwareinc.com' \
  'WARNING active_far_from_db lyncpc.litwareinc.com' \
  'WARNING compliance_stalled lyncpc.litwareinc.com'
situation "29 failback_ls_pending" 2 "$restored act step_set_normal; act step_activate_primary; clock advance 2m" 'CRITICAL failback_ls_pending' \
  'CRITICAL failback_ls_pending lyncpc.litwareinc.com'
situation "30 state_mismatch" 2 'fault set replica_stale pc1; fault set replica_stale pc2; fault set replica_stale pc3; fault set replica_stale pc4; act recover_secondary; act step_set_failed_over; clock advance 2m' 'CRITICAL state_mismatch' \
  'CRITICAL replica_stale lyncpc.litwareinc.com' \
  'CRITICAL state_mismatch lyncpc.litwareinc.com' \
  'WARNING active_far_from_db lyncpc.litwareinc.com'
situation "31 replica_stale" 1 'fault set replica_stale pc6; clock advance 1m' 'WARNING replica_stale' \
  'WARNING replica_stale lyncpc.litwareinc.com'
situation "32 cms_unreachable" 1 'fault set store_unreachable; clock advance 1m' 'WARNING cms_unreachable' \
  'WARNING cms_unreachable lyncpc.litwareinc.com'
situation "32 store_two_masters" 2 'fault set store_two_masters; clock advance 1m' 'CRITICAL store_two_masters' \
  'CRITICAL store_two_masters lyncpc.litwareinc.com'
situation "33 next_hop_down" 2 'fault set next_hop_down; clock advance 1m' 'CRITICAL next_hop_down' \
  'CRITICAL next_hop_down lyncpc.litwareinc.com'
situation "34 compliance_stalled" 1 'fault set compliance_adapter; clock advance 40m' 'WARNING compliance_stalled' \
  'WARNING compliance_stalled lyncpc.litwareinc.com'
situation "35 file_store_down" 1 'fault set file_store_down; clock advance 1m' 'WARNING file_store_down' \
  'WARNING file_store_down lyncpc.litwareinc.com'
situation "36 certificate" 1 'fault set certificate pc1 use=sip how=expiring days=20; clock advance 1m' 'WARNING certificate' \
  'WARNING certificate lyncpc.litwareinc.com'
situation "36 certificate, ended" 2 'fault set certificate pc1 use=sip how=expired; clock advance 1m' 'CRITICAL certificate' \
  'CRITICAL certificate lyncpc.litwareinc.com'
situation "37 monitor_isolated, seen elsewhere" 3 'fault set link_cut from=monitor to=dub; vantage oob third seen pc9; clock advance 1m' 'UNKNOWN monitor_isolated' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'UNKNOWN monitor_isolated lyncpc.litwareinc.com'
situation "37 monitor_isolated, nothing seen" 3 'fault set link_cut from=monitor to=dub; fault set link_cut from=monitor to=red; clock advance 1m' 'UNKNOWN monitor_isolated' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN host_unseen red' \
  'UNKNOWN instance_unseen sqldr1' \
  'UNKNOWN instance_unseen sqldr2' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'UNKNOWN monitor_isolated lyncpc.litwareinc.com'
situation "38 inconsistent" 3 "$failed_over act old_primary_returned; clock advance 3m; fault set database_closed sqldr1; clock advance 1m" 'UNKNOWN inconsistent' \
  'UNKNOWN inconsistent lyncpc.litwareinc.com'
situation "38 pool_unproven" 3 "fault set winrm pc1 how=unauthorized; fault set winrm pc2 how=unauthorized; fault set winrm pc3 how=unauthorized; fault set winrm pc4 how=unauthorized; clock advance 1m" 'UNKNOWN pool_unproven' \
  'UNKNOWN pool_unproven lyncpc.litwareinc.com'

# Two faults at once: the more dangerous leads.
situation "split brain, a service stopped" 2 'fault set both_copies_written; fault set service pc2; clock advance 1m' 'CRITICAL split_brain' \
  'CRITICAL replica_stale lyncpc.litwareinc.com' \
  'CRITICAL split_brain lyncpc.litwareinc.com'
situation "split brain, next hop down" 2 'fault set both_copies_written; fault set next_hop_down; clock advance 1m' 'CRITICAL split_brain' \
  'CRITICAL replica_stale lyncpc.litwareinc.com' \
  'CRITICAL split_brain lyncpc.litwareinc.com'
situation "two copies, next hop down" 2 'act recover_secondary; fault set next_hop_down; clock advance 1m' 'CRITICAL two_online_copies' \
  'CRITICAL next_hop_down lyncpc.litwareinc.com' \
  'CRITICAL two_online_copies lyncpc.litwareinc.com'
situation "two copies, certificate ended" 2 'act recover_secondary; fault set certificate pc1 use=sip how=expired; clock advance 1m' 'CRITICAL two_online_copies' \
  'CRITICAL certificate lyncpc.litwareinc.com' \
  'CRITICAL two_online_copies lyncpc.litwareinc.com'
situation "two copies, two masters" 2 'act recover_secondary; fault set store_two_masters; clock advance 1m' 'CRITICAL two_online_copies' \
  'CRITICAL store_two_masters lyncpc.litwareinc.com' \
  'CRITICAL two_online_copies lyncpc.litwareinc.com'
situation "two copies, no service" 2 'act recover_secondary; fault set service pc1; fault set service pc2; fault set service pc3; fault set service pc4; clock advance 1m' 'CRITICAL two_online_copies' \
  'CRITICAL no_running_server lyncpc.litwareinc.com' \
  'CRITICAL two_online_copies lyncpc.litwareinc.com' \
  'WARNING compliance_stalled lyncpc.litwareinc.com'
situation "database down, next hop down" 2 'fault set instance_down sqlpri1; fault set instance_down sqlmir1; fault set next_hop_down; clock advance 1m' 'CRITICAL database_down' \
  'CRITICAL database_down lyncpc.litwareinc.com' \
  'CRITICAL next_hop_down lyncpc.litwareinc.com' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1'
situation "database down, certificate ended" 2 'fault set instance_down sqlpri1; fault set instance_down sqlmir1; fault set certificate pc1 use=sip how=expired; clock advance 1m' 'CRITICAL database_down' \
  'CRITICAL certificate lyncpc.litwareinc.com' \
  'CRITICAL database_down lyncpc.litwareinc.com' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1'
situation "database suspect, ports closed" 2 'act witness_off; fault set mirror_removed; fault set database_closed sqlpri1; fault set port pc1; clock advance 1m' 'CRITICAL database_down' \
  'CRITICAL database_down lyncpc.litwareinc.com' \
  'WARNING degraded lyncpc.litwareinc.com'
situation "no service, next hop down" 2 'fault set service pc1; fault set service pc2; fault set service pc3; fault set service pc4; fault set next_hop_down; clock advance 1m' 'CRITICAL no_running_server' \
  'CRITICAL next_hop_down lyncpc.litwareinc.com' \
  'CRITICAL no_running_server lyncpc.litwareinc.com' \
  'WARNING compliance_stalled lyncpc.litwareinc.com'
situation "no service, mirror suspended" 2 'fault set service pc1; fault set service pc2; fault set service pc3; fault set service pc4; fault set mirror_suspended; clock advance 1m' 'CRITICAL no_running_server' \
  'CRITICAL no_running_server lyncpc.litwareinc.com' \
  'WARNING compliance_stalled lyncpc.litwareinc.com' \
  'WARNING no_site_ha lyncpc.litwareinc.com'
situation "no port, next hop down" 2 'fault set port pc1; fault set port pc2; fault set port pc3; fault set port pc4; fault set next_hop_down; clock advance 1m' 'CRITICAL service_not_listening' \
  'CRITICAL next_hop_down lyncpc.litwareinc.com' \
  'CRITICAL service_not_listening lyncpc.litwareinc.com'
situation "not connected, mirror suspended" 2 'fault set pool_state_mismatch dub; fault set mirror_suspended; clock advance 5m' 'CRITICAL servers_not_connected' \
  'CRITICAL servers_not_connected lyncpc.litwareinc.com' \
  'WARNING no_site_ha lyncpc.litwareinc.com' \
  'WARNING replica_stale lyncpc.litwareinc.com'
situation "nobody active, next hop down" 2 'fault set active_list how=empty; fault set next_hop_down; clock advance 5m' 'CRITICAL no_active_server' \
  'CRITICAL next_hop_down lyncpc.litwareinc.com' \
  'CRITICAL no_active_server lyncpc.litwareinc.com' \
  'WARNING compliance_stalled lyncpc.litwareinc.com'
situation "next hop down, shipping very late" 2 'fault set copy_job; fault set next_hop_down; clock advance 50m' 'CRITICAL next_hop_down' \
  'CRITICAL dr_lagging lyncpc.litwareinc.com' \
  'CRITICAL next_hop_down lyncpc.litwareinc.com'
situation "next hop down, a service stopped" 2 'fault set next_hop_down; fault set service pc2; clock advance 1m' 'CRITICAL next_hop_down' \
  'CRITICAL next_hop_down lyncpc.litwareinc.com' \
  'WARNING degraded lyncpc.litwareinc.com'
situation "shipping very late, mirror suspended" 2 'fault set copy_job; fault set mirror_suspended; clock advance 50m' 'CRITICAL dr_lagging' \
  'CRITICAL dr_lagging lyncpc.litwareinc.com' \
  'WARNING no_site_ha lyncpc.litwareinc.com'
situation "mirror suspended, a service stopped" 1 'fault set mirror_suspended; fault set service pc2; clock advance 1m' 'WARNING no_site_ha' \
  'WARNING degraded lyncpc.litwareinc.com' \
  'WARNING no_site_ha lyncpc.litwareinc.com'
situation "certificate ended, a service stopped" 2 'fault set certificate pc1 use=sip how=expired; fault set service pc2; clock advance 1m' 'CRITICAL certificate' \
  'CRITICAL certificate lyncpc.litwareinc.com' \
  'WARNING degraded lyncpc.litwareinc.com'
situation "two masters, a replica stale" 2 'fault set store_two_masters; fault set replica_stale pc6; clock advance 1m' 'CRITICAL store_two_masters' \
  'CRITICAL store_two_masters lyncpc.litwareinc.com' \
  'WARNING replica_stale lyncpc.litwareinc.com'
situation "five active, file store down" 2 'fault set active_list how=five; fault set file_store_down; clock advance 1m' 'CRITICAL active_list_invalid' \
  'CRITICAL active_list_invalid lyncpc.litwareinc.com' \
  'WARNING file_store_down lyncpc.litwareinc.com'
situation "no shipping on the mirror, a service stopped" 2 'fault set ls_mirror_missing; act mirror_failover; fault set service pc2; clock advance 70m' 'CRITICAL on_mirror_no_dr' \
  'CRITICAL on_mirror_no_dr lyncpc.litwareinc.com' \
  'WARNING degraded lyncpc.litwareinc.com'
situation "site lost, the secondary suspect" 2 "$lost fault set database_closed sqldr1; clock advance 1m; vantage oob third not_seen $dub" 'CRITICAL site_loss' \
  'CRITICAL site_loss lyncpc.litwareinc.com' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING cms_unreachable lyncpc.litwareinc.com'
situation "site lost, shipping late" 2 "$lost clock advance 50m; vantage oob third not_seen $dub" 'CRITICAL site_loss' \
  'CRITICAL site_loss lyncpc.litwareinc.com' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING cms_unreachable lyncpc.litwareinc.com'
situation "old primary returned, certificate ended" 2 "$failed_over act old_primary_returned; fault set certificate pc5 use=sip how=expired; clock advance 3m" 'CRITICAL old_primary_returned' \
  'CRITICAL certificate lyncpc.litwareinc.com' \
  'CRITICAL old_primary_returned lyncpc.litwareinc.com'
situation "old primary returned, a service stopped" 2 "$failed_over act old_primary_returned; fault set service pc5; clock advance 3m" 'CRITICAL old_primary_returned' \
  'CRITICAL old_primary_returned lyncpc.litwareinc.com' \
  'WARNING degraded lyncpc.litwareinc.com'
situation "recovered without the pool state, a service stopped" 2 "$recovered fault set service pc5; clock advance 1m" 'CRITICAL failover_step4_done' \
  'CRITICAL failover_step4_done lyncpc.litwareinc.com' \
  'UNKNOWN host_unseen dub' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING active_far_from_db lyncpc.litwareinc.com' \
  'WARNING cms_unreachable lyncpc.litwareinc.com'

# Active and idle servers are told apart, though both run the service and listen; a row that came with the copy is nobody's.
servers() { # NAME ACTIVE IDLE: as the lines say
  is "$1: active, and registered in the database" \
    "$(sed -nE 's/^[a-z]+ +(pc[0-9]) +active chat server, seen +registered in database$/\1/p' <<<"$text" | tr '\n' ' ')" "$2"
  is "$1: idle, with a ping that stands still or none" \
    "$(sed -nE 's/^[a-z]+ +(pc[0-9]) +idle chat server, seen( +its ping stands still)?$/\1/p' <<<"$text" | tr '\n' ' ')" "$3"
}
told_apart() {
  local said=$1 scratch check=$build/plugins/check_pchat_pool text
  scratch=$(mktemp -d)
  {
    lab_start "$scratch/lab" && lab_do clock advance 30s
    run_check --timeout 15 --record "$scratch/seen.json" && text=$out
    is "all eight run the service and answer SIP" "$(jq '[.hosts[] | select(.kind == "chat_server"
      and any(.service.rows[]; .name == "RTCCHAT" and .state == "Running") and any(.port.rows[]; .evidence == "sip_ok"))] | length' "$scratch/seen.json")" 8
    servers "healthy" "pc1 pc2 pc3 pc4 " "pc5 pc6 pc7 pc8 "
    lab_steps "$failed_over act old_primary_returned; act step_fence_primary; clock advance 3m"
    run_check --timeout 15 --record "$scratch/seen2.json"
    text=$out
    is "the recovered copy has rows of the old site" \
      "$(jq '[.instances[] | select(.name == "sqldr1") | .server_identity.rows[] | select(.server_address | test("pc[1-4]\\."))] | length' "$scratch/seen2.json")" 4
    servers "failed over" "pc5 pc6 pc7 pc8 " "pc1 pc2 pc3 pc4 "
    lab_stop || not_ok "the lab ends cleanly" "$(cat "$scratch/lab.log")"
  } >"$said" 2>&1
  rm -rf "$scratch"
}
[ -n "$only" ] || told_apart "$scratch/999.said"

show
