# Sourced by the integration tests: one lab per test, its faults, the check against it, and `ok - ` / `not ok - ` lines.
# Needs $build.  Everything lives in $scratch and ends with the script; processes are ended by their own PIDs.
# shellcheck shell=bash

# shellcheck source=tests/integration/lib/say.bash
. tests/integration/lib/say.bash
lab_pid=
check=$build/plugins/check_pchat_replication

# lab_start DIR [pchat-lab options]: returns once the lab is ready.
lab_start() {
  lab=$1
  shift
  rm -rf "$lab"
  "$build/tests/lab/pchat-lab" --dir "$lab" "$@" >"$scratch/lab.log" 2>&1 &
  lab_pid=$!
  for _ in $(seq 1000); do
    [ -e "$lab/ready" ] && return 0
    kill -0 "$lab_pid" 2>/dev/null || break
    sleep 0.02
  done
  not_ok "the lab starts" "$(tail -n 20 "$scratch/lab.log")"
  return 1
}

lab_stop() {
  [ -n "$lab_pid" ] || return 0
  kill "$lab_pid" 2>/dev/null
  wait "$lab_pid" 2>/dev/null
  local rc=$?
  lab_pid=
  return $rc
}

labctl() { "$build/tests/lab/pchat-labctl" --dir "$lab" "$@"; }
# quiet form for set-up steps; a refusal is a defect of the test
lab_do() { labctl "$@" >"$scratch/labctl.out" 2>&1 || not_ok "labctl $*" "$(cat "$scratch/labctl.out")"; }
# lab_steps 'STEP; STEP ...': one labctl call each; a step quotes what has blanks
lab_steps() {
  local step words
  while IFS= read -r -d ';' step; do
    eval "words=($step)"
    [ ${#words[@]} -eq 0 ] || lab_do "${words[@]}"
  done <<<"$1;"
}
# host_port HOST KIND: where a Windows host listens; KIND is winrm, sip, wcf, web, web_external or smb
host_port() { jq -r --arg host "$1" --arg kind "$2" '.[$host].ports[$kind]' "$lab/hosts.json"; }
truth() { labctl state | jq -r "$1"; }

# run_check [options]: output in $out, exit code in $rc
run_check() {
  out=$("$check" --topology "$lab/topology.yaml" "$@" 2>&1)
  rc=$?
}

# conditions [options]: the set of `SEVERITY name object` lines, sorted, in $conditions; exit code in $rc
run_conditions() {
  run_check --format json "$@"
  name_conditions
}
name_conditions() {
  conditions=$(jq -r '.conditions[] | "\(.severity) \(.name) \(.object)"' <<<"$out" 2>&1 | sort)
}

# record_as NAME: where RECORD names a folder, what the next check sees is kept there; the option is in $recorded
record_as() {
  recorded=()
  [ -z "${RECORD-}" ] || recorded=(--record "$RECORD/${1//[^A-Za-z0-9]/_}.json")
}

metric() { jq -r --arg name "$1" '[.metrics[] | select(.name == $name) | .value] | first' <<<"$out"; }

finish() {
  lab_stop
  rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
