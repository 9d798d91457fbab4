#!/usr/bin/env bash
# packages.sh BUILD [LEVEL]: the Debian packages, as an administrator has them: what lintian says, an installation with DESTDIR, and in a
# clean Debian 12 the check, the observer, the subagent, the handler and the runner as their own users, against a lab outside; what a
# purge leaves.  BUILD has the lab.  Needs root: it installs a system.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# What is mounted in the clean system ends with this.
[ -n "${PACKAGES_NAMESPACE-}" ] || PACKAGES_NAMESPACE=1 exec unshare --mount "$0" "$@"
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
packages=$PWD/build/package root=$scratch/root
pids=()
trap '[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null; umount "$root/proc" 2>/dev/null; finish' EXIT

# ---- the files themselves ----

cmake --preset package >"$scratch/said" 2>&1 && cmake --build --preset package >>"$scratch/said" 2>&1 &&
  cpack --config "$packages/CPackConfig.cmake" -B "$packages" >>"$scratch/said" 2>&1
is "packages are built" "$?" 0
debs=("$packages"/pchat-{plugins,agentx,doc}_*.deb)
is "three" "${#debs[@]}" 3
# A program whose manual page is to be written yet.
is "lintian has nothing else to say" "$(lintian --allow-root "${debs[@]}" 2>&1 | grep -v 'no-manual-page')" ""
DESTDIR=$scratch/staged cmake --install "$packages" >"$scratch/said" 2>&1
is "DESTDIR: nothing is outside of it" "$?" 0
is "and what is there is what the packages have" \
  "$(cd "$scratch/staged" && find . -type f | sort)" \
  "$(for deb in "${debs[@]}"; do dpkg -c "$deb" | awk '$1 ~ /^-/ {print $6}'; done | sort)"

# ---- a clean system ----

sources=()
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
  [ -s "$file" ] && grep -q bookworm "$file" && sources+=("$file")
done
options=()
for file in /etc/apt/apt.conf.d/*; do grep -q Acquire "$file" && options+=("--aptopt=$file"); done
mmdebstrap --variant=minbase --mode=root "${options[@]+"${options[@]}"}" bookworm "$root" "${sources[@]}" >"$scratch/said" 2>&1 || {
  not_ok "a clean Debian 12" "$(tail -n 5 "$scratch/said")"
  exit 1
}
chmod 755 "$scratch"
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
# as USER[:GROUP,...] COMMAND..., begin USER[:GROUP,...] LOG COMMAND...: the same, in the background
as() {
  local who=$1: groups
  shift
  groups=${who#*:}
  ${begins-} chroot --userspec="${who%%:*}" --groups="${groups%:}" "$root" env -i PATH=/usr/bin:/bin HOME=/ LC_ALL=C.UTF-8 "$@"
}
begin() {
  local log=$2
  (begins="exec" as "$1" "${@:3}" 2>"$log") &
  pids+=($!)
}
# What is there, but for what a package manager and other packages leave.
files() { (cd "$root" && find . -xdev -path ./proc -prune -o -path ./var/cache -prune -o -path ./var/log -prune -o -path ./var/lib/dpkg -prune -o -path ./var/lib/apt -prune -o -print | sort); }
mount -t proc proc "$root/proc"
cp /etc/resolv.conf "$root/etc/resolv.conf"
echo "127.0.0.1 localhost" >"$root/etc/hosts" # the lab's servers are there
printf '#!/bin/sh\necho "$*" >>/policy.asked\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
inside sh -c 'apt-get -qq update && apt-get -qq install -y --no-install-recommends systemd init-system-helpers procps' >"$scratch/said" 2>&1
inside apt-get -qq install -y --no-install-recommends libcurl4 libgssapi-krb5-2 libjansson4 libsnmp40 libsqlite3-0 libssl3 libsybdb5 \
  libsystemd0 libxml2 libyaml-0-2 >>"$scratch/said" 2>&1
files >"$scratch/before"
inside getent passwd >"$scratch/passwd.before"
mkdir "$root/debs"
cp "${debs[@]}" "$root/debs/"
inside sh -c 'apt-get -qq install -y --no-install-recommends /debs/*.deb' >"$scratch/said" 2>&1
rc=$?
[ "$rc" -eq 0 ] || tail -n 20 "$scratch/said"
is "installed" "$rc" 0
is "no unit is enabled" "$(find "$root/etc/systemd/system" -name '*pchat*')" ""
is "users are made" "$(inside getent passwd pchat pchat-runner pchat-snmp | cut -d: -f1 | paste -sd' ')" "pchat pchat-runner pchat-snmp"
is "the spool is the handlers' group's" "$(inside stat -c '%a %U %G' /var/spool/pchat-plugins)" "2775 pchat-runner pchat-episode"

# ---- against a lab outside ----

lab_start "$scratch/lab" --ledger || exit 1
inside useradd --system --no-create-home --groups pchat-monitor,pchat-episode,pchat-read nagios
inside mkdir -p /etc/pchat-plugins/credentials.d /lab
install -m 644 "$lab/ca.pem" "$root/etc/pchat-plugins/"
for file in "$lab"/credentials/*; do
  install -m 640 -g "$(inside getent group pchat-monitor | cut -d: -f3)" "$file" "$root/etc/pchat-plugins/credentials.d/"
done
inside chgrp pchat-runner /etc/pchat-plugins/credentials.d/pchat_admin.password
cat >"$scratch/settings" <<'YAML'
    observer: {interval_s: 2}
    settings: {ping_gap_s: 0}
    acting:
      credential: admin
      log_folder: 'D:\pchatlogs'
      copy_folder: 'E:\LogCopy'
      fence_off: /bin/false
      fence_status: /bin/false
      people:
        - {name: root, uid: 0, approves: true}
YAML
sed -e 's|credentials/|credentials.d/|' -e "/^    share:/r $scratch/settings" "$lab/topology.yaml" >"$root/etc/pchat-plugins/topology.yaml"
plugins=/usr/lib/nagios/plugins
as nagios:pchat-monitor "$plugins/check_pchat_replication" >"$scratch/said" 2>&1
is "the check, as the monitoring daemon's user" "$? $(head -n 1 "$scratch/said" | cut -d' ' -f1-3)" "0 PCHAT REPLICATION OK"
as nagios "$plugins/check_pchat_replication" >"$scratch/said" 2>&1
is "without the group it has no password" "$?" 3

install -d -o "$(inside id -u pchat)" -g "$(inside getent group pchat-read | cut -d: -f3)" -m 2750 "$root/run/observer"
begin pchat:pchat-monitor,pchat-read "$scratch/observer.log" /usr/lib/pchat-plugins/pchat-observer --socket /run/observer/sock
# through within: shellcheck does not see who calls
# shellcheck disable=SC2317
from_observer() { as nagios:pchat-read "$plugins/check_pchat_pool" --from-observer=/run/observer/sock --max-age 60 >"$scratch/said" 2>&1; }
holds "the observer, as its user: a check has its answer without a password" within 30 from_observer

if command -v snmpd >/dev/null; then
  mkdir -p "$root/run/agentx" "$scratch/snmp"
  printf '%s\n' "agentaddress udp:127.0.0.1:0" "master agentx" "agentXSocket unix:$root/run/agentx/master" \
    "agentXPerms 0660 0755 root $(inside getent group pchat-snmp | cut -d: -f3)" >"$scratch/snmp/snmpd.conf"
  env MIBS= SNMPCONFPATH="$scratch/snmp" SNMP_PERSISTENT_DIR="$scratch/snmp" snmpd -f -Lf "$scratch/snmp/log" -I -smux &
  pids+=($!)
  within 10 test -S "$root/run/agentx/master"
  begin pchat-snmp:pchat-read "$scratch/agentx.log" /usr/lib/pchat-plugins/pchat-agentx --agentx unix:/run/agentx/master \
    --feed /run/observer/sock --state /var/lib/pchat-plugins/agentx
  holds "the subagent, as its user: pools have numbers" within 30 grep -q lyncpc "$root/var/lib/pchat-plugins/agentx/indexes"
  holds "and it goes on" kill -0 "${pids[-1]}"
fi

as nagios:pchat-episode /usr/lib/pchat-plugins/eventhandlers/eh_pchat_failover --pool lyncpc.litwareinc.com --from nagios \
  --state CRITICAL --state-type HARD --attempt 3 --max-attempts 3 --downtime 0 >"$scratch/said" 2>&1
is "the handler, as the daemon's user" "$? $(find "$root/var/spool/pchat-plugins" -name '*.episode' | wc -l)" "0 1"
begin pchat-runner:pchat-monitor,pchat-episode "$scratch/runner.log" /usr/lib/pchat-plugins/pchat-runner --watch-period 2 --idle 0
# shellcheck disable=SC2317
taken() { [ -z "$(find "$root/var/spool/pchat-plugins" -name '*.episode')" ] && inside pchatctl status >"$scratch/said" 2>&1; }
if within 30 taken; then ok "the runner, as its user, takes the episode"; else
  not_ok "the runner, as its user, takes the episode" "$(cat "$scratch/runner.log" "$scratch/said")" "$(ls -la "$root/var/spool/pchat-plugins")"
fi
is "the journal is its own" "$(inside stat -c '%U %G' /var/lib/pchat-plugins/journal.db)" "pchat-runner pchat-admin"
kill "${pids[@]}" 2>/dev/null
wait "${pids[@]}" 2>/dev/null
pids=()
lab_stop

# ---- gone again ----

inside apt-get -qq purge -y pchat-plugins pchat-agentx pchat-doc >"$scratch/said" 2>&1
is "purged" "$?" 0
inside userdel nagios
rm -rf "$root/debs" "$root/lab" "$root/run/observer" "$root/run/agentx"
is "nothing is left" "$(diff <(files) "$scratch/before" | grep '^<')" ""
is "nor users" "$(diff <(inside getent passwd) "$scratch/passwd.before")" ""
exit $status
