#!/usr/bin/env bash
# versions.sh BUILD [LEVEL]: SQL Server 2008 R2 to 2019 → the same conditions from the same faults; and the TLS modes of the topology.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash

# 10.50.1600 is 2008 R2 without a service pack: sys.dm_server_services came with the first.
versions=(10.50.1600 10.50.4000 11.0.7001 12.0.6024 13.0.5026 14.0.3456 15.0.4188)

# on_every_version NAME 'what is done, one labctl call per ;' 'SEVERITY condition object' ...
on_every_version() {
  local name=$1 steps=$2 version
  shift 2
  for version in "${versions[@]}"; do
    lab_start "$scratch/lab" --sql-version "$version" || return
    lab_steps "$steps"
    run_conditions --timeout 5 --record "$scratch/seen.json"
    is "$version: $name" "$conditions" "$(printf '%s\n' "$@" | sort | sed '/^$/d')"
    is "$version: $name: every instance is of it" "$(jq -r '.instances[].server.rows[0].version' "$scratch/seen.json" | sort -u)" \
      "$version.0"
    lab_stop || not_ok "$version: $name: the lab ends cleanly" "$(cat "$scratch/lab.log")"
  done
}

on_every_version "healthy" 'clock advance 30s' ''
on_every_version "restore stopped" 'fault set restore_job; clock advance 50m' \
  'CRITICAL backlog_high sqldr1' \
  'CRITICAL log_job_disabled sqldr1' \
  'CRITICAL log_restore_late sqldr1'
on_every_version "mirroring suspended" 'fault set mirror_suspended; clock advance 5m' \
  'WARNING mirror_suspended sqlpri1'
on_every_version "Agent stopped" 'fault set agent_stopped sqldr1; clock advance 70m' \
  'CRITICAL agent_stopped sqldr1' \
  'CRITICAL exposure_high sqldr1' \
  'CRITICAL log_copy_late sqldr1' \
  'CRITICAL log_restore_late sqldr1'

# tls_mode MODE: every instance of the topology is asked in that way
tls_mode() { sed "s/^\( *tls:\) .*/\1 $1/" "$scratch/topology.yaml" >"$lab/topology.yaml"; }
encryption() { jq -r '.instances[].server.rows[0].encrypt_option' "$scratch/seen.json" | sort -u; }

lab_start "$scratch/lab" || exit 1
cp "$lab/topology.yaml" "$scratch/topology.yaml"
while read -r mode encrypted; do
  tls_mode "$mode"
  run_conditions --timeout 5 --record "$scratch/seen.json"
  is "tls: $mode: healthy" "$conditions" ""
  is "tls: $mode: the whole session is encrypted" "$(encryption)" "$encrypted"
done <<'MODES'
require TRUE
request FALSE
off FALSE
MODES
exit $status
