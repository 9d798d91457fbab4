#!/usr/bin/env bash
# readiness.sh BUILD [LEVEL]: could one fail over right now?  A deployment is made ready by doing what the check prints; then each thing
# that can be wrong is broken, found under its name with its remedy, and gone once the remedy is done.
#
# Faults that have nothing to do with each other are set together: `breaks` notes one, `round` sets them all, looks, does what each
# remedy says, and looks again.
# shellcheck disable=SC2317,SC2034,SC2016 # some functions are called by their names; variables of lab.bash; commands are noted
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/runner.bash
. tests/integration/lib/runner.bash

check=$build/plugins/check_pchat_readiness
pool=lyncpc.litwareinc.com
share='\\fs1.litwareinc.com\pchatls'
topology=  # that of the lab
found=0    # different conditions, each produced and cleared
declare -A names

asked() { # INSTANCE SQL
  /usr/bin/python3 tests/integration/peers/pytds_query.py localhost "$(jq ".$1" "$lab/ports.json")" "$lab/ca.pem" sa \
    "$lab/credentials/sa.password" "$2"
}
# told INSTANCE SQL: a change, as sa
told() { asked "$1" "$2" >"$scratch/told" 2>&1 || not_ok "$1: $2" "$(cat "$scratch/told")"; }
# edit PERL: of the topology; whole: puts it back
edit() { perl -pi -e "$1" "$topology"; }
keep() { cp "$topology" "$scratch/topology.kept"; }
whole() { cp "$scratch/topology.kept" "$topology"; }

look() { run_conditions --timeout 20 --runs "$scratch/state/runs.json" "$@"; }
# remedy CONDITION OBJECT: what the check says to do
remedy() { jq -r --arg name "$1" --arg object "$2" 'first(.conditions[] | select(.name == $name and .object == $object) | .action)' <<<"$out"; }
has() { grep -qxF -- "$1" <<<"$conditions"; }
is_ready() { [ "$rc" = 0 ] && [ -z "$conditions" ]; }
# A job that has failed is found failing until it has run again, and copies what it has missed until it has caught up.
is_ready_again() {
  local more
  for more in 2m 5m 10m; do
    is_ready && return
    lab_do clock advance "$more"
    look
  done
  is_ready
}

# breaks SEVERITY CONDITION OBJECT BREAK REMEDY MEND: noted for the next round.  BREAK and MEND are commands, or steps for labctl where
# they begin with "lab: "; REMEDY is a pattern.
broken=()
breaks() { broken+=("$1" "$2" "$3" "$4" "$5" "$6"); }
carry_out() {
  case $1 in
    "lab: "*) lab_steps "${1#lab: }" ;;
    *) eval "$1" ;;
  esac
}
# each COMMAND: of every fault that was noted
each() {
  local i
  for ((i = 0; i < ${#broken[@]}; i += 6)); do "$1" "${broken[@]:i:6}"; done
}
set_one() { carry_out "$4"; }
found_one() {
  local said
  if has "$1 $2 $3"; then
    said=$(remedy "$2" "$3")
    if grep -qE -- "$5" <<<"$said"; then ok "$2 is found, with its remedy"; else not_ok "$2: its remedy" "$said"; fi
  else
    not_ok "$2 is found" "want: $1 $2 $3" "$conditions"
  fi
}
mend_one() {
  said=$(remedy "$2" "$3")
  carry_out "$6"
}
gone_one() {
  if has "$1 $2 $3"; then
    not_ok "$2 is gone once its remedy is done" "$conditions"
  else
    ok "$2 is gone once its remedy is done"
    names[$2]=1
  fi
}
# round [BEFORE [AFTER]]: steps of the lab once all is broken, and once all is mended, before the next look
round() {
  each set_one
  [ -z "${1-}" ] || lab_steps "$1"
  look
  each found_one
  each mend_one
  [ -z "${2-}" ] || lab_steps "$2"
  look
  each gone_one
  is_ready_again || not_ok "ready again" "$conditions"
  broken=()
}

# ---- a deployment as it was left ----
lab_start "$scratch/lab" --speed 1 --chat idle_ports=open || exit 1
topology=$lab/topology.yaml
edit 's/^    share:/    settings: {ping_gap_s: 1, idle_listens: 1}\n    share:/'
look
is "nobody acts: exit code" "$rc" 1
holds "it is said that nobody acts" has "WARNING acting_missing $pool"
holds "and that the store was not read where it would be needed" has "UNKNOWN management_in_lost_site fe-red1"
holds "and that the file store goes with the site" has "WARNING file_store_in_lost_site $pool"
holds "and that a lost link could be taken for a lost site" has "WARNING evidence_lacking $pool"
runner_set_up >"$scratch/set-up"
grep -v '^ok' "$scratch/set-up" && status=1
told sqldr1 "DROP DATABASE pchat_ops"
fence_off_works
edit 's|^(\s+)automatic_fence: true|$1automatic_fence: true\n$1write_proof_valid_s: 86400|'
look
holds "no ledger: nothing could begin" has "CRITICAL ledger_missing sqldr1"
is "its remedy" "$(remedy ledger_missing sqldr1)" "bring it into sight; contrib/sql/ledger.sql creates the ledger"
holds "what the runner would need is no longer missing" test -z "$(grep acting_missing <<<"$conditions")"
is "contrib/sql/ledger.sql" "$(runner_sql sqldr1 ledger.sql MONITOR=pchat_monitor)" ""
edit 's/settings: \{ping_gap_s: 1,/settings: {ping_gap_s: 1, store_task: pchat-store,/'
# The file store moves to the other site: its server is named there.
/usr/bin/python3 - "$topology" <<'MOVE'
import re, sys
path = sys.argv[1]
text = open(path, encoding="utf-8").read()
servers = re.search(r"        file_servers:\n(?:          .*\n)+", text).group(0)
text = text.replace(servers, "", 1)
head, tail = text.split("      - name: red\n", 1)
open(path, "w", encoding="utf-8").write(head + "      - name: red\n" + tail.replace("        front_ends:\n", servers + "        front_ends:\n", 1))
MOVE
look
is "what is left is proof" "$conditions" "$(printf 'WARNING %s\n' "drill_missing $pool" "write_paths_unproven $pool")"
full="$share" perl -pi -e 's/^    share:/    drill: {instance: sqldr2, full_backup: '"'"'$ENV{full}'"'"', folder: '"'"'D:\\Drill'"'"'}\n    share:/' "$topology"
runner_start
ctl doctor --act >"$scratch/proof" 2>&1
look
holds "a way to write that fails is told" has "CRITICAL write_paths_fail $pool"
edit 's|^(\s+)automatic_fence: true|$1automatic_fence: true\n$1store_task: pchat-act|'
runner_stop
runner_start
holds "doctor --act" ctl doctor --act
lab_do act full_backup sqlpri1 "dir=$share"
lab_do clock advance 6m
holds "drill" ctl drill
for name in acting_missing management_in_lost_site file_store_in_lost_site evidence_lacking ledger_missing drill_missing \
  write_paths_unproven write_paths_fail; do names[$name]=1; done

# ---- ready ----
out=$("$check" --topology "$topology" 2>&1)
is "a ready deployment: exit code" "$?" 0
holds "it says so in one line" grep -qE \
  '^PCHAT READINESS OK - ready to fail over to sqldr1: RPO about [0-9]+ (min|s), RTO about [0-9]+ min; last drill [0-9]+ s ago; write paths proven [0-9]+ (s|min) ago \| rpo_s=' <<<"$out"
holds "the plan that would be followed" grep -qE ' plan +[0-9a-f]{12}, [0-9]+ steps, [0-9]+ log backups? to restore +RPO about' <<<"$out"
ready_conditions=
look
is "nothing is found" "$conditions" ""
keep

# ---- who would serve ----
breaks WARNING fence_unproven "$pool" 'fences perhaps' 'repair the site.s program fence_status' 'fences on'
breaks WARNING standby_service_unready pc5 'lab: fault set service pc5 how=disabled' 'Set-Service -Name RTCCHAT -StartupType Automatic' \
  'lab: fault clear service pc5'
breaks WARNING standby_certificate pc7 'lab: fault set certificate pc7 use=sip how=untrusted' 'Set-CsCertificate' 'lab: fault clear certificate pc7'
breaks WARNING certificate pc8 'lab: fault set certificate pc8 use=sip how=expiring days=10' 'renew it' 'lab: fault clear certificate pc8'
breaks CRITICAL next_hop_unready "$pool" 'lab: fault set service fe-red1 service=RTCSRV how=stopped' 'bring a front end up there' \
  'lab: fault clear service fe-red1'
breaks WARNING second_copy_unready sqldr2 'lab: fault set instance_down sqldr2' 'bring it up' 'lab: fault clear instance_down sqldr2'
breaks WARNING file_store_down "$pool" 'lab: fault set file_store_down' 'restore the share' 'lab: fault clear file_store_down'
round '' 'clock advance 1m'
breaks WARNING standby_replica_stale pc6 'lab: fault set replica_stale pc6' 'Invoke-CsManagementStoreReplication -ReplicaFqdn pc6' \
  'lab: fault clear replica_stale pc6'
breaks UNKNOWN host_unseen pc8 'lab: fault set host_down pc8' 'check the host' 'lab: fault clear host_down pc8'
breaks UNKNOWN vantage_silent oob1 'lab: fault set winrm oob1 how=unauthorized' 'read why' 'lab: fault clear winrm oob1'
breaks CRITICAL store_two_masters "$pool" 'lab: fault set store_two_masters' 'decide which one is right' 'lab: fault clear store_two_masters'
round 'clock advance 1m' 'clock advance 1m'
breaks CRITICAL cms_unreachable "$pool" 'lab: fault set store_unreachable' 'Invoke-CsManagementServerFailover' \
  'lab: fault clear store_unreachable'
round 'clock advance 1m' 'clock advance 1m'

# ---- the standby's server ----
grant() { told sqldr1 "${said%% (or run *}"; }
create() { told sqldr1 "${said#on sqldr1: }"; }
new_user() {
  told sqlpri1 'CREATE LOGIN [LITWARE\svc-newchat] FROM WINDOWS'
  told sqlpri1 'USE mgc; CREATE USER [LITWARE\svc-newchat] FOR LOGIN [LITWARE\svc-newchat]'
}
breaks UNKNOWN right_missing sqldr1 'lab: fault set right_revoked sqldr1 "permission=VIEW SERVER STATE"' 'GRANT VIEW SERVER STATE TO' grant
breaks UNKNOWN instance_refuses_monitor sqldr2 'lab: fault set wrong_password sqldr2' 'check the monitoring login' \
  'lab: fault clear wrong_password sqldr2'
round
breaks CRITICAL login_missing sqldr1 new_user '^on sqldr1: CREATE LOGIN \[LITWARE\\svc-newchat\] FROM WINDOWS;' create
breaks CRITICAL job_owner_gone sqldr1 'lab: fault set job_owner_gone job=restore' \
  "^on sqldr1: EXEC msdb.dbo.sp_update_job @job_name = N'LSRestore_sqlpri1_mgc', @owner_login_name = N'sa';" create
breaks WARNING version_no_way_back sqldr1 'lab: fault set product version=13.0.5026' 'bring the primary site to the same version' \
  'lab: fault clear product sqldr1'
breaks WARNING edition_lower sqldr1 'lab: fault set product sqlpri1 edition=enterprise' "install the principal's edition" \
  'lab: fault clear product sqlpri1'
round
breaks CRITICAL version_too_old sqldr1 'lab: fault set product version=11.0.7001' 'bring the standby to the principal' 'lab: fault clear product sqldr1'
breaks WARNING agent_stopped sqldr1 'lab: fault set agent_stopped sqldr1' 'start SQL Server Agent' 'lab: fault clear agent_stopped sqldr1'
round

# ---- log shipping ----
breaks WARNING log_job_disabled sqldr1 'lab: fault set copy_job how=disabled' 'enable' 'lab: fault clear copy_job sqldr1'
breaks WARNING log_restore_failing sqldr1 'lab: fault set restore_job how=failing' . 'lab: fault clear restore_job sqldr1'
breaks WARNING log_backup_failing sqlpri1 'lab: fault set backup_job how=failing' . 'lab: fault clear backup_job sqlpri1'
breaks WARNING clock_skew "$pool" 'lab: fault set clock_skew sqldr1 seconds=120' 'repair time synchronisation' 'lab: fault clear clock_skew sqldr1'
round 'clock advance 6m' 'clock advance 11m'
breaks CRITICAL room_lacking sqldr1 'lab: fault set copy_disk_full' 'give that volume room' 'lab: fault clear copy_disk_full'
round 'clock advance 6m' 'clock advance 11m'
breaks WARNING log_copy_failing sqldr1 'lab: fault set share_unreachable' . 'lab: fault clear share_unreachable'
round 'clock advance 6m' 'clock advance 11m'
breaks WARNING exposure_high sqldr1 'lab: fault set copy_job how=hanging' . 'lab: fault clear copy_job sqldr1'
round 'clock advance 26m' 'clock advance 11m'
breaks WARNING backlog_high sqldr1 'lab: fault set restore_job how=hanging' . 'lab: fault clear restore_job sqldr1'
round 'clock advance 26m' 'clock advance 11m'

breaks WARNING secondary_standby sqldr1 'lab: act standby_secondary' 'set restore mode to No recovery' 'lab: act norecovery_secondary'
round 'clock advance 1m' 'clock advance 6m'
breaks WARNING share_on_partner sqlpri1 'lab: fault set share_on_primary' 'move the share to a third machine' 'lab: fault clear share_on_primary sqlpri1'
round 'clock advance 1m' 'clock advance 11m'
breaks WARNING log_shipping_missing_mirror sqlmir1 'lab: fault set ls_mirror_missing' 'run the primary half' 'lab: fault clear ls_mirror_missing sqlmir1'
round 'clock advance 1m' 'clock advance 1m'
breaks CRITICAL log_shipping_missing sqldr1 'lab: act remove_log_shipping_secondary' 'set up log shipping again' \
  'lab: act step_ship_from_primary'
round 'clock advance 1m' 'clock advance 11m'
breaks CRITICAL secondary_recovered sqldr1 'lab: act recover_secondary' 're-seed it from a full backup' 'lab: act step_ship_from_primary'
breaks CRITICAL two_online_copies "$pool" 'true' 're-seed it from a full backup' 'true'
round 'clock advance 1m' 'clock advance 11m'
breaks CRITICAL log_chain_broken sqldr1 'lab: fault set copy_job how=stopped; clock advance 6m; fault set file_deleted_early; fault clear copy_job sqldr1' \
  're-seed' 'lab: act step_ship_from_primary; fault clear file_deleted_early'
round 'clock advance 11m' 'clock advance 11m'

# ---- other copies ----
breaks CRITICAL contrary_copy "$pool" 'told sqldr2 "CREATE DATABASE mgc"' 'close sqldr2 for good' 'told sqldr2 "DROP DATABASE mgc"'
breaks WARNING compliance_unready sqldr1 'told sqldr1 "ALTER DATABASE mgccomp SET OFFLINE"' 'bring mgccomp online' \
  'told sqldr1 "ALTER DATABASE mgccomp SET ONLINE"'
round

# ---- who acts ----
lock_pid=
hold_lock() {
  /usr/bin/python3 - "$(jq .sqldr1 "$lab/ports.json")" "$lab/ca.pem" "$lab/credentials/sa.password" <<'HOLD' &
import sys, time, pytds
port, ca, password = sys.argv[1:]
with open(password, encoding="utf-8") as file:
    word = file.readline().rstrip("\n")
connection = pytds.connect("localhost", port=int(port), database="master", cafile=ca, validate_host=True, autocommit=True, user="sa",
                           password=word, appname="a run by hand")
connection.cursor().execute("EXEC sp_getapplock @Resource = N'pchat:lyncpc.litwareinc.com', @LockMode = N'Exclusive', "
                            "@LockOwner = N'Session', @LockTimeout = 0, @DbPrincipal = N'public'")
time.sleep(600)
HOLD
  lock_pid=$!
  for _ in $(seq 50); do
    [ "$(asked sqldr1 "SELECT COUNT(*) FROM sys.dm_tran_locks WHERE resource_type = N'APPLICATION'")" = "[[0]]" ] || break
    sleep 0.1
  done
}
release_lock() {
  kill "$lock_pid"
  wait "$lock_pid" 2>/dev/null
}
breaks CRITICAL pool_lock_held sqldr1 hold_lock 'wait for that run, or pchatctl takeover' release_lock
breaks WARNING paused "$pool" 'ctl pause --until 2027-01-01T00:00:00Z --reason works >"$scratch/said"' 'pchatctl resume-watching' \
  'ctl resume-watching >"$scratch/said"'
breaks CRITICAL nobody_approves "$pool" "edit 's/approves: true/approves: false/'" 'approves: true' whole
breaks WARNING share_in_lost_site "$share" \
  "edit 's|^(        )chat_servers:|\$1file_servers:\n\$1  - {name: fs1, fqdn: fs1.litwareinc.com}\n\$1chat_servers:| and ++\$n if !\$n'" \
  'best in the backup site' whole
round
own_script() {
  mkdir -p "$scratch/runbooks/failover"
  { cat contrib/runbooks/failover/06-remove.sql; echo "$1"; } >"$scratch/runbooks/failover/06-remove.sql"
  edit "s|^(\\s+)automatic_fence: true|\$1automatic_fence: true\n\$1runbooks: $scratch/runbooks|"
}
breaks WARNING script_overridden "$pool" "own_script '/* ours */'" 'remove the override' whole
breaks WARNING log_copy_late sqldr1 'lab: fault set copy_job how=stopped; clock advance 6m; clock advance 30m' . 'lab: fault clear copy_job sqldr1'
round '' 'clock advance 11m'
breaks CRITICAL plan_impossible "$pool" "own_script 'SELECT \$(nothing);'" . whole
round

# ---- a run that somebody left ----
left_run() {
  told sqldr1 "INSERT INTO pchat_ops.dbo.run (run, epoch, verb, plan_id, state, holder, begun) VALUES (77, 77, N'failover', N'8f3a91c04e2d', N'open', N'elsewhere', GETUTCDATE())"
}
runner_stop
breaks CRITICAL run_unfinished sqldr1 left_run 'pchatctl resume 77, abandon 77 or takeover 77' \
  "told sqldr1 \"UPDATE pchat_ops.dbo.run SET state = N'abandoned', ended = GETUTCDATE() WHERE run = 77\""
round
runner_start

# ---- proofs that grow old, and one that fails ----
doctor() { holds "doctor --act, once more" ctl doctor --act; }
drill() { holds "drill, once more" ctl drill; }
failed_drill() {
  lab_do fault set file_truncated where=share
  ctl drill >"$scratch/said" 2>&1 && not_ok "a drill with a log backup that is cut short fails"
}
late() {
  lab_do clock advance 20m
  look --warning drill_age_s=600 --warning doctor_age_s=600
}
late
holds "a drill that is too old" has "WARNING drill_stale $pool"
holds "a doctor that is too old" has "WARNING write_paths_stale $pool"
names[drill_stale]=1 names[write_paths_stale]=1
drill
doctor
look --warning drill_age_s=600 --warning doctor_age_s=600
is "both done anew" "$conditions" ""

# ---- sites that are out of sight ----
breaks UNKNOWN instance_unseen sqlmir1 'lab: fault set instance_down sqlmir1' 'check the instance' 'lab: fault clear instance_down sqlmir1'
round 'clock advance 1m' 'clock advance 6m'
breaks CRITICAL dr_unavailable "$pool" 'lab: fault set instance_down sqldr1' 'repair the SQL Server of the backup site' \
  'lab: fault clear instance_down sqldr1'
round 'clock advance 1m' 'clock advance 6m'

# ---- what was sent ----
is "nothing that changes anything was sent" "$(truth '[.instances[].mutating_statements.pchat_monitor // 0] | add')" 0
is "how many different things were found and mended" "$([ ${#names[@]} -ge 45 ] && echo many || echo "${#names[@]}")" many
echo "conditions produced and cleared: ${#names[@]}"
exit "$status"
