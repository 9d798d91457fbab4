#!/usr/bin/env bash
# units.sh BUILD [LEVEL]: the units of runner, observer and subagent, users and folders as systemd reads them, and the loop for hosts without systemd.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/say.bash
. tests/integration/lib/say.bash
loop_pid=
trap '[ -z "$loop_pid" ] || kill "$loop_pid" 2>/dev/null; rm -rf "$scratch"' EXIT

# ---- units: the program may not be installed here, all else is as it is shipped ----
mkdir "$scratch/units"
cp contrib/systemd/pchat-runner.* "$scratch/units"
sed -i 's|^ExecStart=.*|ExecStart=/bin/true|' "$scratch/units/pchat-runner.service"
is "systemd has nothing to say about the units" \
  "$(cd "$scratch/units" && systemd-analyze verify --man=no --recursive-errors=no ./pchat-runner.{service,path,socket} 2>&1; echo "exit $?")" "exit 0"
said=$(systemd-analyze security --offline=true --threshold=20 --no-pager "$scratch/units/pchat-runner.service" 2>&1)
is "the runner is confined (exposure of at most 2.0 of 10)" "$?" 0
[ "$status" -eq 0 ] || printf '%s\n' "$said"
for line in "RestartPreventExitStatus=1 3 4" "WantedBy=multi-user.target" "Also=pchat-runner.path pchat-runner.socket" "User=pchat-runner"; do
  holds "the service says $line" grep -qxF "$line" contrib/systemd/pchat-runner.service
done
holds "the service is never a child of who fills the spool" grep -qx 'PathExistsGlob=/var/spool/pchat-plugins/\*.episode' \
  contrib/systemd/pchat-runner.path
said=$(grep -E '^(PrivateUsers|StartLimitBurst|TriggerLimitBurst)=' contrib/systemd/pchat-{runner,observer}.*)
is "no limit after which nobody looks any more, and user IDs stay what they are" "$said" ""
SERVICE_RESULT=success timeout 5 sh -c "$(sed -n "s|^ExecStopPost=/bin/sh -c '\(.*\)'|\1|p" contrib/systemd/pchat-runner.service)"
is "after success there is no pause" "$?" 0

cp contrib/systemd/pchat-observer.* "$scratch/units"
sed -i 's|^ExecStart=.*|ExecStart=/bin/true|' "$scratch/units/pchat-observer.service"
is "systemd has nothing to say about the observer's units" \
  "$(cd "$scratch/units" && systemd-analyze verify --man=no --recursive-errors=no ./pchat-observer.{service,socket} 2>&1; echo "exit $?")" "exit 0"
said=$(systemd-analyze security --offline=true --threshold=20 --no-pager "$scratch/units/pchat-observer.service" 2>&1)
is "the observer is confined (exposure of at most 2.0 of 10)" "$?" 0
[ "$status" -eq 0 ] || printf '%s\n' "$said"
for line in Type=notify User=pchat RestartPreventExitStatus=3 "Also=pchat-observer.socket"; do
  holds "the observer's service says $line" grep -qxF "$line" contrib/systemd/pchat-observer.service
done
cp contrib/systemd/pchat-agentx.service "$scratch/units"
sed -i 's|^ExecStart=.*|ExecStart=/bin/true|' "$scratch/units/pchat-agentx.service"
is "systemd has nothing to say about the subagent's unit" \
  "$(cd "$scratch/units" && systemd-analyze verify --man=no --recursive-errors=no ./pchat-agentx.service 2>&1; echo "exit $?")" "exit 0"
said=$(systemd-analyze security --offline=true --threshold=10 --no-pager "$scratch/units/pchat-agentx.service" 2>&1)
is "the subagent is confined (exposure of at most 1.0 of 10)" "$?" 0
for line in Type=notify WatchdogSec=30 User=pchat-snmp SupplementaryGroups=pchat-read RestartPreventExitStatus=3; do
  holds "the subagent's service says $line" grep -qxF "$line" contrib/systemd/pchat-agentx.service
done
is "it is given no secret" "$(grep -E 'pchat-(monitor|runner|admin)|LoadCredential' contrib/systemd/pchat-agentx.service)" ""
holds "its socket is the readers'" grep -qx 'SocketGroup=pchat-read' contrib/systemd/pchat-observer.socket

# ---- users and folders, in a root of their own ----
root=$scratch/root
if [ "$(id -u)" -eq 0 ]; then
  mkdir -p "$root/etc" "$root/usr/lib/"{sysusers.d,tmpfiles.d}
  chmod 755 "$scratch" "$root"
  cp contrib/systemd/pchat-plugins.sysusers.conf "$root/usr/lib/sysusers.d/pchat-plugins.conf"
  cp contrib/systemd/pchat-plugins.tmpfiles.conf "$root/usr/lib/tmpfiles.d/pchat-plugins.conf"
  said=$(systemd-sysusers --root="$root" pchat-plugins.conf 2>&1; echo "exit $?")
  is "systemd makes the users" "$(tail -n 1 <<<"$said")" "exit 0"
  said=$(systemd-tmpfiles --root="$root" --create pchat-plugins.conf 2>&1; echo "exit $?")
  is "systemd makes the folders" "$said" "exit 0"

  members() { awk -F: -v group="$1" '$1 == group {print $4}' "$root/etc/group"; }
  is "who may read monitor secrets" "$(members pchat-monitor)" "pchat,pchat-runner"
  is "who takes episodes" "$(members pchat-episode)" "pchat-runner"
  is "who reads what is published" "$(members pchat-read)" "pchat,pchat-snmp"
  is "who may talk to the runner is for administrators to say" "$(members pchat-admin)" ""

  user_id() { awk -F: -v user="$1" '$1 == user {print $3}' "$root/etc/passwd"; }
  group_id() { awk -F: -v group="$1" '$1 == group {print $3}' "$root/etc/group"; }
  runner=$(user_id pchat-runner) monitor=$(group_id pchat-monitor) episode=$(group_id pchat-episode) read=$(group_id pchat-read)
  # ids PATH: mode, owner and group, by the names of that root
  named() {
    local mode owner group
    read -r mode owner group < <(stat -c '%a %u %g' "$root$1")
    echo "$mode $(awk -F: -v id="$owner" '$3 == id {print $1}' "$root/etc/passwd")" \
      "$(awk -F: -v id="$group" '$3 == id {print $1}' "$root/etc/group")"
  }
  is "the sockets" "$(named /run/pchat-plugins)" "2755 pchat-runner pchat-admin"
  is "the spool" "$(named /var/spool/pchat-plugins)" "2775 pchat-runner pchat-episode"
  is "the runner's folder" "$(named /var/lib/pchat-plugins)" "2711 pchat-runner pchat-read"
  is "the subagent's folder" "$(named /var/lib/pchat-plugins/agentx)" "700 pchat-snmp pchat-snmp"
  is "the journal" "$(named /var/lib/pchat-plugins/journal.db)" "640 pchat-runner pchat-admin"
  is "the credentials" "$(stat -c %a "$root/etc/pchat-plugins/credentials.d")" 711

  # as USER GROUPS COMMAND...: a daemon of Debian's user nobody stands for the monitoring daemon
  as() {
    local user=$1 groups=$2
    shift 2
    setpriv --reuid="$user" --regid="$user" --groups="$groups" "$@"
  }
  cp "$build/plugins/eh_pchat_failover" "$scratch/handler"
  spool=$root/var/spool/pchat-plugins
  as 65534 "$monitor,$episode" "$scratch/handler" --spool "$spool" --pool a.example --from zabbix --state 1
  is "a handler of the group records" "$?" 0
  holds "the runner reads the episode" as "$runner" "$episode" grep -qx end "$spool/a.example.CRITICAL.HARD.episode"
  holds "and takes it" as "$runner" "$episode" mv "$spool/a.example.CRITICAL.HARD.episode" "$spool/a.example.CRITICAL.HARD.taken"
  as 65534 "$monitor,$read" "$scratch/handler" --spool "$spool" --pool a.example --from zabbix --state 1 2>/dev/null
  is "a handler of no group records nothing" "$?" 3
  as "$runner" "$episode" sh -c "umask 027; echo '{}' >'$root/var/lib/pchat-plugins/runs.json'"
  is "what the runner publishes is for the readers' group" "$(named /var/lib/pchat-plugins/runs.json)" "640 pchat-runner pchat-read"
fi

# ---- without systemd: a runner that writes down that it ran, and ends as it is told ----
export PCHAT_RUNNER=$scratch/runner PCHAT_SPOOL=$scratch/spool PCHAT_STATE=$scratch/state PCHAT_WAKE_S=600 PCHAT_RETRY_S=2
mkdir "$PCHAT_SPOOL" "$PCHAT_STATE"
cat >"$PCHAT_RUNNER" <<'RUNNER'
#!/bin/sh
echo "$* parent $PPID" >>"$PCHAT_STATE/starts"
trap 'echo stopped >>"$PCHAT_STATE/starts"; exit 0' TERM
rm -f "$PCHAT_SPOOL"/*.episode
while [ -e "$PCHAT_STATE/stay" ]; do sleep 0.1; done
exit "$(cat "$PCHAT_STATE/code" 2>/dev/null || echo 0)"
RUNNER
chmod +x "$PCHAT_RUNNER"
starts() { grep -c parent "$PCHAT_STATE/starts" 2>/dev/null || true; }
# shellcheck disable=SC2317
started() { [ "$(starts)" = "$1" ]; }

contrib/supervise/pchat-runner-loop --topology x &
loop_pid=$!
holds "the loop starts the runner at once" within 10 started 1
is "with its options, as the loop's child" "$(<"$PCHAT_STATE/starts")" "--topology x parent $loop_pid"
is "a second loop sees the first" "$(contrib/supervise/pchat-runner-loop 2>&1; echo "exit $?")" \
  "$(printf 'pchat-runner-loop: another one is running\nexit 3')"
sleep 2
is "it is not started again for nothing" "$(starts)" 1
"$build/plugins/eh_pchat_failover" --spool "$PCHAT_SPOOL" --pool a.example --from zabbix --state 1
holds "an episode starts it" within 10 started 2
echo 3 >"$PCHAT_STATE/code"
"$build/plugins/eh_pchat_failover" --spool "$PCHAT_SPOOL" --pool a.example --from zabbix --state 1
holds "wrong configuration is tried again" within 20 started 4
is "not without a pause" "$(awk '/parent/ {n++} END {print n < 7}' "$PCHAT_STATE/starts")" 1
touch "$PCHAT_STATE/stay"
before=$(starts)
holds "a runner that stays" within 10 started $((before + 1))
kill "$loop_pid"
wait "$loop_pid"
is "TERM ends the loop" "$?" 0
loop_pid=
is "and the runner before it" "$(tail -n 1 "$PCHAT_STATE/starts")" stopped
for script in contrib/supervise/*/run; do
  holds "$script starts the loop" grep -q '^exec .*pchat-runner-loop --idle 0$' "$script"
done
exit $status
