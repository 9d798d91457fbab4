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

# between NAME GOT LOW HIGH: with 3 s of slack for what the names of log backups round off
between() {
  if awk -v got="$2" -v low="$3" -v high="$4" 'BEGIN { exit !(got >= low - 3 && got <= high + 3) }'; then
    ok "$1"
  else
    not_ok "$1" "measured $2, truth $3 to $4"
  fi
}

# compare_with_truth NAME BEFORE AFTER: the lab's state before and after the check, which may have taken its whole timeout.
# Log that reached a copy which was then recovered by hand, or that lies behind a gap, can no longer be applied: there the truth is
# the age of what can.  (A damaged file is found only by restoring it; until then it counts as arrived.)
compare_with_truth() {
  local name=$1 before=$2 after=$3 got age=newest_log_age_s
  if [ "$(jq .instances.sqldr1.mgc.writable <<<"$after")" = true ] || grep -qE 'log_chain_broken|diverged' <<<"$conditions"; then
    age=usable_age_s
  fi
  got=$(metric exposure_s)
  [ "$got" = null ] || between "$name: exposure" "$got" "$(jq ".shipping.exposure_share_lost.$age" <<<"$before")" \
    "$(jq ".shipping.exposure_share_lost.$age" <<<"$after")"
  got=$(metric backlog_s)
  [ "$got" = null ] || between "$name: backlog" "$got" "$(jq .shipping.backlog.s <<<"$after")" "$(jq .shipping.backlog.s <<<"$after")"
  got=$(metric backlog_files)
  [ "$got" = null ] || is "$name: backlog files" "$got" "$(jq .shipping.backlog.files <<<"$after")"
  got=$(metric backlog_bytes)
  [ "$got" = null ] || is "$name: backlog bytes" "$got" "$(jq .shipping.backlog.bytes <<<"$after")"
}

situation() {
  local name=$1 exit_code=$2 steps=$3 before
  shift 3
  [ -z "$only" ] || [[ $name == *"$only"* ]] || return 0
  lab_start "$scratch/lab" || return
  lab_steps "$steps"
  lab_do clock advance 30s # away from the minutes at which jobs run
  record_as "$name"
  before=$(labctl state)
  run_conditions --timeout 3 "${recorded[@]+"${recorded[@]}"}"
  is "$name: conditions" "$conditions" "$(printf '%s\n' "$@" | sort | sed '/^$/d')"
  is "$name: exit code" "$rc" "$exit_code"
  compare_with_truth "$name" "$before" "$(labctl state)"
  lab_stop || not_ok "$name: the lab ends cleanly" "$(cat "$scratch/lab.log")"
}

situation "Healthy" 0 ''

situation "Backup job stopped" 2 'fault set backup_job sqlpri1; clock advance 70m' \
  'CRITICAL exposure_high sqldr1' \
  'CRITICAL log_backup_late sqlpri1' \
  'CRITICAL log_copy_late sqldr1' \
  'CRITICAL log_job_disabled sqlpri1' \
  'CRITICAL log_restore_late sqldr1'
situation "Backup job failing" 2 'fault set backup_job sqlpri1 how=failing; clock advance 70m' \
  'CRITICAL exposure_high sqldr1' \
  'CRITICAL log_backup_late sqlpri1' \
  'CRITICAL log_copy_late sqldr1' \
  'CRITICAL log_restore_late sqldr1' \
  'WARNING log_backup_failing sqlpri1'
situation "Backup job disabled" 2 'fault set backup_job sqlpri1 how=disabled; clock advance 70m' \
  'CRITICAL exposure_high sqldr1' \
  'CRITICAL log_backup_late sqlpri1' \
  'CRITICAL log_copy_late sqldr1' \
  'CRITICAL log_job_disabled sqlpri1' \
  'CRITICAL log_restore_late sqldr1'
situation "Backup job unscheduled" 2 'fault set backup_job sqlpri1 how=unscheduled; clock advance 70m' \
  'CRITICAL exposure_high sqldr1' \
  'CRITICAL log_backup_late sqlpri1' \
  'CRITICAL log_copy_late sqldr1' \
  'CRITICAL log_job_disabled sqlpri1' \
  'CRITICAL log_restore_late sqldr1'
situation "Backup job hanging" 2 'fault set backup_job sqlpri1 how=hanging; clock advance 70m' \
  'CRITICAL exposure_high sqldr1' \
  'CRITICAL log_backup_late sqlpri1' \
  'CRITICAL log_copy_late sqldr1' \
  'CRITICAL log_restore_late sqldr1'
situation "Copy stopped" 2 'fault set copy_job; clock advance 50m' \
  'CRITICAL exposure_high sqldr1' \
  'CRITICAL log_copy_late sqldr1' \
  'CRITICAL log_job_disabled sqldr1' \
  'CRITICAL log_restore_late sqldr1'
situation "Copy failing" 2 'fault set copy_job sqldr1 how=failing; clock advance 50m' \
  'CRITICAL exposure_high sqldr1' \
  'CRITICAL log_copy_late sqldr1' \
  'CRITICAL log_restore_late sqldr1' \
  'WARNING log_copy_failing sqldr1'
situation "Restore stopped" 2 'fault set restore_job; clock advance 50m' \
  'CRITICAL backlog_high sqldr1' \
  'CRITICAL log_job_disabled sqldr1' \
  'CRITICAL log_restore_late sqldr1'
situation "Restore failing" 2 'fault set restore_job sqldr1 how=failing; clock advance 50m' \
  'CRITICAL backlog_high sqldr1' \
  'CRITICAL log_restore_late sqldr1' \
  'WARNING log_restore_failing sqldr1'
situation "Secondary in STANDBY" 1 'act standby_secondary; clock advance 10m' \
  'WARNING secondary_standby sqldr1'
situation "Secondary in STANDBY with readers" 2 'act standby_secondary; fault set readers_on_secondary sqldr1 count=3; clock advance 50m' \
  'CRITICAL backlog_high sqldr1' \
  'CRITICAL log_restore_late sqldr1' \
  'WARNING log_restore_failing sqldr1' \
  'WARNING secondary_standby sqldr1'
situation "Mirroring suspended" 1 'fault set mirror_suspended; clock advance 5m' \
  'WARNING mirror_suspended sqlpri1'
situation "Mirror disconnected" 1 'fault set mirror_disconnected; clock advance 5m' \
  'WARNING mirror_disconnected sqlpri1'
situation "Mirror down" 1 'fault set instance_down sqlmir1; clock advance 5m' \
  'UNKNOWN instance_unseen sqlmir1' \
  'WARNING mirror_disconnected sqlpri1'
situation "Mirroring removed" 1 'fault set mirror_removed; clock advance 5m' \
  'WARNING log_backup_failing sqlmir1' \
  'WARNING mirror_absent sqlpri1'
situation "Witness lost" 1 'fault set witness_lost; clock advance 5m' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING witness_lost sqlpri1'
situation "Witness off" 1 'act witness_off; clock advance 5m' \
  'WARNING witness_lost sqlpri1'
situation "Principal down, witness present" 1 'fault set host_down sqlpri1; clock advance 10m' \
  'UNKNOWN instance_unseen sqlpri1' \
  'WARNING mirror_disconnected sqlmir1' \
  'WARNING normal_on_mirror sqlmir1'
situation "Principal down, no witness" 3 'act witness_off; fault set host_down sqlpri1; clock advance 10m' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN writable_copy_unseen lyncpc.litwareinc.com'
situation "Principal lost quorum, mirror took over" 1 'fault set quorum_lost; clock advance 10m' \
  'WARNING log_backup_failing sqlpri1' \
  'WARNING mirror_disconnected sqlmir1' \
  'WARNING normal_on_mirror sqlmir1' \
  'WARNING quorum_lost sqlpri1'
situation "Principal lost quorum, mirror did not take over" 2 'fault set quorum_lost takeover=no; clock advance 10m' \
  'CRITICAL database_down lyncpc.litwareinc.com' \
  'CRITICAL quorum_lost sqlpri1' \
  'WARNING log_backup_failing sqlpri1' \
  'WARNING mirror_disconnected sqlpri1' \
  'WARNING witness_lost sqlpri1'
situation "Site lost" 1 'fault set site_down dub; clock advance 30m' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'WARNING exposure_high sqldr1' \
  'WARNING log_copy_failing sqldr1' \
  'WARNING log_copy_late sqldr1' \
  'WARNING log_restore_late sqldr1' \
  'WARNING primary_site_unseen dub'
situation "Split brain A/B" 2 'act recover_secondary; act pool_state state=failed_over; clock advance 5m' \
  'CRITICAL secondary_recovered sqldr1' \
  'CRITICAL two_online_copies lyncpc.litwareinc.com'
situation "Split brain A/B by procedure" 2 'act remove_log_shipping_secondary; act recover_secondary; clock advance 5m' \
  'CRITICAL two_online_copies lyncpc.litwareinc.com'
situation "Forced service" 1 'act witness_off; fault set host_down sqlpri1; clock advance 2m; act force_service; clock advance 10m' \
  'UNKNOWN instance_unseen sqlpri1' \
  'WARNING mirror_suspended sqlmir1' \
  'WARNING normal_on_mirror sqlmir1' \
  'WARNING witness_lost sqlmir1'
situation "Split brain A/A'" 2 'act witness_off; fault set mirror_disconnected; clock advance 8m; act force_service; clock advance 10m' \
  'CRITICAL secondary_diverged sqldr1' \
  'CRITICAL two_principals lyncpc.litwareinc.com' \
  'WARNING mirror_suspended sqlmir1' \
  'WARNING witness_lost sqlmir1'
situation "Secondary accidentally recovered" 2 'act recover_secondary; clock advance 10m' \
  'CRITICAL secondary_recovered sqldr1' \
  'CRITICAL two_online_copies lyncpc.litwareinc.com'
situation "Ad-hoc log backup elsewhere" 2 'act ad_hoc_log_backup; clock advance 30m' \
  'WARNING exposure_high sqldr1' \
  'CRITICAL log_chain_broken sqldr1' \
  'WARNING backlog_high sqldr1' \
  'WARNING log_restore_failing sqldr1' \
  'WARNING log_restore_late sqldr1'
situation "Ad-hoc copy-only log backup" 0 'act ad_hoc_log_backup sqlpri1 copy_only=yes; clock advance 30m' \
  ''
situation "SIMPLE and still" 2 'fault set mirror_removed; fault set recovery_simple; clock advance 30m' \
  'CRITICAL recovery_model_wrong sqlpri1' \
  'WARNING exposure_high sqldr1' \
  'WARNING log_backup_failing sqlmir1' \
  'WARNING log_backup_failing sqlpri1' \
  'WARNING log_backup_late sqlpri1' \
  'WARNING log_copy_late sqldr1' \
  'WARNING log_restore_late sqldr1' \
  'WARNING mirror_absent sqlpri1'
situation "SIMPLE and back" 2 'fault set mirror_removed; act recovery_flip; clock advance 30m' \
  'CRITICAL recovery_model_wrong sqlpri1' \
  'WARNING exposure_high sqldr1' \
  'WARNING log_backup_failing sqlmir1' \
  'WARNING log_backup_failing sqlpri1' \
  'WARNING log_backup_late sqlpri1' \
  'WARNING log_copy_late sqldr1' \
  'WARNING log_restore_late sqldr1' \
  'WARNING mirror_absent sqlpri1'
situation "File deleted early" 2 'fault set copy_job; clock advance 15m; fault set file_deleted_early; fault clear copy_job; clock advance 20m' \
  'WARNING exposure_high sqldr1' \
  'CRITICAL backlog_high sqldr1' \
  'CRITICAL log_chain_broken sqldr1' \
  'CRITICAL log_restore_late sqldr1' \
  'WARNING log_restore_failing sqldr1'
situation "File corrupted" 2 'fault set file_corrupted; clock advance 50m' \
  'CRITICAL backlog_high sqldr1' \
  'CRITICAL log_restore_late sqldr1' \
  'WARNING log_restore_failing sqldr1'
situation "File truncated" 2 'fault set file_truncated; clock advance 50m' \
  'CRITICAL backlog_high sqldr1' \
  'CRITICAL log_restore_late sqldr1' \
  'WARNING log_restore_failing sqldr1'
situation "Clock skew" 1 'fault set clock_skew sqldr1 seconds=120; clock advance 10m' \
  'WARNING clock_skew lyncpc.litwareinc.com'
situation "Agent stopped on P" 2 'fault set agent_stopped sqlpri1; clock advance 70m' \
  'CRITICAL agent_stopped sqlpri1' \
  'CRITICAL exposure_high sqldr1' \
  'CRITICAL log_backup_late sqlpri1' \
  'CRITICAL log_copy_late sqldr1' \
  'CRITICAL log_restore_late sqldr1'
situation "Agent stopped on B" 2 'fault set agent_stopped sqldr1; clock advance 70m' \
  'CRITICAL agent_stopped sqldr1' \
  'CRITICAL exposure_high sqldr1' \
  'CRITICAL log_copy_late sqldr1' \
  'CRITICAL log_restore_late sqldr1'
situation "Disk full on copy" 2 'fault set copy_disk_full; clock advance 50m' \
  'CRITICAL exposure_high sqldr1' \
  'CRITICAL log_copy_late sqldr1' \
  'CRITICAL log_restore_late sqldr1' \
  'WARNING log_copy_failing sqldr1'
situation "Disk full on share" 2 'fault set share_full; clock advance 70m' \
  'CRITICAL exposure_high sqldr1' \
  'CRITICAL log_backup_late sqlpri1' \
  'CRITICAL log_copy_late sqldr1' \
  'CRITICAL log_restore_late sqldr1' \
  'WARNING log_backup_failing sqlpri1'
situation "Share unreachable" 2 'fault set share_unreachable; clock advance 70m' \
  'CRITICAL exposure_high sqldr1' \
  'CRITICAL log_backup_late sqlpri1' \
  'CRITICAL log_copy_late sqldr1' \
  'CRITICAL log_restore_late sqldr1' \
  'WARNING log_backup_failing sqlpri1' \
  'WARNING log_copy_failing sqldr1'
situation "Volume full on B" 2 'fault set db_volume_full; clock advance 50m' \
  'CRITICAL backlog_high sqldr1' \
  'CRITICAL log_restore_late sqldr1' \
  'WARNING log_restore_failing sqldr1'
situation "Log full on P" 2 'fault set log_full; clock advance 5m' \
  'CRITICAL log_filling sqlpri1'
situation "LS never configured on mirror" 1 'fault set ls_mirror_missing; clock advance 5m' \
  'WARNING log_shipping_missing_mirror sqlmir1'
situation "LS never on mirror and failed over" 2 'fault set ls_mirror_missing; act mirror_failover; clock advance 70m' \
  'CRITICAL exposure_high sqldr1' \
  'CRITICAL log_backup_late sqlmir1' \
  'CRITICAL log_copy_late sqldr1' \
  'CRITICAL log_restore_late sqldr1' \
  'CRITICAL log_shipping_missing_mirror sqlmir1' \
  'WARNING normal_on_mirror sqlmir1'
situation "Mirror failover" 1 'act mirror_failover; clock advance 20m' \
  'WARNING normal_on_mirror sqlmir1'
situation "LS settings differ" 1 'fault set ls_settings_differ sqlmir1 retention=1440; clock advance 5m' \
  'WARNING log_shipping_differs sqlmir1'
situation "LS share differs" 1 'fault set ls_settings_differ sqlmir1 share="\\\\other\\share"; clock advance 5m' \
  'WARNING log_shipping_differs sqlmir1'
situation "Share on the primary" 1 'fault set share_on_primary; clock advance 20m' \
  'WARNING share_on_partner sqlpri1'
situation "After failover, before mirroring" 1 'fault set site_down dub; clock advance 5m; act failover_by_hand; clock advance 5m' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'UNKNOWN primary_site_unseen dub' \
  'WARNING dr_active sqldr1' \
  'WARNING dr_active_no_ha sqldr1'
situation "After failover with mirror" 1 'fault set site_down dub; clock advance 5m; act failover_by_hand mirror=yes; clock advance 5m' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'UNKNOWN primary_site_unseen dub' \
  'WARNING dr_active sqldr1' \
  'WARNING dr_active_no_ha sqldr1'
situation "After failback" 0 'act failover_by_hand; clock advance 5m; act failback_by_hand; clock advance 20m' \
  ''
situation "Old agent session" 0 'fault set old_agent_session; clock advance 5m' \
  ''
situation "Monitor row frozen" 1 'fault set monitor_row_stale; clock advance 30m' \
  'WARNING monitor_row_stale sqldr1'
situation "Monitor row orphan" 0 'fault set monitor_row_stale sqldr1 how=orphan; clock advance 30m' \
  ''
situation "msdb locked" 3 'fault set msdb_locked sqldr1' \
  'UNKNOWN facts_missing sqldr1'
situation "Right revoked" 3 'fault set right_revoked sqldr1 database=msdb object=dbo.backupset permission=SELECT' \
  'UNKNOWN right_missing sqldr1'
situation "View server state revoked" 3 'fault set right_revoked sqlpri1 "permission=VIEW SERVER STATE"' \
  'UNKNOWN right_missing sqlpri1'
situation "Wrong password" 3 'fault set wrong_password sqlpri1' \
  'UNKNOWN instance_refuses_monitor sqlpri1' \
  'UNKNOWN writable_copy_unseen lyncpc.litwareinc.com'
situation "Certificate expired" 3 'fault set certificate_expired sqlpri1' \
  'UNKNOWN instance_refuses_monitor sqlpri1' \
  'UNKNOWN writable_copy_unseen lyncpc.litwareinc.com'
situation "Certificate wrong name" 3 'fault set certificate_wrong_name sqlpri1' \
  'UNKNOWN instance_refuses_monitor sqlpri1' \
  'UNKNOWN writable_copy_unseen lyncpc.litwareinc.com'
situation "Secondary site unseen" 3 'fault set site_down red; clock advance 5m' \
  'UNKNOWN instance_unseen sqldr1' \
  'UNKNOWN instance_unseen sqldr2'
situation "All unseen" 3 'fault set link_cut from=monitor to=dub; fault set link_cut from=monitor to=red' \
  'UNKNOWN instance_unseen sqldr1' \
  'UNKNOWN instance_unseen sqldr2' \
  'UNKNOWN instance_unseen sqlmir1' \
  'UNKNOWN instance_unseen sqlpri1' \
  'UNKNOWN instance_unseen sqlwit1' \
  'UNKNOWN monitor_isolated lyncpc.litwareinc.com'
situation "Time zones differ" 0 'fault set time_zone sqldr1 minutes=-300; clock advance 20m' \
  ''
exit $status
